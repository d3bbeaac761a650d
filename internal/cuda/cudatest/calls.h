/* Calls of a driver that was opened by its name, for tests written in Go. */
#ifndef CUDATEST_CALLS_H
#define CUDATEST_CALLS_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define STANDIN_DELAY 0
#define STANDIN_FAIL 1
#define STANDIN_CAPTURE 2

void *cudatest_open(const char *name);
int cudatest_init(void *library);
int cudatest_use(void *library, int device);
int cudatest_alloc(void *library, uint64_t *out, size_t size, int kind);
int cudatest_upload(void *library, uint64_t to, const void *from, size_t size);
int cudatest_free(void *library, uint64_t pointer);
int cudatest_stream(void *library, uint64_t *out);
int cudatest_set(void *library, uint64_t pointer, unsigned char value, size_t size, uint64_t stream);
void cudatest_int(void *library, int which, int value);
void cudatest_forget_locks(void *library);
void cudatest_count(void *library, void *out);

#endif
