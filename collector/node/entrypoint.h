/* What an image runs: found as a runtime finds it, and looked at. */
#ifndef COLLECTOR_NODE_ENTRYPOINT_H
#define COLLECTOR_NODE_ENTRYPOINT_H

#include "collector/node/contents.h"
#include "collector/node/image_view.h"

/* ENTRYPOINT_UNKNOWN if there is no such file, or none that can be run. -1 if it cannot be told. */
int entrypoint_read(enum entrypoint_kind *kind, struct view *view,
        const struct contents_image *image, struct error *err) must_check;

#endif
