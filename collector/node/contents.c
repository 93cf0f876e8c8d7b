/*
 * Facts, then memory. Chains from the bottom up. Most layers touch nothing that the answers of the
 *chain below rest on: then its answers hold, and only the layer's own folder was looked into.
 *
 *	chain ─▶ view of its layers ─▶ facts, and the trail of paths that they rest on
 *	  └─ next one up: does its layer touch the trail?  no: the same facts
 */
#include "collector/node/contents.h"

#include <string.h>

#include "collector/beneath.h"
#include "collector/node/chain_facts.h"
#include "collector/node/entrypoint.h"
#include "collector/node/resident.h"
#include "common/map.h"
#include "common/memory.h"

/* Things opened for one chain or image, and for all of a store: a few seconds. */
#define MAX_LOOKS       20000
#define MAX_LOOKS_STORE 2000000
#define NO_LAYER        UINT32_MAX

/* Shared by the chains that give the same answers. */
struct answers {
	struct record_chain_facts facts;
	struct view_trail trail;
};

struct reading {
	struct store_scan *scan;
	const struct contents *contents;
	struct map by_chain; /* of the layers */
	struct arena arena;
	struct answers **answers; /* per layer; NULL = cannot be told */
	VEC(struct answers *) owned;
	struct view_layer *stack; /* room for the layers of one chain */
	uint32_t looks_left;      /* of the store */
	size_t failed;
	struct error why; /* the first of them */
	const char *where;
};

static uint32_t
find_layer(const struct reading *reading, const struct digest *chain)
{
	return digest_is_set(chain) ? map_get(&reading->by_chain, chain) : NO_LAYER;
}

/* The folders of a chain, top first. False if one of them is not to be read. */
static bool
open_view(struct reading *reading, uint32_t index, struct view *view)
{
	const struct contents *contents = reading->contents;
	bool whole = contents->sharing == SHARING_CUMULATIVE;

	*view = (struct view){
		.layers = reading->stack,
		.looks_left = reading->looks_left < MAX_LOOKS ? reading->looks_left : MAX_LOOKS,
	};
	for (;;) {
		const struct contents_layer *layer = &contents->layers[index];

		if (layer->folder == NULL || layer->root < 0 ||
		        view->count == contents->layer_count)
			return false;
		reading->stack[view->count++] = (struct view_layer){ layer->root, layer->folder };
		if (whole || !digest_is_set(&layer->parent))
			return true;
		index = find_layer(reading, &layer->parent);
		if (index == NO_LAYER)
			return false;
	}
}

static void
close_view(struct reading *reading, const struct view *view)
{
	uint32_t granted = reading->looks_left < MAX_LOOKS ? reading->looks_left : MAX_LOOKS;

	reading->looks_left -= granted - view->looks_left;
}

static void
note_failure(struct reading *reading, const char *where, const struct error *why)
{
	if (why->code == ERROR_NONE || reading->failed++ > 0)
		return;
	reading->why = *why;
	reading->where = where;
}

/* --- chains ----------------------------------------------------------------------------- */

static struct answers *
answer(struct reading *reading, struct view *view, struct error *err)
{
	struct answers *answers = arena_new(&reading->arena, struct answers, 1);

	*vec_push(&reading->owned) = answers;
	view->trail = &answers->trail;
	return chain_facts_read(&answers->facts, view, &reading->arena, err) == 0 ? answers : NULL;
}

/* A folder that is missing has no facts: that nothing is in it is another thing. 1, 0 or -1. */
static int
has_folder(const struct view_layer *layer, struct error *err)
{
	auto_close int folder = -1;
	struct stat status;
	int found = beneath_entry(layer->root, layer->folder, &folder, &status, err);

	return found == 1 ? S_ISDIR(status.st_mode) : found;
}

/* NULL if it cannot be told; without an error for reasons that were told before. */
static struct answers *
read_chain(struct reading *reading, uint32_t index, struct view *view, struct error *err)
{
	const struct contents_layer *layer = &reading->contents->layers[index];
	uint32_t below = find_layer(reading, &layer->parent);
	struct answers *known = below != NO_LAYER ? reading->answers[below] : NULL;
	int touched = 1;

	if (has_folder(&view->layers[0], err) != 1)
		return NULL;
	if (view->count > 1) {
		if (known == NULL)
			return NULL;
		touched =
		        view_layer_touches(&view->layers[0], &known->trail, &view->looks_left, err);
	}
	if (touched < 0)
		return NULL;
	return touched == 0 ? known : answer(reading, view, err);
}

