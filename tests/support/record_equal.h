/* Whether two records say the same: member by member, spelled out by hand, so that a member which
 * a table forgets is missed here. */
#ifndef TESTS_SUPPORT_RECORD_EQUAL_H
#define TESTS_SUPPORT_RECORD_EQUAL_H

#include <stdbool.h>

#include "schema/record.h"

bool record_equal(const struct record *a, const struct record *b);

#endif
