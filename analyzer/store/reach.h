/*
 * What a source holds, as SQL: the documents that its references lead to, directly, through
 * indexes, or as referrers of what is held.
 */
#ifndef ANALYZER_STORE_REACH_H
#define ANALYZER_STORE_REACH_H

/* Which references (r) scan :scan saw. */
#define SQL_SEEN_BY_SCAN "r.since <= :scan AND (r.until IS NULL OR r.until > :scan)"

/* A table `reached (digest)` for the statement that follows; binds :source and :scan. UNION drops
 * what was met before, so that no knot of indexes and subjects makes it endless. */
#define SQL_WITH_REACHED                                                                           \
	"WITH RECURSIVE reached (digest) AS ("                                                     \
	" SELECT r.digest FROM repository p JOIN reference r ON r.repository = p.id"               \
	" WHERE p.source = :source AND " SQL_SEEN_BY_SCAN                                          \
	" UNION SELECT c.child FROM reached JOIN index_child c ON c.manifest = reached.digest"     \
	" UNION SELECT m.digest FROM reached JOIN manifest m ON m.subject = reached.digest) "

#endif
