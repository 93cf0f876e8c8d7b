/*
 * Marks per number of a digest, valid if stamped with the present state: starting over with nothing
 * costs nothing, so a replay per store is linear in what its images are made of.
 *
 * All three rules go through the layers from the bottom and decide one after the other.
 */
#include "analyzer/model/pull.h"

#include <string.h>

#include "analyzer/model/bytes.h"
#include "analyzer/model/snapshot.h"
#include "common/memory.h"

void
pull_mark_repeated(struct pull_layer *layers, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t below = 0; below < i && !layers[i].again; below++)
			layers[i].again = layers[below].blob == layers[i].blob;
}

void
pull_state_clear(struct pull_state *state, enum pull_rule rule)
{
	state->rule = rule;
	state->discards = state->partly_known = false;
	state->now++;
}

void
pull_state_release(struct pull_state *state)
{
	vec_release(&state->known);
	vec_release(&state->fetched);
}

static struct pull_known *
known_at(struct pull_state *state, uint32_t number)
{
	while (state->known.count <= number)
		vec_push(&state->known);
	struct pull_known *known = &state->known.at[number];
	if (known->stamp != state->now)
		*known = (struct pull_known){ .stamp = state->now, .diff_id = NONE };
	return known;
}

void
pull_put(struct pull_state *state, uint32_t number, enum pull_mark mark)
{
	if (number != NONE)
		known_at(state, number)->marks |= mark;
}

void
pull_put_mapping(struct pull_state *state, uint32_t blob, uint32_t diff_id)
{
	if (blob != NONE)
		known_at(state, blob)->diff_id = diff_id;
}

static bool
has(const struct pull_state *state, uint32_t number, uint32_t marks)
{
	if (number == NONE || number >= state->known.count)
		return false;
	const struct pull_known *known = &state->known.at[number];
	return known->stamp == state->now && known->marks & marks;
}

/* Does the engine know the layer in this blob, and is that layer's diff ID the one that the config
 * states? */
static bool
maps(const struct pull_state *state, const struct pull_layer *layer)
{
	if (layer->diff_id == NONE || layer->blob >= state->known.count)
		return false;
	const struct pull_known *known = &state->known.at[layer->blob];
	return known->stamp == state->now && known->diff_id == layer->diff_id;
}

/* Is the layer there, given that all below it are unpacked, or not? */
static bool
is_there(const struct pull_state *state, const struct pull_layer *layer, bool *on_prefix)
{
	bool unpacked = has(state, layer->chain, PULL_CHAIN);

	switch (state->rule) {
	case PULL_DOCKER:
		*on_prefix = *on_prefix && unpacked && maps(state, layer);
		return *on_prefix;
	case PULL_CONTAINERD:
		*on_prefix = *on_prefix && unpacked;
		return *on_prefix || has(state, layer->blob, PULL_BLOB);
	default:
		/* A layer that travels as it is has its diff ID as blob digest. */
		return has(state, layer->blob, PULL_BLOB | PULL_DIFF_ID);
	}
}

/* Could the engine know of the layer what we cannot see? */
static bool
may_be_there(const struct pull_state *state, const struct pull_layer *layer)
{
	return state->partly_known || layer->chain == NONE ||
	       (state->rule == PULL_STORAGE && has(state, layer->diff_id, PULL_DIFF_ID));
}

static void
ask_layers(const struct pull_state *state, const struct pull_image *image, bool *fetched,
        struct pull *pull)
{
	bool on_prefix = true;

	for (uint32_t i = 0; i < image->layer_count; i++) {
		const struct pull_layer *layer = &image->layers[i];

		if (is_there(state, layer, &on_prefix))
			continue;
		if (layer->again) {
			/* containers/storage asks for several at once, so that it may fetch both.
			 */
			if (state->rule != PULL_STORAGE)
				continue;
			pull->upper_bound = true;
		}
		pull->upper_bound = pull->upper_bound || may_be_there(state, layer);
		pull->blob_bytes = bytes_add(pull->blob_bytes, layer->size_bytes);
		pull->layers++;
		if (fetched)
			fetched[i] = true;
	}
}

static void
ask_documents(const struct pull_state *state, const struct pull_image *image, struct pull *pull)
{
	for (uint32_t i = 0; i < image->document_count; i++) {
		if (state->rule != PULL_STORAGE &&
		        has(state, image->documents[i].digest, PULL_BLOB))
			continue;
		pull->manifest_bytes =
		        bytes_add(pull->manifest_bytes, image->documents[i].size_bytes);
	}
}

struct pull
pull_ask(const struct pull_state *state, const struct pull_image *image, bool *fetched)
{
	struct pull pull = { 0 };
	uint32_t marks = state->rule == PULL_DOCKER ? PULL_IMAGE : PULL_IMAGE | PULL_BLOB;

	if (fetched)
		memset(fetched, 0, image->layer_count * sizeof(*fetched));
	ask_documents(state, image, &pull);
	/* docker looks no further once it has the config. */
	if (state->rule == PULL_DOCKER && has(state, image->config, marks))
		return pull;
	if (state->rule == PULL_STORAGE || !has(state, image->config, marks))
		pull.blob_bytes = image->config_bytes;
	ask_layers(state, image, fetched, &pull);
	return pull;
}

static void
put_layer(struct pull_state *state, const struct pull_layer *layer, bool fetched)
{
	pull_put(state, layer->chain, PULL_CHAIN);
	pull_put(state, layer->diff_id, PULL_DIFF_ID);
	if (state->rule == PULL_DOCKER)
		pull_put_mapping(state, layer->blob, layer->diff_id);
	else if (fetched && !state->discards)
		pull_put(state, layer->blob, PULL_BLOB);
}

struct pull
pull_do(struct pull_state *state, const struct pull_image *image)
{
	while (state->fetched.count < image->layer_count)
		vec_push(&state->fetched);
	struct pull pull = pull_ask(state, image, state->fetched.at);

	for (uint32_t i = 0; i < image->document_count; i++)
		pull_put(state, image->documents[i].digest, PULL_BLOB);
	pull_put(state, image->config, PULL_BLOB);
	pull_put(state, image->config, PULL_IMAGE);
	for (uint32_t i = 0; i < image->layer_count; i++)
		put_layer(state, &image->layers[i], state->fetched.at[i]);
	return pull;
}
