/* One line per embedded file; names are declared in schema/embed.h. The Makefile states that this
 * object depends on the files (-MMD does not see .incbin). */
	.macro embed name, file
	.global embed_\name
	.global embed_\name\()_end
	.balign 16
embed_\name:
	.incbin "\file"
embed_\name\()_end:
	.byte 0
	.endm

	.section .rodata
	embed sql_0001, "schema/sql/0001_registry.sql"
	embed sql_0002, "schema/sql/0002_nodes.sql"
	embed report_css, "web/assets/report.css"

	.section .note.GNU-stack, "", %progbits
