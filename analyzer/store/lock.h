/* One writer: an flock(2) on FILE.lock, which the kernel drops however the process ends. */
#ifndef ANALYZER_STORE_LOCK_H
#define ANALYZER_STORE_LOCK_H

#include "common/error.h"

/* The descriptor that holds the lock (close it to unlock), or -1: another process holds it (the
 * message has its pid) or the file cannot be made. The file stays: removing it would let two
 * processes lock two files of the same name. */
int lock_take(const char *db_path, struct error *err) must_check;

#endif
