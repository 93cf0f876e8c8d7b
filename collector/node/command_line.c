#include "collector/node/command_line.h"

#include <string.h>

#include "common/text.h"

#define MAX_NAME_BYTES 253 /* of a node: what a host name may have */

static int
check_name(const char *name, struct error *err)
{
	size_t length = strlen(name);

	if (length > 0 && length <= MAX_NAME_BYTES && text_is_utf8(name, length) &&
	        strchr(name, '/') == NULL)
		return 0;
	return fail(err, ERROR_USAGE, "--node '%.80s': a name without '/', of at most %d bytes",
	        name, MAX_NAME_BYTES);
}

/* "pool=web"; both halves in the arena. A key that is given twice has the last value. */
static int
parse_label(struct record_label *label, const char *text, struct arena *arena, struct error *err)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL || equals == text || !text_is_utf8(text, strlen(text)))
		return fail(err, ERROR_USAGE, "--label '%.80s': write KEY=VALUE", text);
	label->key = arena_strndup(arena, text, (size_t)(equals - text));
	label->value = arena_strdup(arena, equals + 1);
	return 0;
}

int
node_options_read(struct node_options *out, const struct options *options, struct arena *arena,
        struct error *err)
{
	const char *const *texts;
	const char *node = option_text(options, "node");
	struct record_label *labels;
	struct node_store *stores;

	*out = (struct node_options){ .node = node != NULL ? node : node_own_name(arena) };
	if (check_name(out->node, err) != 0)
		return -1;
	out->label_count = option_list(options, "label", &texts);
	out->labels = labels = arena_new(arena, struct record_label, out->label_count);
	for (size_t i = 0; i < out->label_count; i++)
		if (parse_label(&labels[i], texts[i], arena, err) != 0)
			return -1;
	out->store_count = option_list(options, "store", &texts);
	out->stores = stores = arena_new(arena, struct node_store, out->store_count);
	for (size_t i = 0; i < out->store_count; i++)
		if (node_store_parse(&stores[i], texts[i], err) != 0)
			return -1;
	return 0;
}

const struct option_spec node_option_specs[NODE_OPTION_COUNT] = {
	{ "store", 0, OPTION_LIST, "ENGINE=ADDRESS",
	        "read this store instead of those that are found", NULL },
	{ "node", 0, OPTION_TEXT, "NAME", "the name of this node (default the host's name)", NULL },
	{ "label", 0, OPTION_LIST, "KEY=VALUE", "what the node is: pool, zone, owner", NULL },
};
