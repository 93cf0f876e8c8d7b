/* Platforms come from documents that anybody may have pushed, so a part is a known set of bytes
 * or it is nothing; after that they can be printed, compared and stored as they are. */
#include "schema/platform.h"

#include <stdio.h>
#include <string.h>

/* `text` ends somewhere behind `length`. */
static bool
is_part(const char *text, size_t length)
{
	return length > 0 && length < sizeof(((struct platform *)NULL)->os) &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") >=
	               length;
}

static void
set_part(char part[32], const char *text, size_t length)
{
	memset(part, 0, 32);
	if (is_part(text, length))
		memcpy(part, text, length);
}

static void
normalise(struct platform *platform)
{
	if (strcmp(platform->architecture, "arm64") == 0 && strcmp(platform->variant, "v8") == 0)
		memset(platform->variant, 0, sizeof(platform->variant));
}

void
platform_set(
        struct platform *platform, const char *os, const char *architecture, const char *variant)
{
	set_part(platform->os, os, os ? strlen(os) : 0);
	set_part(platform->architecture, architecture, architecture ? strlen(architecture) : 0);
	set_part(platform->variant, variant, variant ? strlen(variant) : 0);
	normalise(platform);
}

bool
platform_parse(struct platform *platform, const char *text)
{
	struct platform parsed = { 0 };
	char *const parts[] = { parsed.os, parsed.architecture, parsed.variant };
	size_t count = 0;

	memset(platform, 0, sizeof(*platform));
	for (;; text++) {
		size_t length = strcspn(text, "/");

		if (count == 3 || !is_part(text, length))
			return false;
		set_part(parts[count++], text, length);
		text += length;
		if (*text == '\0')
			break;
	}
	if (count < 2)
		return false;
	normalise(&parsed);
	*platform = parsed;
	return true;
}

const char *
platform_format(const struct platform *platform, char out[PLATFORM_TEXT_SIZE])
{
	const char *os = platform->os[0] ? platform->os : "unknown";
	const char *architecture = platform->architecture[0] ? platform->architecture : "unknown";
	const char *variant = platform->variant;

	if (!platform->os[0] && !platform->architecture[0])
		snprintf(out, PLATFORM_TEXT_SIZE, "unknown");
	else
		snprintf(out, PLATFORM_TEXT_SIZE, "%s/%s%s%s", os, architecture,
		        variant[0] ? "/" : "", variant);
	return out;
}

bool
platform_matches(const struct platform *wanted, const struct platform *platform)
{
	return strcmp(wanted->os, platform->os) == 0 &&
	       strcmp(wanted->architecture, platform->architecture) == 0 &&
	       (!wanted->variant[0] || strcmp(wanted->variant, platform->variant) == 0);
}

bool
platform_is_unknown(const struct platform *platform)
{
	return strcmp(platform->os, "unknown") == 0 &&
	       strcmp(platform->architecture, "unknown") == 0;
}

int
platform_compare(const struct platform *a, const struct platform *b)
{
	int order = strcmp(a->os, b->os);

	if (order == 0)
		order = strcmp(a->architecture, b->architecture);
	return order ? order : strcmp(a->variant, b->variant);
}
