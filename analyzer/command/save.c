#include "analyzer/command/save.h"

#include "common/draft.h"

int
save_file(const char *path, const void *data, size_t length, struct error *err)
{
	auto_draft draft = { 0 };

	if (draft_open(&draft, path, 0666, err) != 0 || draft_write(&draft, data, length, err) != 0)
		return -1;
	return draft_commit(&draft, err);
}
