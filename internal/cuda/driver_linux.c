//go:build cgo

#include "driver.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

typedef int result;              /* CUresult */
typedef uint64_t context;        /* CUcontext, of 64 bits wherever there is CUDA */
typedef uint64_t stream;         /* CUstream */
typedef uint64_t event;          /* CUevent */
typedef uint64_t pointer;        /* CUdeviceptr */

/* CUDA_MEMCPY2D. */
typedef struct copy_2d {
    size_t from_x, from_y;
    unsigned int from_type;
    const void *from_host;
    pointer from_device;
    void *from_array;
    size_t from_pitch;
    size_t to_x, to_y;
    unsigned int to_type;
    void *to_host;
    pointer to_device;
    void *to_array;
    size_t to_pitch;
    size_t width, height;
} copy_2d;

enum {
    MEMORY_HOST = 1, /* CUmemorytype */
    MEMORY_DEVICE = 2,
    MEMORY_UNIFIED = 4,
    POINTER_CONTEXT = 1, /* CUpointer_attribute */
    POINTER_TYPE = 2,
    POINTER_MANAGED = 8,
    POINTER_DEVICE = 9,
    EVENT_BLOCKING = 1, /* sleeps instead of spinning */
    EVENT_NO_TIMING = 2,
    REGISTER_PORTABLE = 1,
    STREAM_PER_THREAD = 2, /* the last handle that is not a stream's own */
    CAPTURE_RELAXED = 2,
    LARGEST_DEVICE = 64,
};

static struct driver {
    result (*init)(unsigned int);
    result (*error_name)(result, const char **);
    result (*error_string)(result, const char **);
    result (*pointer_attributes)(unsigned int, int *, void **, pointer);
    result (*address_range)(pointer *, size_t *, pointer);
    result (*push)(context);
    result (*pop)(context *);
    result (*current)(context *);
    result (*current_device)(int *);
    result (*primary)(context *, int);
    result (*stream_context)(stream, context *);
    result (*capturing)(stream, int *);
    result (*capture_mode)(int *);
    result (*copy)(void *, pointer, size_t, stream);
    result (*copy_2d)(const copy_2d *, stream);
    result (*event_create)(event *, unsigned int);
    result (*event_record)(event, stream);
    result (*event_synchronize)(event);
    result (*event_query)(event);
    result (*event_destroy)(event);
    result (*host_register)(void *, size_t, unsigned int);
    result (*host_unregister)(void *);
} cuda;

static const struct {
    const char *name;
    void **to;
    int needed;
} symbols[] = {
    {"cuInit", (void **)&cuda.init, 1},
    {"cuGetErrorName", (void **)&cuda.error_name, 1},
    {"cuGetErrorString", (void **)&cuda.error_string, 1},
    {"cuPointerGetAttributes", (void **)&cuda.pointer_attributes, 1},
    {"cuMemGetAddressRange_v2", (void **)&cuda.address_range, 1},
    {"cuCtxPushCurrent_v2", (void **)&cuda.push, 1},
    {"cuCtxPopCurrent_v2", (void **)&cuda.pop, 1},
    {"cuCtxGetCurrent", (void **)&cuda.current, 1},
    {"cuCtxGetDevice", (void **)&cuda.current_device, 1},
    {"cuDevicePrimaryCtxRetain", (void **)&cuda.primary, 1},
    {"cuStreamGetCtx", (void **)&cuda.stream_context, 0},
    {"cuStreamIsCapturing", (void **)&cuda.capturing, 0},
    {"cuThreadExchangeStreamCaptureMode", (void **)&cuda.capture_mode, 0},
    {"cuMemcpyDtoHAsync_v2", (void **)&cuda.copy, 1},
    {"cuMemcpy2DAsync_v2", (void **)&cuda.copy_2d, 1},
    {"cuEventCreate", (void **)&cuda.event_create, 1},
    {"cuEventRecord", (void **)&cuda.event_record, 1},
    {"cuEventSynchronize", (void **)&cuda.event_synchronize, 1},
    {"cuEventQuery", (void **)&cuda.event_query, 1},
    {"cuEventDestroy_v2", (void **)&cuda.event_destroy, 1},
    {"cuMemHostRegister_v2", (void **)&cuda.host_register, 1},
    {"cuMemHostUnregister", (void **)&cuda.host_unregister, 1},
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int loaded;
static context primaries[LARGEST_DEVICE]; /* retained once, for good */

static rvcuda_result answer(int code, const char *call)
{
    const rvcuda_result r = {code, call};
    return r;
}

/* Makes a context current on this thread, in a mode in which calls don't spoil a
 * graph that some other thread captures; `old` is for leave. */
static result enter(context c, int *old)
{
    const result code = cuda.push(c);
    *old = -1;
    if (code == 0 && cuda.capture_mode != NULL) {
        *old = CAPTURE_RELAXED;
        if (cuda.capture_mode(old) != 0)
            *old = -1;
    }
    return code;
}

static void leave(int old)
{
    context c;
    if (old >= 0)
        cuda.capture_mode(&old);
    cuda.pop(&c);
}

static rvcuda_result load(char *text, size_t size)
{
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *why = dlerror();
        snprintf(text, size, "%s", why != NULL ? why : "libcuda.so.1 can't be loaded");
        return answer(-1, "dlopen");
    }
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        *symbols[i].to = dlsym(library, symbols[i].name);
        if (*symbols[i].to == NULL && symbols[i].needed) {
            snprintf(text, size, "it has no %s", symbols[i].name);
            dlclose(library);
            return answer(-2, "dlsym");
        }
    }
    return answer(cuda.init(0), "cuInit");
}

