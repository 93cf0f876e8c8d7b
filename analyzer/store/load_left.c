/* Since when nodes are watched, and when images left them: what "unused for so long" rests on. */
#include "analyzer/store/load.h"

static bool
has_data(const struct load *load, size_t scan)
{
	const struct load_scan *row = &load->scans[scan];
	size_t source = (size_t)row->source;

	return (row->state == SCAN_COMPLETE || row->state == SCAN_PARTIAL) &&
	       source < load->source_count && load->sources[source].source.kind == SOURCE_STORE &&
	       (int64_t)scan <= load->sources[source].shown;
}

static void
load_watched(struct load *load)
{
	int64_t since = RECORD_TIME_UNKNOWN;

	for (size_t i = 1; i < load->scan_count; i++)
		if (has_data(load, i) &&
		        (since == RECORD_TIME_UNKNOWN || load->scans[i].started_at < since))
			since = load->scans[i].started_at;
	builder_watched(load->builder, since);
}

int
load_left(struct load *load, struct error *err)
{
	struct query query = db_query(load->db,
	        "SELECT i.store, i.until, a.config FROM store_image i"
	        " JOIN appearance a ON a.id = i.appearance WHERE i.until IS NOT NULL");

	load_watched(load);
	while (query_next(&query)) {
		size_t source = load_index(load, query_int(&query, 0), load->source_count);
		size_t until = load_index(load, query_int(&query, 1), load->scan_count);
		size_t config = load_index(load, query_int(&query, 2), load->digest_count);

		if ((int64_t)until <= load->sources[source].shown)
			builder_left(load->builder, &load->digests[config],
			        load->scans[until].started_at);
	}
	return query_end(&query, err);
}
