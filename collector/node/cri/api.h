/* What a runtime is asked over CRI: v1, or v1alpha2 where that is all it has. In the arena. */
#ifndef COLLECTOR_NODE_CRI_API_H
#define COLLECTOR_NODE_CRI_API_H

#include "collector/grpc.h"
#include "schema/digest.h"

struct cri {
	struct grpc grpc;
	const char *version; /* of the interface: "v1" */
	const char *runtime; /* "cri-o", and its version */
	const char *folder;  /* where images are kept, as ImageFsInfo says; "" if it says none */
	uint64_t used_bytes; /* there */
};

struct cri_image {
	const char *id;
	const char *const *tags, *const *digests; /* "host/repo:tag", "host/repo@sha256:…" */
	size_t tag_count, digest_count;
};

struct cri_container {
	const char *id, *image; /* the image by ID or by reference, as the runtime likes */
	bool running;
};

/* Asks who is there and where images lie; grpc.socket is set. */
int cri_open(struct cri *cri, struct arena *arena, struct error *err) must_check;
int cri_images(struct cri *cri, struct cri_image **images, size_t *count, struct arena *arena,
        struct error *err) must_check;
int cri_containers(struct cri *cri, struct cri_container **containers, size_t *count,
        struct arena *arena, struct error *err) must_check;
/* The diff IDs of an image; -1 also if the runtime does not tell them. */
int cri_diff_ids(struct cri *cri, const char *image, const struct digest **diff_ids, size_t *count,
        struct arena *arena, struct error *err) must_check;

#endif
