/* Platforms as the image-spec has them (image-index.md "platform"): os/architecture[/variant]. */
#ifndef SCHEMA_PLATFORM_H
#define SCHEMA_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

/* Each part is at most 31 bytes of [A-Za-z0-9._-]; unknown parts are "". */
struct platform {
	char os[32];
	char architecture[32];
	char variant[32];
};

/* "os/arch/variant" + NUL */
#define PLATFORM_TEXT_SIZE 100

/* From the three members of a config or descriptor; NULL counts as "". Parts with other bytes or
 * that are too long become "". An arm64 variant "v8" becomes "" (it is the only one: containerd
 * normalises so). */
void platform_set(
        struct platform *platform, const char *os, const char *architecture, const char *variant);
/* From "linux/arm64/v8" or "linux/amd64"; false if it has not two or three non-empty parts. */
bool platform_parse(struct platform *platform, const char *text);
/* "linux/amd64"; "unknown" when os and architecture are both empty. Returns out. */
const char *platform_format(const struct platform *platform, char out[PLATFORM_TEXT_SIZE]);
/* A wanted platform without variant matches every variant. */
bool platform_matches(const struct platform *wanted, const struct platform *platform);
/* "unknown/unknown": how BuildKit marks attestation manifests in an index. */
bool platform_is_unknown(const struct platform *platform);
int platform_compare(const struct platform *a, const struct platform *b);

#endif
