/* One scan over a table of answers, and what it said: for the tests of the registry client. */
#ifndef TESTS_SUPPORT_SCAN_RUN_H
#define TESTS_SUPPORT_SCAN_RUN_H

#include "tests/support/answers.h"
#include "tests/support/record_log.h"

#define HOST "127.0.0.1:5000"
/* The length of every manifest that answers_image() makes. */
#define IMAGE_BYTES 344

/* "repository:tag", and what it pointed at. */
struct known_reference {
	const char *name;
	struct digest digest;
};

struct run {
	struct answers answers;
	struct registry_options options;
	struct target targets[8];
	struct collect_context context;
	struct collect_result result;
	struct record_log log;
	struct error err;
	/* What the receiver knows. */
	bool remembers;
	struct map known_configs;
	VEC(struct record_manifest) known;
	VEC(struct known_reference) known_references;
	VEC(struct digest) known_absent;
	struct arena memory;
};

struct run *run_begin(void);
void run_end(struct run *run);
/* One more target of the scan. */
void run_target(struct run *run, const char *text);
/* The targets are forgotten. */
void run_untarget(struct run *run);
/* Every tag was read before, and pointed at something else: so it is asked by HEAD. */
void run_every_tag_is_known(struct run *run);
/* The records of one scan as text, NULL when it failed. */
const char *run_scan(struct run *run);
/* Two repositories: shop/app with two tags on one image, base with one and an index. */
void small_registry(struct run *run);

size_t count_of(const char *text, const char *what);
void assert_says(const char *text, const char *what);
void assert_silent(const char *text, const char *what);

#endif
