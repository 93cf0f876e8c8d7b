/*
 * What measuring the pages of one layer costs: microseconds of CPU per file, of each round.
 *
 * usage: resident PARENT-FOLDER NAME FILES ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "collector/beneath.h"
#include "collector/node/resident.h"
#include "common/memory.h"

/* The bytes that were measured, so that nothing was left out. */
static int
emit(void *context, const struct record *record, struct error *err)
{
	(void)err;
	if (record->kind == RECORD_RESIDENT)
		*(uint64_t *)context += record->resident.measured_bytes;
	return 0;
}

static double
cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

int
main(int argc, char **argv)
{
	struct error err = { 0 };
	uint64_t measured = 0;
	struct node_options options = { .node = "bench" };
	struct collect_context context = { .sink = { emit, &measured } };
	struct collect_result result = { 0 };
	struct store_scan scan = { .options = &options, .context = &context, .result = &result };
	struct contents_layer layer = { 0 };
	struct contents contents = { .layers = &layer, .layer_count = 1 };
	const bool used = true;

	if (argc != 5)
		return 2;
	layer.folder = argv[2];
	layer.root = beneath_root(argv[1], &err);
	for (long i = 0, rounds = strtol(argv[4], NULL, 10); i < rounds; i++) {
		double begin = cpu_us();

		measured = 0;
		if (layer.root < 0 ||
		        resident_read(&scan, &contents, &used, &resident_usual_budget, &err) != 0 ||
		        measured == 0) {
			fprintf(stderr, "%s: %s\n", argv[2], err.message);
			return 1;
		}
		printf("%.2f\n", (cpu_us() - begin) / strtod(argv[3], NULL));
	}
	return 0;
}
