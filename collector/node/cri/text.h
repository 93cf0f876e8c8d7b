/* Texts around CRI: endpoints, and what runtimes tell of an image beside the interface. Pure. */
#ifndef COLLECTOR_NODE_CRI_TEXT_H
#define COLLECTOR_NODE_CRI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/arena.h"
#include "common/error.h"
#include "schema/digest.h"

/* The socket of "unix:///run/x.sock", "unix:/run/x.sock" or "/run/x.sock"; NULL for another. */
const char *cri_socket(const char *endpoint);
/* runtime-endpoint of a crictl.yaml, in the arena; NULL if it says none. */
const char *cri_config_endpoint(const char *text, struct arena *arena);
/* The config digest of "sha256:HEX" or "HEX"; false if it is neither. */
bool cri_image_id(struct digest *config, const char *id);
/* "/g/overlay-images" of containers/storage is the root "/g" of the driver "overlay". In the arena;
 * false for another folder. */
bool cri_storage_folder(
        const char **root, const char **driver, const char *mountpoint, struct arena *arena);

/*
 * The member "info" of a verbose ImageStatus: JSON with imageSpec.rootfs.diff_ids, and chainID
 * where the runtime is containerd. No contract promises it. -1 if it says no diff IDs; a chainID
 * that is another one than theirs is a failure too.
 */
int cri_info_decode(const struct digest **diff_ids, size_t *count, const char *json,
        struct arena *arena, struct error *err) must_check;

#endif
