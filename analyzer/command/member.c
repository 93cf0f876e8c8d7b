/* Nothing here can fail: jansson does only without memory, or with a text that is no UTF-8. */
#include "analyzer/command/member.h"

#include <string.h>

#include "common/buf.h"
#include "common/text.h"

json_t *
json_text(const char *text)
{
	if (text == NULL)
		return json_null();
	if (text_is_utf8(text, strlen(text)))
		return json_string(text);
	auto_buf clean = { 0 };
	text_clean(&clean, text, strlen(text));
	return json_string(buf_text(&clean));
}

json_t *
json_digest(const struct digest *digest)
{
	char text[DIGEST_TEXT_SIZE];

	return digest_is_set(digest) ? json_string(digest_format(digest, text)) : json_null();
}

json_t *
json_number(uint64_t value)
{
	return json_integer(value < INT64_MAX ? (json_int_t)value : INT64_MAX);
}

void
member_null(json_t *object, const char *name)
{
	json_object_set_new(object, name, json_null());
}

void
member_flag(json_t *object, const char *name, bool value)
{
	json_object_set_new(object, name, json_boolean(value));
}

void
member_number(json_t *object, const char *name, uint64_t value)
{
	json_object_set_new(object, name, json_number(value));
}

void
member_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, json_text(text));
}

void
member_digest(json_t *object, const char *name, const struct digest *digest)
{
	json_object_set_new(object, name, json_digest(digest));
}

void
member_platform(json_t *object, const char *name, const struct platform *platform)
{
	char text[PLATFORM_TEXT_SIZE];
	bool known = platform->os[0] != '\0' || platform->architecture[0] != '\0';

	member_text(object, name, known ? platform_format(platform, text) : NULL);
}

void
member_time(json_t *object, const char *name, int64_t unix_seconds)
{
	char text[32];

	text_time(unix_seconds, text);
	member_text(object, name, text[0] != '\0' ? text : NULL);
}

json_t *
member_array(json_t *object, const char *name)
{
	json_t *array = json_array();

	json_object_set_new(object, name, array);
	return array;
}

json_t *
member_object(json_t *object, const char *name)
{
	json_t *member = json_object();

	json_object_set_new(object, name, member);
	return member;
}
