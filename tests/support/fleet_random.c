/*
 * Fleets that do everything: aliases, indexes (nested, sparse, of several platforms), attestations,
 * referrers with and without tags, artifacts that hold an image's layer, recompressed twins,
 * repeated, empty and foreign layers, unknown and lying configs, several registries and layouts in
 * every dedup scope. Small, so that a slow second implementation can check the numbers.
 */
#include "tests/support/fleet.h"

#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/memory.h"

static const char *const platforms[] = { "linux/amd64", "linux/arm64", "linux/arm/v7" };

struct shape {
	struct fleet *fleet;
	struct random random;
	uint32_t layer_names;
	VEC(char *) chains;           /* layer texts so far: later images stand on them */
	VEC(struct digest) images;    /* manifests */
	VEC(struct digest) documents; /* everything that can be tagged */
};

static void
add_layer(struct shape *shape, struct buf *layers)
{
	struct random *random = &shape->random;
	uint32_t name = random_below(random, shape->layer_names);

	if (random_percent(random, 8)) {
		buf_puts(layers, "EMPTY=3 ");
		return;
	}
	buf_printf(layers, "l%u", name);
	if (random_percent(random, 10))
		buf_printf(layers, "~%u", random_below(random, 2));
	/* The size belongs to the name, but now and then a manifest lies. */
	buf_printf(layers, "=%u", random_percent(random, 2) ? 7 : name * 37 % 101);
	if (random_percent(random, 4))
		buf_puts(layers, "!");
	buf_puts(layers, " ");
}

/* A chain that starts as another one did, mostly. */
static const char *
new_chain(struct shape *shape)
{
	struct random *random = &shape->random;
	auto_buf layers = { 0 };

	if (shape->chains.count && random_percent(random, 75)) {
		const char *below = shape->chains.at[random_below(random, shape->chains.count)];

		buf_puts(&layers, below);
		while (layers.length && random_percent(random, 20)) {
			do
				layers.length--;
			while (layers.length && layers.data[layers.length - 1] != ' ');
			layers.data[layers.length] = '\0';
		}
	}
	for (uint32_t i = random_below(random, 4); i > 0; i--)
		add_layer(shape, &layers);
	char *text = arena_strdup(&shape->fleet->arena, buf_text(&layers));
	*vec_push(&shape->chains) = text;
	return text;
}

/* The same layers with the first one recompressed. */
static const char *
recompressed(struct shape *shape, const char *layers)
{
	size_t name = strcspn(layers, "~= !");

	if (!name || strncmp(layers, "EMPTY", 5) == 0 || layers[name] == '~')
		return layers;
	return arena_printf(&shape->fleet->arena, "%.*s~9%s", (int)name, layers, layers + name);
}

static void
add_images(struct shape *shape)
{
	struct random *random = &shape->random;

	for (uint32_t i = 1 + random_below(random, 14); i > 0; i--) {
		struct fleet_image image = {
			.layers = new_chain(shape),
			.platform =
			        platforms[random_percent(random, 60) ? 0 : random_below(random, 3)],
			.config = random_percent(random, 70) ? "a" : "b",
			.created_at = random_percent(random, 50)
			                      ? 0
			                      : 1500000000 + random_below(random, 5),
			.config_unknown = random_percent(random, 8),
		};

		image.diff_ids_missing = strchr(image.layers, ' ') && random_percent(random, 6);
		struct digest digest = fleet_add(shape->fleet, &image);
		*vec_push(&shape->images) = digest;
		*vec_push(&shape->documents) = digest;
		if (random_percent(random, 15)) {
			image.layers = recompressed(shape, image.layers);
			digest = fleet_add(shape->fleet, &image);
			*vec_push(&shape->images) = digest;
			*vec_push(&shape->documents) = digest;
		}
	}
}

static struct fleet_child
random_child(struct shape *shape)
{
	struct random *random = &shape->random;
	struct fleet_child child = { .platform = platforms[random_below(random, 3)] };

	if (random_percent(random, 10)) {
		child.digest = fleet_digest("absent %u", random_below(random, 4));
		child.attests = random_percent(random, 20) ? &fleet_unstated : NULL;
	} else if (random_percent(random, 15)) {
		child.digest = fleet_artifact(shape->fleet, MANIFEST_ATTESTATION,
		        random_percent(random, 50) ? "provenance=5" : "provenance=5 sbom=9", NULL);
		child.platform = "unknown/unknown";
		child.attests =
		        random_percent(random, 30)
		                ? &fleet_unstated
		                : &shape->images.at[random_below(random, shape->images.count)];
	} else if (random_percent(random, 80)) {
		child.digest = shape->images.at[random_below(random, shape->images.count)];
	} else {
		child.digest = shape->documents.at[random_below(random, shape->documents.count)];
	}
	return child;
}

