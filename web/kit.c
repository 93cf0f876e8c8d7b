/* Markup that repeats. Classes are in web/assets/report.css. */
#include "web/kit.h"

#include <string.h>

#include "common/memory.h"
#include "common/text.h"
#include "schema/record.h"
#include "web/svg.h"

/* The region can be focused: else a keyboard could not scroll it. */
void
kit_table_open(struct html *out, const char *caption, const struct kit_column *columns,
        size_t column_count)
{
	html(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n",
	        caption);
	html(out, "<table>\n<caption>%s</caption>\n<thead>\n<tr>", caption);
	for (size_t i = 0; i < column_count; i++) {
		if (columns[i].number)
			html(out, "<th scope=\"col\" class=\"n\">%s</th>", columns[i].title);
		else
			html(out, "<th scope=\"col\">%s</th>", columns[i].title);
	}
	html(out, "</tr>\n</thead>\n<tbody>\n");
}

void
kit_table_foot(struct html *out)
{
	html(out, "</tbody>\n<tfoot>\n");
}

void
kit_table_close(struct html *out, bool foot)
{
	if (foot)
		html(out, "</tfoot>\n</table>\n</div>\n");
	else
		html(out, "</tbody>\n</table>\n</div>\n");
}

void
kit_more(struct html *out, uint64_t count, const char *one, const char *many, const char *command)
{
	char number[32];

	html(out, "<th scope=\"row\">and %s more %s", text_count(count, number),
	        count == 1 ? one : many);
	html(out, "<span class=\"sub\">all of them: <code>%s</code></span></th>", command);
}

void
kit_rest_row(struct html *out, const char *name, uint64_t bytes, uint64_t total_bytes,
        unsigned blank_cells)
{
	html(out, "<tr><th scope=\"row\">%s</th>", name);
	kit_bytes_cell(out, bytes);
	kit_share_cell(out, bytes, total_bytes, 0);
	kit_blank_cells(out, blank_cells);
	html(out, "</tr>\n");
}

void
kit_total_row(struct html *out, const char *name, uint64_t bytes, unsigned blank_cells)
{
	html(out, "<tr class=\"total\"><th scope=\"row\">%s</th>", name);
	kit_bytes_cell(out, bytes);
	kit_blank_cells(out, blank_cells);
	html(out, "</tr>\n");
}

void
kit_bytes(struct html *out, uint64_t bytes)
{
	char size[24], exact[32];

	html(out, "<span class=\"size\" title=\"%s byte%s\">%s</span>", text_count(bytes, exact),
	        kit_s(bytes), text_bytes(bytes, size));
}

void
kit_bytes_cell(struct html *out, uint64_t bytes)
{
	html(out, "<td class=\"n\">");
	kit_bytes(out, bytes);
	html(out, "</td>");
}

void
kit_count_cell(struct html *out, uint64_t count)
{
	char text[32];

	html(out, "<td class=\"n\">%s</td>", text_count(count, text));
}

void
kit_share_cell(struct html *out, uint64_t part_bytes, uint64_t whole_bytes, uint64_t full_bytes)
{
	unsigned permille = svg_permille(part_bytes, whole_bytes);

	html(out, "<td class=\"n share\">%u.%u %%", permille / 10, permille % 10);
	if (full_bytes > 0)
		svg_meter(out, part_bytes, full_bytes);
	html(out, "</td>");
}

void
kit_blank_cells(struct html *out, unsigned count)
{
	while (count-- > 0)
		html(out, "<td></td>");
}

void
kit_factor(struct html *out, uint64_t logical_bytes, uint64_t actual_bytes)
{
	if (actual_bytes == 0)
		html(out, "–");
	else
		html(out, "%.1f×", (double)logical_bytes / (double)actual_bytes);
}

void
kit_time(struct html *out, int64_t unix_seconds)
{
	char iso[32] = "", day[32];

	if (unix_seconds == RECORD_TIME_UNKNOWN) {
		html(out, "never");
		return;
	}
	memcpy(day, text_time(unix_seconds, iso), sizeof(day));
	/* "2026-01-31T02:00:00Z": both halves are read as text of their own. */
	day[10] = '\0';
	day[16] = '\0';
	html(out, "<time datetime=\"%s\">%s %s UTC</time>", iso, day, day + 11);
}

void
kit_age(struct html *out, const char *before, int64_t unix_seconds, int64_t now)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } };
	int64_t age;

	if (unix_seconds == RECORD_TIME_UNKNOWN || unix_seconds > now)
		return;
	age = now - unix_seconds;
	for (size_t i = 0; i < countof(units); i++) {
		/* Two of a unit at least: "36 hours" says more than "1 day". */
		uint64_t count = (uint64_t)(age / units[i].seconds);

		if (count >= 2 || (count == 1 && i == countof(units) - 1)) {
			html(out, "%s%llu %s%s old", before, (unsigned long long)count,
			        units[i].unit, kit_s(count));
			return;
		}
	}
	html(out, "%sless than a minute old", before);
}

const char *
kit_s(uint64_t count)
{
	return count == 1 ? "" : "s";
}
