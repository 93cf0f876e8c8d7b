/* The rows of the command table: each command's file defines its own. */
#ifndef ANALYZER_COMMAND_TABLE_H
#define ANALYZER_COMMAND_TABLE_H

#include "analyzer/command/command.h"

extern const struct command command_scan_registry, command_scan_node, command_scan_layout;
extern const struct command command_import;
extern const struct command command_doctor, command_config_show, command_completion, command_help;
/* ask_table.c */
extern const struct command ask_usage, ask_images, ask_nodes, ask_bases, ask_explain, show_report;

#endif
