/* The process: locale, signals. Everything else is in agent.c. */
#include <locale.h>
#include <signal.h>

#include "collector/agent/agent.h"

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	/* Writing into a closed pipe is an error like others. */
	signal(SIGPIPE, SIG_IGN);
	return agent_main(argc, argv);
}
