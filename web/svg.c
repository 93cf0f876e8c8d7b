/*
 *	If nothing were shared                 180.0 MB
 *	███████████████████████████████████████████████
 *	Stored; sharing saves 106.0 MB          74.0 MB
 *	███████████████████┆┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┆
 */
#include "web/svg.h"

#include "common/text.h"

unsigned
svg_permille(uint64_t part, uint64_t whole)
{
	if (whole == 0)
		return 0;
	if (part >= whole)
		return 1000;
	return (unsigned)((double)part * 1000 / (double)whole + 0.5);
}

static void
bar_value(struct html *out, unsigned y, uint64_t bytes)
{
	char size[24];

	html(out, "<text class=\"value\" x=\"100%%\" y=\"%u\" text-anchor=\"end\">%s</text>\n", y,
	        text_bytes(bytes, size));
}

static void
bar_rect(struct html *out, const char *class, unsigned y, unsigned from, unsigned to)
{
	if (to <= from)
		return;
	html(out, "<rect class=\"%s\" x=\"%u.%u%%\" y=\"%u\" width=\"%u.%u%%\" height=\"14\"/>\n",
	        class, from / 10, from % 10, y, (to - from) / 10, (to - from) % 10);
}

void
svg_bars(struct html *out, unsigned number, const struct svg_bars *bars)
{
	unsigned logical = svg_permille(bars->logical_bytes, bars->full_bytes);
	unsigned actual = svg_permille(bars->actual_bytes, bars->full_bytes);
	uint64_t saved_bytes = bars->logical_bytes > bars->actual_bytes
	                               ? bars->logical_bytes - bars->actual_bytes
	                               : 0;
	char logical_text[24], actual_text[24], saved[24];

	html(out,
	        "<svg class=\"bars\" role=\"img\" width=\"100%%\" height=\"84\" "
	        "aria-labelledby=\"bars-%u-title\" aria-describedby=\"bars-%u-desc\">\n"
	        "<title id=\"bars-%u-title\">%s: without sharing and stored</title>\n",
	        number, number, number, bars->name);
	html(out,
	        "<desc id=\"bars-%u-desc\">Two bars. If nothing were shared: %s. Stored: %s."
	        "</desc>\n",
	        number, text_bytes(bars->logical_bytes, logical_text),
	        text_bytes(bars->actual_bytes, actual_text));
	html(out, "<text x=\"0\" y=\"12\">If nothing were shared</text>");
	bar_value(out, 12, bars->logical_bytes);
	bar_rect(out, "logical", 19, 0, logical);
	if (saved_bytes > 0)
		html(out, "<text x=\"0\" y=\"56\">Stored; sharing saves %s</text>",
		        text_bytes(saved_bytes, saved));
	else
		html(out, "<text x=\"0\" y=\"56\">Stored</text>");
	bar_value(out, 56, bars->actual_bytes);
	bar_rect(out, "saved", 63, actual, logical);
	bar_rect(out, "actual", 63, 0, actual);
	html(out, "</svg>\n");
}

void
svg_meter(struct html *out, uint64_t part, uint64_t whole)
{
	unsigned length = svg_permille(part, whole);

	html(out, "<svg class=\"meter\" aria-hidden=\"true\" width=\"100%%\" height=\"6\">");
	if (length > 0)
		html(out, "<rect class=\"actual\" width=\"%u.%u%%\" height=\"6\" rx=\"3\"/>",
		        length / 10, length % 10);
	html(out, "</svg>");
}
