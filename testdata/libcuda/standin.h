/* What a test may ask of the stand-in beside the driver's own functions. */
#ifndef STANDIN_H
#define STANDIN_H

#include <stddef.h>
#include <stdint.h>

/* What has happened so far. */
typedef struct standin_counts {
  int64_t copies;     /* put on streams */
  int64_t rows;       /* of these, by rows (cuMemcpy2DAsync) */
  int64_t bytes;      /* copied to host memory */
  int64_t plain;      /* copies to memory that is not page-locked */
  int64_t clashes;    /* copies to memory that another copy was still on its way to */
  int64_t waits;      /* for a whole device or stream, by anybody */
  int64_t allocations; /* of device memory, not freed */
  int64_t events;     /* not destroyed */
  int64_t registered; /* bytes of host memory that are page-locked now */
  int64_t most;       /* and at the most */
  int64_t unlocked;   /* pieces whose lock ended while a copy was on its way to them */
} standin_counts;

/* Says how long each piece of work on a stream takes. */
void standin_delay(int milliseconds);

/* Makes every call fail with this code, and what is on its way, until it is 0. */
void standin_fail(int code);

/* Makes streams say that they are being captured into a graph. */
void standin_capture(int on);

/* Takes the page lock from all host memory, as resetting a device does. */
void standin_forget_locks(void);

void standin_count(standin_counts *out);

#endif
