/* The drivers, and the sum of their scans. */
#include "collector/node/node.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/memory.h"
#include "common/text.h"

const struct store_driver *const store_drivers[] = {
	&containerd_driver,
	&docker_driver,
	&containers_storage_driver,
	/* Last: most often it leads to one of those above. */
	&cri_driver,
};
const size_t store_driver_count = countof(store_drivers);

const char *
store_engine_name(enum store_engine engine)
{
	static const char *const names[] = {
		[ENGINE_DOCKER] = "docker",
		[ENGINE_CONTAINERD] = "containerd",
		[ENGINE_CRI] = "cri",
		[ENGINE_CONTAINERS_STORAGE] = "containers-storage",
	};

	return engine < countof(names) ? names[engine] : NULL;
}

static const struct store_driver *
find_driver(enum store_engine engine)
{
	for (size_t i = 0; i < store_driver_count; i++)
		if (store_drivers[i]->engine == engine)
			return store_drivers[i];
	return NULL;
}

static int
parse_engine(enum store_engine *engine, const char *text, size_t length, struct error *err)
{
	for (enum store_engine i = ENGINE_DOCKER; i <= ENGINE_CONTAINERS_STORAGE; i++) {
		const char *name = store_engine_name(i);

		if (strlen(name) != length || memcmp(name, text, length) != 0)
			continue;
		*engine = i;
		return 0;
	}
	return fail(err, ERROR_USAGE,
	        "'%.*s' is no engine; there are docker, containerd, cri and containers-storage",
	        (int)(length < 80 ? length : 80), text);
}

int
node_store_parse(struct node_store *out, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');

	if (equals == NULL || equals[1] == '\0')
		return fail(err, ERROR_USAGE, "--store '%.200s': write ENGINE=ADDRESS", text);
	if (parse_engine(&out->engine, text, (size_t)(equals - text), err) != 0)
		return -1;
	out->address = equals + 1;
	return 0;
}

const char *
node_own_name(struct arena *arena)
{
	char name[256] = "";

	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0' ||
	        !text_is_utf8(name, strlen(name)))
		return "localhost";
	return arena_strdup(arena, name);
}

void
node_count_scan(struct collect_result *total, const struct collect_result *scan)
{
	uint64_t stores = total->progress.stores++;

	if (total->problems == 0)
		memcpy(total->first_problem, scan->first_problem, sizeof(total->first_problem));
	total->problems += scan->problems;
	total->progress.images += scan->progress.images;
	total->progress.received_bytes += scan->progress.received_bytes;
	total->state = stores == 0 || total->state == scan->state ? scan->state : SCAN_PARTIAL;
}

void
node_count_problem(struct collect_result *total, const char *message)
{
	auto_buf clean = { 0 };

	text_clean(&clean, message, strlen(message));
	if (total->problems++ == 0)
		snprintf(
		        total->first_problem, sizeof(total->first_problem), "%s", buf_text(&clean));
}

bool
node_pool_is_new(const struct node_options *options, const char *pool)
{
	struct digest key;

	digest_of(&key, DIGEST_SHA256, pool, strlen(pool));
	return options->pools == NULL || map_add(options->pools, &key, 1) == MAP_NONE;
}

static int
fail_none(const struct collect_result *total, struct error *err)
{
	auto_buf places = { 0 };

	if (total->problems > 0)
		return fail(err, ERROR_FAILED, "no image store found: %s", total->first_problem);

	for (size_t i = 0; i < store_driver_count; i++)
		buf_printf(&places, "%s%s (%s)", i > 0 ? ", " : "", store_drivers[i]->name,
		        store_drivers[i]->places);
	return fail(err, ERROR_FAILED,
	        "no image store found; looked for %s; --store ENGINE=ADDRESS names another",
	        buf_text(&places));
}

static bool
is_stopped(const struct collect_context *context)
{
	return context->stop != NULL && *context->stop != 0;
}

static int
read_named(const struct node_options *options, const struct collect_context *context,
        struct collect_result *total, struct error *err)
{
	for (size_t i = 0; i < options->store_count && !is_stopped(context); i++) {
		const struct node_store *store = &options->stores[i];
		const struct store_driver *driver = find_driver(store->engine);

		if (driver == NULL)
			return fail(err, ERROR_USAGE, "engine %d: not in this version",
			        (int)store->engine);
		if (driver->read(options, store->address, context, total, err) != 0)
			return -1;
	}
	return 0;
}

static int
read_found(const struct node_options *options, const struct collect_context *context,
        struct collect_result *total, struct error *err)
{
	for (size_t i = 0; i < store_driver_count && !is_stopped(context); i++)
		if (store_drivers[i]->read(options, NULL, context, total, err) != 0)
			return -1;
	return 0;
}

int
node_collect(const struct node_options *options, const struct collect_context *context,
        struct collect_result *result, struct error *err)
{
	struct node_options own = *options;
	struct map pools;
	int status;

	*result = (struct collect_result){ 0 };
	map_init(&pools, sizeof(struct digest));
	own.pools = &pools;
	status = options->store_count > 0 ? read_named(&own, context, result, err)
	                                  : read_found(&own, context, result, err);
	map_release(&pools);
	if (status != 0)
		return -1;
	if (is_stopped(context))
		result->state = SCAN_PARTIAL;
	else if (result->progress.stores == 0)
		return fail_none(result, err);
	if (result->state == SCAN_COMPLETE && result->problems > 0)
		result->state = SCAN_PARTIAL;
	return 0;
}