rvcuda_result rvcuda_load(char *text, size_t size)
{
    pthread_mutex_lock(&lock);
    rvcuda_result r = answer(0, "");
    if (!loaded) {
        r = load(text, size);
        loaded = r.code == 0;
    }
    pthread_mutex_unlock(&lock);
    return r;
}

/* The primary context of a device, as the CUDA runtime uses it. */
static rvcuda_result primary_of(int device, context *out)
{
    result code = 0;
    if (device < 0 || device >= LARGEST_DEVICE)
        return answer(101, "cuDevicePrimaryCtxRetain"); /* CUDA_ERROR_INVALID_DEVICE */
    pthread_mutex_lock(&lock);
    if (primaries[device] == 0)
        code = cuda.primary(&primaries[device], device);
    *out = primaries[device];
    pthread_mutex_unlock(&lock);
    return answer(code, "cuDevicePrimaryCtxRetain");
}

/* Memory of pools and of virtual memory management belongs to no context: the
 * stream's is taken, else the caller's if it is of that device, else the primary one. */
static rvcuda_result context_for(int device, stream s, context *out)
{
    int at = -1;
    if (s > STREAM_PER_THREAD && cuda.stream_context != NULL && cuda.stream_context(s, out) == 0 &&
        *out != 0)
        return answer(0, "");
    if (cuda.current(out) == 0 && *out != 0 && cuda.current_device(&at) == 0 && at == device)
        return answer(0, "");
    return primary_of(device, out);
}

static rvcuda_result range_of(pointer p, rvcuda_place *out)
{
    pointer start = 0;
    size_t size = 0;
    context old;
    result code = cuda.push(out->context);
    if (code != 0)
        return answer(code, "cuCtxPushCurrent");
    code = cuda.address_range(&start, &size, p);
    out->start = start;
    out->size = size;
    cuda.pop(&old);
    return answer(code, "cuMemGetAddressRange");
}

rvcuda_result rvcuda_look(uint64_t p, uint64_t s, rvcuda_place *out)
{
    unsigned int type = 0;
    int managed = 0, device = 0;
    context owner = 0;
    int which[] = {POINTER_CONTEXT, POINTER_TYPE, POINTER_MANAGED, POINTER_DEVICE};
    void *values[] = {&owner, &type, &managed, &device};
    memset(out, 0, sizeof *out);
    /* Of a pointer that isn't CUDA's this succeeds, and the values are zero. */
    const result code = cuda.pointer_attributes(4, which, values, p);
    if (code == 1) /* CUDA_ERROR_INVALID_VALUE, of older drivers */
        return answer(0, "");
    if (code != 0)
        return answer(code, "cuPointerGetAttributes");
    if (type == MEMORY_HOST && !managed)
        out->kind = RVCUDA_HOST;
    if (type != MEMORY_DEVICE && type != MEMORY_UNIFIED && !managed)
        return answer(0, "");
    out->kind = RVCUDA_DEVICE;
    out->mapped = owner == 0;
    if (owner == 0) {
        const rvcuda_result r = context_for(device, s, &owner);
        if (r.code != 0)
            return r;
    }
    out->context = owner;
    return range_of(p, out);
}

