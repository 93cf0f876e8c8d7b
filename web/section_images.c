/*
 * Which images cost most, by their fair share. The rows and the rest below add up to what the
 * registries store, to the byte.
 */
#include "web/section.h"

#include <stdlib.h>

#include "common/memory.h"
#include "common/text.h"
#include "web/kit.h"
#include "web/names.h"

static const struct kit_column columns[] = {
	{ "Image", false },
	{ "Attributed", true },
	{ "Share", true },
	{ "Unique", true },
	{ "Logical", true },
	{ "Stands on", false },
};

struct images {
	const struct image_bytes *bytes; /* per image of the snapshot */
	uint32_t *order;                 /* those that have any, the most expensive first */
	uint32_t count;
	uint64_t total_bytes; /* 100 % */
	uint64_t full_bytes;  /* the most expensive one: a full bar */
};

static int
compare(const void *a, const void *b, void *context)
{
	const struct image_bytes *bytes = context;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	uint64_t left_bytes = bytes[left].attributed_bytes;
	uint64_t right_bytes = bytes[right].attributed_bytes;

	if (left_bytes != right_bytes)
		return left_bytes < right_bytes ? 1 : -1;
	return left < right ? -1 : left > right; /* images are in canonical order */
}

static struct images
images_make(struct page *page, struct image_bytes *bytes)
{
	uint32_t image_count = page->report->snapshot->image_count;
	struct images images = { .bytes = bytes,
		.order = arena_new(&page->arena, uint32_t, image_count) };

	for (uint32_t i = 0; i < image_count; i++) {
		if (bytes[i].logical_bytes > 0)
			images.order[images.count++] = i;
		images.total_bytes += bytes[i].attributed_bytes;
	}
	qsort_r(images.order, images.count, sizeof(*images.order), compare, bytes);
	if (images.count > 0)
		images.full_bytes = bytes[images.order[0]].attributed_bytes;
	return images;
}

static void
put_numbers(struct html *out, const struct image_bytes *bytes, uint64_t total_bytes,
        uint64_t full_bytes)
{
	kit_bytes_cell(out, bytes->attributed_bytes);
	kit_share_cell(out, bytes->attributed_bytes, total_bytes, full_bytes);
	kit_bytes_cell(out, bytes->unique_bytes);
	kit_bytes_cell(out, bytes->logical_bytes);
}

static void
put_row(struct page *page, const struct images *images, uint32_t image)
{
	const struct bases *bases = page->report->bases;
	struct html *out = &page->html;

	html(out, "<tr><th scope=\"row\">");
	names_image(page, image);
	names_image_details(page, image);
	html(out, "</th>");
	put_numbers(out, &images->bytes[image], images->total_bytes, images->full_bytes);
	html(out, "<td>");
	if (bases->stack_start[image] < bases->stack_start[image + 1])
		names_base(page, bases->stack[bases->stack_start[image + 1] - 1]);
	html(out, "</td></tr>\n");
}

static void
put_rest(struct html *out, const struct images *images, uint32_t shown)
{
	struct image_bytes rest = { 0 };

	for (uint32_t i = shown; i < images->count; i++) {
		const struct image_bytes *bytes = &images->bytes[images->order[i]];

		rest.attributed_bytes += bytes->attributed_bytes;
		rest.unique_bytes += bytes->unique_bytes;
		rest.logical_bytes += bytes->logical_bytes;
	}
	html(out, "<tr>");
	kit_more(out, images->count - shown, "image", "images", "layershare images");
	put_numbers(out, &rest, images->total_bytes, 0);
	html(out, "<td></td></tr>\n");
}

static void
put_table(struct page *page, const char *caption, const struct images *images,
        const struct attribution *registries)
{
	struct html *out = &page->html;
	uint32_t shown = images->count > page->row_limit ? page->row_limit : images->count;
	bool foot = registries != NULL || shown < images->count;

	kit_table_open(out, caption, columns, countof(columns));
	for (uint32_t i = 0; i < shown; i++)
		put_row(page, images, images->order[i]);
	if (foot)
		kit_table_foot(out);
	if (shown < images->count)
		put_rest(out, images, shown);
	if (registries != NULL) {
		kit_rest_row(out, "(indexes)", registries->index_bytes, images->total_bytes, 3);
		kit_rest_row(
		        out, "(artifacts)", registries->artifact_bytes, images->total_bytes, 3);
		kit_total_row(out, "Stored in the registries", images->total_bytes, 4);
	}
	kit_table_close(out, foot);
}

void
section_images(struct page *page)
{
	const struct attribution *attribution = page->report->attribution;
	struct images registry = images_make(page, attribution->registry);
	struct images layout = images_make(page, attribution->layout);

	if (registry.count == 0 && layout.count == 0) {
		html(&page->html, "<p>No image was seen.</p>\n");
		return;
	}
	html(&page->html,
	        "<p><em>Attributed</em> is an image's fair share: each blob is split evenly among "
	        "the images that use it, so the rows add up to what is stored. <em>Unique</em> is "
	        "what nothing else uses: about what deleting the image frees. <em>Logical</em> "
	        "is what it would take alone.</p>\n");
	if (registry.count > 0) {
		registry.total_bytes = attribution->total_bytes;
		put_table(page, "Images in registries, the most expensive first", &registry,
		        attribution);
	}
	if (layout.count > 0)
		put_table(page, "Images in OCI layouts, the most expensive first", &layout, NULL);
}