/* Later ones may name earlier ones: nested. */
static void
add_indexes(struct shape *shape)
{
	for (uint32_t i = random_below(&shape->random, 5); i > 0; i--) {
		struct fleet_child children[4];
		uint32_t count = random_below(&shape->random, countof(children) + 1);

		for (uint32_t c = 0; c < count; c++)
			children[c] = random_child(shape);
		struct digest digest = fleet_index(shape->fleet, children, count);
		*vec_push(&shape->documents) = digest;
	}
}

static void
add_artifacts(struct shape *shape)
{
	struct random *random = &shape->random;

	for (uint32_t i = random_below(random, 5); i > 0; i--) {
		/* l0 … are layers of images, too. */
		const char *layers = arena_printf(&shape->fleet->arena, "l%u=%u sig%u=4",
		        random_below(random, 3), random_below(random, 3), random_below(random, 2));
		const struct digest *subject = NULL;
		if (random_percent(random, 70))
			subject =
			        &shape->documents.at[random_below(random, shape->documents.count)];
		struct digest digest =
		        fleet_artifact(shape->fleet, MANIFEST_ARTIFACT, layers, subject);
		/* Some can be tagged, the others are known by their subject. */
		if (random_percent(random, 50) || !subject)
			*vec_push(&shape->documents) = digest;
	}
}

/* Images and indexes can have a subject, too; hostile ones each other or themselves. A digest says
 * everything, so it decides. */
static void
add_subjects(struct shape *shape)
{
	vec_each (struct record_manifest, manifest, &shape->fleet->manifests) {
		size_t other = manifest->digest.bytes[1] % shape->documents.count;

		if (!digest_is_set(&manifest->subject) && manifest->digest.bytes[2] % 12 == 0)
			manifest->subject = shape->documents.at[other];
	}
}

static void
add_names(struct shape *shape)
{
	static const char *const names[] = { "app", "base", "team/api", "team-b/api", "team/web" };
	struct random *random = &shape->random;
	struct fleet *fleet = shape->fleet;
	uint32_t sources = 1 + random_below(random, 3);

	for (uint32_t s = 0; s < sources; s++) {
		char name[32];
		snprintf(name, sizeof(name), "reg%u:5000", s);
		fleet_source(fleet, random_percent(random, 75) ? SOURCE_REGISTRY : SOURCE_LAYOUT,
		        name, (enum dedup_scope)random_below(random, 3));
	}
	for (uint32_t i = 1 + random_below(random, 20); i > 0; i--) {
		char tag[32];
		uint32_t repository = fleet_repository(fleet, random_below(random, sources),
		        names[random_below(random, countof(names))]);

		snprintf(tag, sizeof(tag), "t%u", i);
		fleet_tag(fleet, repository, random_percent(random, 95) ? tag : "",
		        shape->documents.at[random_below(random, shape->documents.count)]);
	}
}

/* Last, so that everything else stays what it was for a seed. */
static void
add_absent(struct shape *shape)
{
	struct random *random = &shape->random;
	struct fleet *fleet = shape->fleet;

	for (uint32_t source = 0; source < fleet->sources.count; source++) {
		for (uint32_t i = 0; i < 4; i++) {
			if (random_percent(random, 70))
				fleet_absent(fleet, source, fleet_digest("absent %u", i));
		}
		vec_each (struct digest, digest, &shape->documents) {
			if (random_percent(random, 8))
				fleet_absent(fleet, source, *digest);
		}
	}
}

void
fleet_random(struct fleet *fleet, uint64_t seed)
{
	struct shape shape = { .fleet = fleet, .random = { seed } };

	shape.layer_names = 4 + random_below(&shape.random, 12);
	add_images(&shape);
	add_indexes(&shape);
	add_artifacts(&shape);
	add_subjects(&shape);
	add_names(&shape);
	add_absent(&shape);
	if (random_percent(&shape.random, 50))
		*vec_push(&fleet->problems) =
		        (struct fleet_problem){ 0, { "app:t1", "HTTP 500", false }, 1600000000 };
	vec_release(&shape.chains);
	vec_release(&shape.images);
	vec_release(&shape.documents);
}
