/* Feeds every file of the given folders to one fuzz target: corpora without libFuzzer. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>

#include "common/buf.h"
#include "common/memory.h"

/* The input lies in memory of exactly its size, so that sanitizers see a read beyond it. */
static int
replay(const char *path)
{
	auto_fclose FILE *file = fopen(path, "rb");
	auto_buf bytes = { 0 };
	char chunk[4096];
	size_t count;

	if (!file) {
		perror(path);
		return -1;
	}
	while ((count = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_append(&bytes, chunk, count);
	auto_free uint8_t *exact = xrealloc(NULL, bytes.length, 1);
	for (size_t i = 0; i < bytes.length; i++)
		exact[i] = (uint8_t)bytes.data[i];
	LLVMFuzzerTestOneInput(exact, bytes.length);
	return 0;
}

static int
replay_folder(const char *folder)
{
	DIR *entries = opendir(folder);
	int count = 0;

	if (!entries) {
		perror(folder);
		return -1;
	}
	for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
		auto_free char *path = xprintf("%s/%s", folder, entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		if (replay(path) != 0) {
			closedir(entries);
			return -1;
		}
		count++;
	}
	closedir(entries);
	printf("%s: %d inputs\n", folder, count);
	return count > 0 ? 0 : -1;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (replay_folder(argv[i]) != 0)
			return 1;
	return argc > 1 ? 0 : 2;
}
