/*
 * Bases: proper chain prefixes that images of other repositories stand on (model.md 6). Pure.
 *
 * proven   a known image's full chain is the prefix. All names that own it are kept; the one shown
 *          comes first by rule: repository marked base in the configuration, single-component or
 *          "library/" repository of a registry, other repositories of registries, layouts; then
 *          the oldest image (created before Docker's first release means unknown: reproducible
 *          builds say 1970), then the name.
 * unnamed  nobody owns the chain: a branch point with users in at least two repositories; when one
 *          repository holds all of them (the others mirror it), that is one.
 * self     each owner's repository holds the user as well: not its base. A base that is self for
 *          all that stand on it is none.
 *
 * Images made of empty layers only are no base; an unnamed branch point whose top layer is empty
 * counts as its highest non-empty ancestor. Images with the same chain as the base (retags, other
 * configs) are not its users. Images that no reference names neither own nor use.
 */
#ifndef ANALYZER_MODEL_BASES_H
#define ANALYZER_MODEL_BASES_H

#include "analyzer/model/naming.h"
#include "analyzer/model/trie.h"

enum base_evidence { /* strongest first */
	BASE_CERTAIN,
	BASE_PROVEN,
	BASE_UNNAMED,
	BASE_CLAIMED,
	BASE_GUESSED,
};
const char *base_evidence_name(enum base_evidence evidence); /* "proven" */

struct base {
	uint32_t node;   /* of the trie */
	uint32_t parent; /* the next base below in its chain, into bases.at; NONE = a root base */
	enum base_evidence evidence;
	const uint32_t
	        *owners; /* references that point at an image with this chain, best name first */
	uint32_t owner_count;
	const char *const *names; /* "host/repo:tag" of the owners, same order */
	struct platform platform; /* of the best owner; unnamed: of the lowest user */
	uint32_t users;           /* distinct images standing on it, without `self` */
	uint32_t repositories;    /* distinct repositories of these */
	uint64_t bytes;           /* compressed bytes of its chain */
	uint64_t saved_bytes;     /* bytes × (users − 1): what sharing it saves; the ranking */
	bool several_owners;      /* ambiguous: owners of more than one repository */
};

struct bases {
	struct base *at; /* by saved_bytes descending, then in the trie's order */
	uint32_t count;
	/* Per image the bases it stands on, bottom (root) first, without `self`. */
	uint32_t *stack;       /* into at */
	uint32_t *stack_start; /* per image, image_count + 1 entries */
};

struct base_options {
	const char *const
	        *marked; /* globs over "host/repo" that the configuration marks as bases */
	size_t marked_count;
	const struct platform *platform; /* NULL = all */
};

struct bases *bases_build(const struct snapshot *snapshot, const struct trie *trie,
        const struct naming *names, const struct base_options *options, struct arena *arena);

#endif
