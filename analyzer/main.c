/* The process: locale, signals. Everything else is in analyzer/command/. */
#include <locale.h>
#include <signal.h>

#include "analyzer/command/command.h"

int
main(int argc, char **argv)
{
	/* Only how characters are encoded: numbers look the same everywhere. */
	setlocale(LC_CTYPE, "");
	/* Writing into a closed pipe or socket is an error like others. */
	signal(SIGPIPE, SIG_IGN);
	return command_main(argc, argv);
}
