/*
 * The ask and show commands: each one a file, all of them over one report (answer.h). Signature and
 * result as `run` in command.h.
 *
 * Options that usage, images, bases and explain look up (ask_options):
 *	output (o; table json csv), sort, limit (a count), filter (a list), platform, bytes,
 *	no-header, require-complete
 * Options that report looks up (its own):
 *	output (o; a text: FILE.html, -, json, csv, markdown), platform, limit (rows per table of
 *	the page), require-complete
 */
#ifndef ANALYZER_COMMAND_ASK_H
#define ANALYZER_COMMAND_ASK_H

#include "analyzer/command/command.h"

int command_usage(const struct session *session, const struct options *options, int argc,
        char **argv, struct error *err);
int command_images(const struct session *session, const struct options *options, int argc,
        char **argv, struct error *err);
int command_nodes(const struct session *session, const struct options *options, int argc,
        char **argv, struct error *err);
int command_bases(const struct session *session, const struct options *options, int argc,
        char **argv, struct error *err);
int command_explain(const struct session *session, const struct options *options, int argc,
        char **argv, struct error *err);
int command_report(const struct session *session, const struct options *options, int argc,
        char **argv, struct error *err);

#endif
