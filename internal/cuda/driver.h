/* The few functions of the CUDA driver API that are used, as one call each. The
 * types and numbers are the driver's ABI; its headers are not needed. Handles and
 * addresses are numbers here, for Go must not take them for pointers of its own. */
#ifndef RV_CUDA_DRIVER_H
#define RV_CUDA_DRIVER_H

#include <stddef.h>
#include <stdint.h>

/* What became of a call: code 0 is success, and `call` is what returned it. */
typedef struct rvcuda_result {
    int code;
    const char *call;
} rvcuda_result;

/* What a pointer is. */
typedef struct rvcuda_place {
    uint64_t context; /* in which it can be copied from */
    uint64_t start;   /* of its allocation */
    uint64_t size;
    int32_t kind;     /* RVCUDA_* */
    int32_t mapped;   /* 1: of a pool or of virtual memory management, in pieces */
} rvcuda_place;

#define RVCUDA_UNKNOWN 0 /* not CUDA's at all */
#define RVCUDA_HOST 1    /* host memory that CUDA knows */
#define RVCUDA_DEVICE 2  /* a device's, or managed */

/* One copy: `height` rows of `width` bytes, `pitch` apart at `from`. */
typedef struct rvcuda_copy {
    uint64_t context;
    uint64_t stream;
    uint64_t from;
    uint64_t to;
    uint64_t width;
    uint64_t height;
    uint64_t pitch;
} rvcuda_copy;

/* Loads libcuda.so.1 and starts it. Code -1: there is none, -2: it is too old; `text`
 * says more. Whoever has loaded one of that name already is used. */
rvcuda_result rvcuda_load(char *text, size_t size);

/* Finds out what `pointer` is and which context to use with `stream`. */
rvcuda_result rvcuda_look(uint64_t pointer, uint64_t stream, rvcuda_place *out);

/* Puts the copy on its stream and gives an event behind it. Code -1: the stream is
 * being captured into a graph. With another error and an event the copy may be
 * under way all the same. */
rvcuda_result rvcuda_start(const rvcuda_copy *copy, uint64_t *event);

/* Waits for an event of a context, or asks for it (RVCUDA_NOT_READY), on any thread. */
rvcuda_result rvcuda_wait(uint64_t context, uint64_t event);
rvcuda_result rvcuda_query(uint64_t context, uint64_t event);
void rvcuda_forget(uint64_t context, uint64_t event);

#define RVCUDA_NOT_READY 600

/* Makes host memory page-locked for all contexts, and ends that. */
rvcuda_result rvcuda_lock(uint64_t context, uint64_t memory, uint64_t size);
rvcuda_result rvcuda_unlock(uint64_t context, uint64_t memory);

/* Says whether host memory is page-locked still: it isn't when its context is gone. */
int rvcuda_locked(uint64_t memory);

/* The name and the words of a code; never NULL. */
const char *rvcuda_name(int code);
const char *rvcuda_words(int code);

#endif
