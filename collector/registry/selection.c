/*
 * A selection is named in every answer that rests on it, so it must stay short and readable: what
 * is too long (an @FILE of thousands) is cut.
 */
#include "collector/registry/selection.h"

#include <string.h>

#include "common/text.h"
#include "schema/record.h"

#define ELLIPSIS "…"

static bool
wants_everything(const struct registry_options *options)
{
	for (size_t i = 0; i < options->target_count; i++) {
		if (options->targets[i].kind == TARGET_CATALOGUE)
			return true;
	}
	return false;
}

static void
put_target(struct buf *out, const struct target *target)
{
	char digest[DIGEST_TEXT_SIZE];

	buf_puts(out, target->repository);
	if (target->kind == TARGET_NAMESPACE)
		buf_puts(out, "/");
	else if (target->kind == TARGET_REFERENCE && target->tag[0] != '\0')
		buf_printf(out, ":%s", target->tag);
	else if (target->kind == TARGET_REFERENCE)
		buf_printf(out, "@%s", digest_format(&target->digest, digest));
}

static const char *
joint(const struct buf *out)
{
	return out->length > 0 ? "; " : "";
}

static void
put_globs(struct buf *out, const char *what, const char *const *globs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s%s%s", i == 0 ? joint(out) : ", ", i == 0 ? what : "", globs[i]);
}

/* Bytes of `text` up to the limit, with room for the ellipsis, and no character torn. */
static size_t
cut_length(const char *text)
{
	size_t length = RECORD_MAX_SELECTION - strlen(ELLIPSIS);

	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

bool
selection_write(struct buf *out, const struct registry_options *options)
{
	auto_buf raw = { 0 }, clean = { 0 };

	if (!wants_everything(options)) {
		for (size_t i = 0; i < options->target_count; i++) {
			buf_puts(&raw, i > 0 ? ", " : "");
			put_target(&raw, &options->targets[i]);
		}
	}
	put_globs(&raw, "include ", options->include, options->include_count);
	put_globs(&raw, "exclude ", options->exclude, options->exclude_count);
	if (options->tags != NULL)
		buf_printf(&raw, "%stags %s", joint(&raw), options->tags);
	if (options->platform != NULL) {
		char platform[PLATFORM_TEXT_SIZE];

		buf_printf(&raw, "%splatform %s", joint(&raw),
		        platform_format(options->platform, platform));
	}
	if (raw.length == 0)
		return false;
	text_clean(&clean, buf_text(&raw), raw.length);
	if (clean.length <= RECORD_MAX_SELECTION) {
		buf_append(out, buf_text(&clean), clean.length);
	} else {
		buf_append(out, buf_text(&clean), cut_length(buf_text(&clean)));
		buf_puts(out, ELLIPSIS);
	}
	return true;
}
