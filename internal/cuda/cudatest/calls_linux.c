//go:build cgo

#include "calls.h"

/* The function called `name`; ends the test where there is none. */
static void *find(void *library, const char *name)
{
    void *f = dlsym(library, name);
    if (f == NULL)
        abort();
    return f;
}

#define CALL(types, name, ...) (((int (*) types)find(library, name))(__VA_ARGS__))

void *cudatest_open(const char *name)
{
    return dlopen(name, RTLD_NOW | RTLD_GLOBAL);
}

int cudatest_init(void *library)
{
    return CALL((unsigned int), "cuInit", 0);
}

int cudatest_use(void *library, int device)
{
    void *context = NULL;
    int id = 0, code = CALL((unsigned int), "cuInit", 0);
    if (code == 0)
        code = CALL((int *, int), "cuDeviceGet", &id, device);
    if (code == 0)
        code = CALL((void **, int), "cuDevicePrimaryCtxRetain", &context, id);
    return code != 0 ? code : CALL((void *), "cuCtxSetCurrent", context);
}

int cudatest_alloc(void *library, uint64_t *out, size_t size, int kind)
{
    if (kind == 1)
        return CALL((uint64_t *, size_t, unsigned int), "cuMemAllocManaged", out, size, 1);
    if (kind == 2)
        return CALL((uint64_t *, size_t, void *), "cuMemAllocAsync", out, size, NULL);
    return CALL((uint64_t *, size_t), "cuMemAlloc_v2", out, size);
}

int cudatest_upload(void *library, uint64_t to, const void *from, size_t size)
{
    return CALL((uint64_t, const void *, size_t), "cuMemcpyHtoD_v2", to, from, size);
}

int cudatest_free(void *library, uint64_t pointer)
{
    return CALL((uint64_t), "cuMemFree_v2", pointer);
}

int cudatest_stream(void *library, uint64_t *out)
{
    return CALL((uint64_t *, unsigned int), "cuStreamCreate", out, 1);
}

int cudatest_set(void *library, uint64_t pointer, unsigned char value, size_t size, uint64_t stream)
{
    return CALL((uint64_t, unsigned char, size_t, uint64_t), "cuMemsetD8Async", pointer, value, size, stream);
}

void cudatest_int(void *library, int which, int value)
{
    static const char *const names[] = {"standin_delay", "standin_fail", "standin_capture"};
    ((void (*)(int))find(library, names[which]))(value);
}

void cudatest_forget_locks(void *library)
{
    ((void (*)(void))find(library, "standin_forget_locks"))();
}

void cudatest_count(void *library, void *out)
{
    ((void (*)(void *))find(library, "standin_count"))(out);
}
