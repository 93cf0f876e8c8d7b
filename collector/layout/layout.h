/*
 * The OCI layout collector (image-spec image-layout.md): a directory with oci-layout, index.json
 * and blobs/ALGORITHM/HEX. Opened below the directory without following links out of it
 * (openat2 RESOLVE_BENEATH). The same decoding and the same checks as from a registry: every
 * document is verified against its digest; layers are not read, but a layer file that is missing
 * or has another length than stated is a problem.
 */
#ifndef COLLECTOR_LAYOUT_LAYOUT_H
#define COLLECTOR_LAYOUT_LAYOUT_H

#include "collector/collector.h"

/*
 * Emits one whole scan of SOURCE_LAYOUT named by the absolute path. References: the entries of
 * index.json; repository and tag come from org.opencontainers.image.ref.name or
 * io.containerd.image.name ("host/repo:tag" is split, a bare "1.2" is a tag of the folder's name);
 * entries without a name get tag "" .
 */
int layout_collect(const char *path, const struct collect_context *context,
        struct collect_result *result, struct error *err) must_check;

#endif
