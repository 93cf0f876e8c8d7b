/* Numbers and times as people read them, independent of the locale. */
#include "common/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/memory.h"

const char *
text_bytes(uint64_t bytes, char out[24])
{
	static const char units[] = "kMGTPE";
	uint64_t unit = 1000;

	if (bytes < unit) {
		snprintf(out, 24, "%u B", (unsigned)bytes);
		return out;
	}
	for (size_t i = 0;; i++, unit *= 1000) {
		uint64_t whole = bytes / unit;
		uint64_t tenths = (bytes % unit + unit / 20) / (unit / 10);

		whole += tenths / 10;
		tenths %= 10;
		if (whole < 1000) { /* at the latest with E: 2^64 is 18.4 E */
			snprintf(out, 24, "%u.%u %cB", (unsigned)whole, (unsigned)tenths, units[i]);
			return out;
		}
	}
}

const char *
text_count(uint64_t value, char out[32])
{
	char reversed[32];
	size_t length = 0, digits = 0;

	do {
		if (digits > 0 && digits % 3 == 0)
			reversed[length++] = ',';
		reversed[length++] = (char)('0' + value % 10);
		digits++;
		value /= 10;
	} while (value);
	for (size_t i = 0; i < length; i++)
		out[i] = reversed[length - 1 - i];
	out[length] = '\0';
	return out;
}

#define TIME_MAX ((int64_t)253402300799) /* 9999-12-31T23:59:59Z */

const char *
text_time(int64_t unix_seconds, char out[32])
{
	time_t seconds = (time_t)unix_seconds;
	struct tm tm;

	out[0] = '\0';
	if (unix_seconds >= 0 && unix_seconds <= TIME_MAX && gmtime_r(&seconds, &tm))
		strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

/* Exactly `digits` digits at *text, at least `least` and at most `most`; -1 otherwise. */
static int
number(const char **text, int digits, int least, int most)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return -1;
		value = value * 10 + (**text - '0');
	}
	return value < least || value > most ? -1 : value;
}

static int
skip(const char **text, const char *any_of)
{
	if (**text == '\0' || !strchr(any_of, **text))
		return -1;
	(*text)++;
	return 0;
}

static int
parse_date(const char **text, struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;

	if ((year = number(text, 4, 1970, 9999)) < 0 || skip(text, "-") != 0 ||
	        (month = number(text, 2, 1, 12)) < 0 || skip(text, "-") != 0 ||
	        (day = number(text, 2, 1, 31)) < 0)
		return -1;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (day > days[month - 1] + (month == 2 && leap))
		return -1;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return 0;
}

static int
parse_clock(const char **text, struct tm *tm)
{
	if ((tm->tm_hour = number(text, 2, 0, 23)) < 0 || skip(text, ":") != 0 ||
	        (tm->tm_min = number(text, 2, 0, 59)) < 0 || skip(text, ":") != 0 ||
	        (tm->tm_sec = number(text, 2, 0, 60)) < 0) /* 60: a leap second */
		return -1;
	if (**text != '.')
		return 0;
	size_t digits = strspn(++*text, "0123456789"); /* whole seconds are enough for us */
	*text += digits;
	return digits ? 0 : -1;
}

static int
parse_offset(const char **text, int *offset_seconds)
{
	int hours, minutes;

	*offset_seconds = 0;
	if (skip(text, "Zz") == 0)
		return 0;
	int sign = **text == '-' ? -1 : 1;
	if (skip(text, "+-") != 0 || (hours = number(text, 2, 0, 23)) < 0 || skip(text, ":") != 0 ||
	        (minutes = number(text, 2, 0, 59)) < 0)
		return -1;
	*offset_seconds = sign * (hours * 3600 + minutes * 60);
	return 0;
}

int
text_parse_time(const char *text, int64_t *unix_seconds)
{
	struct tm tm = { 0 };
	int offset_seconds;

	if (parse_date(&text, &tm) != 0 || skip(&text, "Tt") != 0 || parse_clock(&text, &tm) != 0 ||
	        parse_offset(&text, &offset_seconds) != 0 || *text != '\0')
		return -1;
	int64_t seconds = (int64_t)timegm(&tm) - offset_seconds;
	if (seconds < 0 || seconds > TIME_MAX)
		return -1;
	*unix_seconds = seconds;
	return 0;
}
