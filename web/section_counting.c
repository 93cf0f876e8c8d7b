/* How it counts, in words: "shared" has four keys, and which numbers were measured. The long form
 * is docs/counting.md. */
#include "web/section.h"

#include "common/memory.h"
#include "web/kit.h"

static const struct kit_column columns[] = {
	{ "Resource", false },
	{ "Shared means", false },
	{ "Within", false },
	{ "Unit", false },
	{ "In this report", false },
};

static const struct {
	const char *resource, *key, *scope, *unit, *here;
} keys[] = {
	{ "Registry storage", "the same blob digest: the same compressed bytes",
	        "the registry, a namespace or a repository of it: a setting per registry",
	        "compressed bytes", "yes" },
	{ "Network, pull", "what the pulling engine already has; each engine looks differently",
	        "one store of a node", "compressed bytes", "not yet" },
	{ "Disk of a node", "the same chain: this layer on the same layers below",
	        "one store of a node", "unpacked bytes", "not yet" },
	{ "Memory", "the same file of the same chain, with a driver that shares files",
	        "one kernel", "resident bytes", "not yet" },
};

static const struct {
	const char *term, *meaning;
} terms[] = {
	{ "Logical", "What the images would take if nothing were shared. Every distinct image "
	             "counts once, however many tags it has; a blob that is twice in one image "
	             "counts once." },
	{ "Actual", "What the registry stores for them: every distinct layer, config and manifest "
	            "that a tag reaches, once." },
	{ "Ideal", "What they could take. It is a ladder from a plain rebuild to another base, "
	           "and is not computed in this version." },
	{ "Measured",
	        "Sizes of manifests and configs: they were read, and their digests checked." },
	{ "Claimed", "Sizes of layers are as the manifests state them, and the layers' identities "
	             "(diff IDs) as the configs state them. Layers are not downloaded." },
	{ "Size", "Compressed bytes, as they lie in the registry and travel. They say nothing "
	          "about bytes on a node's disk. MB are 1,000,000 bytes; the exact number is on "
	          "every size as a tooltip." },
};

void
section_counting(struct page *page)
{
	struct html *out = &page->html;

	html(out, "<p>“Shared” means something else for each resource. Equal layers on top of a "
	          "differing layer are shared in the registry, but not on disk and not in "
	          "memory.</p>\n");
	kit_table_open(out, "The four meanings of shared", columns, countof(columns));
	for (size_t i = 0; i < countof(keys); i++)
		html(out,
		        "<tr><th scope=\"row\">%s</th><td class=\"text\">%s</td>"
		        "<td class=\"text\">%s</td><td>%s</td><td>%s</td></tr>\n",
		        keys[i].resource, keys[i].key, keys[i].scope, keys[i].unit, keys[i].here);
	kit_table_close(out, false);
	html(out, "<dl class=\"terms\">\n");
	for (size_t i = 0; i < countof(terms); i++)
		html(out, "<div><dt>%s</dt><dd>%s</dd></div>\n", terms[i].term, terms[i].meaning);
	html(out, "</dl>\n");
}
