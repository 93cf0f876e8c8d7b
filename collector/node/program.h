/*
 * What an executable file is, by its first bytes and its name. Pure.
 *
 * ELF says where its program headers are; one of type PT_INTERP means that a dynamic loader runs
 * it. Without one it is static, position-independent or not.
 */
#ifndef COLLECTOR_NODE_PROGRAM_H
#define COLLECTOR_NODE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/record_node.h"

#define PROGRAM_HEAD_BYTES  64   /* of the file that are enough for program_head() */
#define PROGRAM_TABLE_BYTES 4096 /* of program headers; those behind are not looked at */

enum program_form {
	PROGRAM_OTHER,
	PROGRAM_SCRIPT, /* "#!" */
	PROGRAM_ELF,
};

/* Where in the file the program headers are. */
struct elf_table {
	uint64_t offset;
	size_t count, entry_bytes;
	bool is_64_bit, big_endian;
};

/* *table is filled for PROGRAM_ELF only; then count × entry_bytes ≤ PROGRAM_TABLE_BYTES. An ELF
 * file that is not executable, or whose header lies, is PROGRAM_OTHER. */
enum program_form program_head(const unsigned char *head, size_t length, struct elf_table *table);
/* 1 if these bytes of the table have a PT_INTERP, 0 if not, -1 if the table is cut short. */
int program_has_loader(const struct elf_table *table, const unsigned char *bytes, size_t length);

/* True for shells, python, java and the like, whatever version stands behind the name: what they
 * run is data to them. */
bool program_is_interpreter(const char *name);

#endif