static rvcuda_result put(const rvcuda_copy *c, event *out)
{
    stream s = c->stream;
    int capture = 0;
    if (cuda.capturing != NULL && cuda.capturing(s, &capture) == 0 && capture != 0)
        return answer(-1, "cuStreamIsCapturing");
    result code = cuda.event_create(out, EVENT_BLOCKING | EVENT_NO_TIMING);
    if (code != 0)
        return answer(code, "cuEventCreate");
    if (c->height == 1) {
        code = cuda.copy((void *)(uintptr_t)c->to, c->from, c->width, s);
    } else {
        copy_2d rows;
        memset(&rows, 0, sizeof rows);
        rows.from_type = MEMORY_DEVICE;
        rows.from_device = c->from;
        rows.from_pitch = c->pitch;
        rows.to_type = MEMORY_HOST;
        rows.to_host = (void *)(uintptr_t)c->to;
        rows.to_pitch = c->width;
        rows.width = c->width;
        rows.height = c->height;
        code = cuda.copy_2d(&rows, s);
    }
    if (code != 0) {
        cuda.event_destroy(*out);
        *out = 0;
        return answer(code, c->height == 1 ? "cuMemcpyDtoHAsync" : "cuMemcpy2DAsync");
    }
    return answer(cuda.event_record(*out, s), "cuEventRecord");
}

rvcuda_result rvcuda_start(const rvcuda_copy *c, uint64_t *out)
{
    int old;
    const result code = enter(c->context, &old);
    *out = 0;
    if (code != 0)
        return answer(code, "cuCtxPushCurrent");
    const rvcuda_result r = put(c, out);
    leave(old);
    return r;
}

rvcuda_result rvcuda_wait(uint64_t c, uint64_t e)
{
    int old;
    result code = enter(c, &old);
    if (code != 0)
        return answer(code, "cuCtxPushCurrent");
    code = cuda.event_synchronize(e);
    leave(old);
    return answer(code, "cuEventSynchronize");
}

rvcuda_result rvcuda_query(uint64_t c, uint64_t e)
{
    int old;
    result code = enter(c, &old);
    if (code != 0)
        return answer(code, "cuCtxPushCurrent");
    code = cuda.event_query(e);
    leave(old);
    return answer(code, "cuEventQuery");
}

void rvcuda_forget(uint64_t c, uint64_t e)
{
    int old;
    if (enter(c, &old) != 0)
        return; /* the event has gone with its context */
    cuda.event_destroy(e);
    leave(old);
}

rvcuda_result rvcuda_lock(uint64_t c, uint64_t memory, uint64_t size)
{
    int old;
    result code = enter(c, &old);
    if (code != 0)
        return answer(code, "cuCtxPushCurrent");
    code = cuda.host_register((void *)(uintptr_t)memory, size, REGISTER_PORTABLE);
    leave(old);
    return answer(code, "cuMemHostRegister");
}

rvcuda_result rvcuda_unlock(uint64_t c, uint64_t memory)
{
    int old;
    result code = enter(c, &old);
    if (code != 0)
        return answer(code, "cuCtxPushCurrent");
    code = cuda.host_unregister((void *)(uintptr_t)memory);
    leave(old);
    return answer(code, "cuMemHostUnregister");
}

int rvcuda_locked(uint64_t memory)
{
    unsigned int type = 0;
    int which = POINTER_TYPE;
    void *value = &type;
    return cuda.pointer_attributes(1, &which, &value, memory) == 0 && type == MEMORY_HOST;
}

const char *rvcuda_name(int code)
{
    const char *text = NULL;
    return loaded && cuda.error_name(code, &text) == 0 && text != NULL ? text : "an unknown error";
}

const char *rvcuda_words(int code)
{
    const char *text = NULL;
    return loaded && cuda.error_string(code, &text) == 0 && text != NULL ? text : "";
}
