/*
 * Digests as small numbers. A bounded cache spares most questions to the database: the layers of
 * one image are those of its neighbours.
 */
#ifndef ANALYZER_STORE_INTERN_H
#define ANALYZER_STORE_INTERN_H

#include "analyzer/store/db.h"

/* Digests remembered at once, about 150 bytes each. */
#define INTERN_CACHE_MAX 16384

struct intern;

struct intern *intern_new(struct db *db);
void intern_free(struct intern *intern);

/* The row of a digest, made when it is new. */
int intern_digest(struct intern *intern, const struct digest *digest, int64_t *id,
        struct error *err) must_check;
/* The row of a layer blob, made with `size_bytes` when it is new; *stored_bytes is the size that
 * the store has, which is the one that was claimed first. */
int intern_layer(struct intern *intern, const struct digest *digest, uint64_t size_bytes,
        int64_t *id, uint64_t *stored_bytes, struct error *err) must_check;

#endif