static int
take_chain(struct reading *reading, uint32_t index, struct error *err)
{
	const struct contents_layer *layer = &reading->contents->layers[index];
	struct error why = { 0 };
	struct view view;

	if (!open_view(reading, index, &view))
		return 0;
	reading->answers[index] = read_chain(reading, index, &view, &why);
	close_view(reading, &view);
	if (reading->answers[index] == NULL) {
		note_failure(reading, layer->folder, &why);
		return 0;
	}
	struct record record = {
		.kind = RECORD_CHAIN_FACTS,
		.chain_facts = reading->answers[index]->facts,
	};
	record.chain_facts.chain_id = layer->chain_id;
	return store_scan_emit(reading->scan, &record, err);
}

/* --- images ----------------------------------------------------------------------------- */

static int
take_image(struct reading *reading, const struct contents_image *image, struct error *err)
{
	uint32_t top = find_layer(reading, &image->chain_id);
	struct record record = {
		.kind = RECORD_IMAGE_FACTS,
		.image_facts = { .config = image->config },
	};
	struct error why = { 0 };
	struct view view;

	if (image->argc == 0 || top == NO_LAYER || reading->answers[top] == NULL ||
	        !open_view(reading, top, &view))
		return 0;
	int status = entrypoint_read(&record.image_facts.entrypoint, &view, image, &why);

	close_view(reading, &view);
	if (status != 0)
		note_failure(reading, reading->contents->layers[top].folder, &why);
	if (status != 0 || record.image_facts.entrypoint == ENTRYPOINT_UNKNOWN)
		return 0;
	return store_scan_emit(reading->scan, &record, err);
}

/* --- memory ----------------------------------------------------------------------------- */

/*
 * Only where a container reads the very inodes of the layers, and nobody caches them a second time
 * (model.md 3): btrfs and zfs give each container inodes of its own, FUSE pages of its own, vfs a
 * copy. What they have in memory is not a matter of layers.
 */
static int
take_memory(struct reading *reading, struct error *err)
{
	const struct contents *contents = reading->contents;
	bool *used = arena_new(&reading->arena, bool, contents->layer_count);
	bool any = false;

	if (contents->sharing != SHARING_CHAINS)
		return 0;
	for (size_t i = contents->layer_count; i-- > 0;) {
		uint32_t below = find_layer(reading, &contents->layers[i].parent);

		used[i] |= contents->layers[i].running;
		any |= used[i];
		if (used[i] && below != NO_LAYER)
			used[below] = true;
	}
	return any ? resident_read(reading->scan, contents, used, &resident_usual_budget, err) : 0;
}

/* --- all -------------------------------------------------------------------------------- */

/* Facts are an addition: without them the store's numbers are as right. */
static int
tell_failures(struct reading *reading, struct error *err)
{
	bool denied = strstr(reading->why.message, "ermission denied") != NULL;

	if (reading->failed == 0)
		return 0;
	return store_remark(reading->scan, err, reading->where,
	        "%s; what files say is not known for %zu layers or images, and those above%s",
	        reading->why.message, reading->failed,
	        denied ? ": reading the files of layers needs root or CAP_DAC_READ_SEARCH" : "");
}

static int
take_all(struct reading *reading, struct error *err)
{
	const struct contents *contents = reading->contents;

	for (uint32_t i = 0; i < contents->layer_count && !store_scan_is_stopped(reading->scan);
	        i++) {
		if (take_chain(reading, i, err) != 0)
			return -1;
		store_scan_show_progress(reading->scan);
	}
	for (size_t i = 0; i < contents->image_count && !store_scan_is_stopped(reading->scan); i++)
		if (take_image(reading, &contents->images[i], err) != 0)
			return -1;
	if (tell_failures(reading, err) != 0)
		return -1;
	return take_memory(reading, err);
}

int
contents_read(struct store_scan *scan, const struct contents *contents, struct error *err)
{
	struct reading reading = {
		.scan = scan,
		.contents = contents,
		.looks_left = MAX_LOOKS_STORE,
	};
	int status;

	if (contents->sharing == SHARING_NOT_MODELLED)
		return 0;
	map_init(&reading.by_chain, sizeof(struct digest));
	for (uint32_t i = 0; i < contents->layer_count; i++)
		map_add(&reading.by_chain, &contents->layers[i].chain_id, i);
	reading.answers = arena_new(&reading.arena, struct answers *, contents->layer_count);
	reading.stack = arena_new(&reading.arena, struct view_layer, contents->layer_count);
	status = take_all(&reading, err);
	vec_each (struct answers *, answers, &reading.owned)
		view_trail_release(&(*answers)->trail);
	vec_release(&reading.owned);
	map_release(&reading.by_chain);
	arena_release(&reading.arena);
	return status;
}
