/* The two clocks: one for durations, one for dates. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

/* Milliseconds that never step back; the zero is arbitrary. */
int64_t clock_ms(void);
/* Seconds since 1970, UTC. */
int64_t clock_unix(void);

#endif
