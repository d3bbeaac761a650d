/* A stand-in for NVIDIA's libcuda.so.1, for tests where there is no GPU. "Device"
 * memory has addresses that nothing can be read from; its bytes lie elsewhere, and only
 * the functions here reach them. Each stream is a thread that works one piece after
 * the other. It has two devices and is stricter than a driver: what must not be done
 * is refused or counted. Written from the driver API's documentation. */
#define _GNU_SOURCE
#include "machine.h"

#define API __attribute__((visibility("default")))

#define ENTER()                     \
  pthread_mutex_lock(&lock);        \
  int code = failing;               \
  if (code == OK && !begun)         \
    code = 3 /* NOT_INITIALIZED */; \
  if (code != OK)                   \
    goto out
#define LEAVE()                  \
  out:                           \
  pthread_mutex_unlock(&lock);   \
  return code

API int cuInit(unsigned int flags) {
  pthread_mutex_lock(&lock);
  const int code = flags != 0 ? INVALID_VALUE : failing;
  begun = begun || code == OK;
  pthread_mutex_unlock(&lock);
  return code;
}

API int cuGetErrorName(int code, const char **out) {
  *out = code == ILLEGAL_ADDRESS ? "CUDA_ERROR_ILLEGAL_ADDRESS" : code == OK ? "CUDA_SUCCESS" : "CUDA_ERROR_STAND_IN";
  return OK;
}

API int cuGetErrorString(int code, const char **out) {
  *out = code == ILLEGAL_ADDRESS ? "an illegal memory access was encountered" : "an error of the stand-in";
  return OK;
}

API int cuDriverGetVersion(int *out) { return *out = 12000, OK; }
API int cuDeviceGetCount(int *out) { return *out = 2, OK; }
API int cuDeviceGet(int *out, int n) { return *out = n, n >= 0 && n < 2 ? OK : INVALID_DEVICE; }

API int cuDevicePrimaryCtxRetain(context **out, int device) {
  ENTER();
  code = device >= 0 && device < 2 ? OK : INVALID_DEVICE;
  if (code == OK)
    *out = &devices[device];
  LEAVE();
}

API int cuDevicePrimaryCtxRelease_v2(int device) { return device >= 0 && device < 2 ? OK : INVALID_DEVICE; }

API int cuCtxPushCurrent_v2(context *c) {
  ENTER();
  code = c != &devices[0] && c != &devices[1] ? INVALID_CONTEXT : depth == 16 ? INVALID_VALUE : OK;
  if (code == OK)
    stack[depth++] = c;
  LEAVE();
}

API int cuCtxPopCurrent_v2(context **out) {
  if (depth == 0)
    return INVALID_CONTEXT;
  *out = stack[--depth];
  return OK;
}

API int cuCtxGetCurrent(context **out) { return *out = current(), OK; }

API int cuCtxSetCurrent(context *c) {
  depth = c != NULL;
  stack[0] = c;
  return OK;
}

API int cuCtxGetDevice(int *out) {
  if (current() == NULL)
    return INVALID_CONTEXT;
  *out = current()->device;
  return OK;
}

static int allocate(CUdeviceptr *out, size_t n, int managed, int pooled) {
  ENTER();
  const size_t whole = (n + 4095) / 4096 * 4096;
  piece *a = calloc(1, sizeof *a);
  void *address = mmap(NULL, whole, managed ? PROT_READ | PROT_WRITE : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  a->start = (uintptr_t)address;
  a->size = n;
  a->bytes = managed ? address : calloc(1, n);
  a->kind = DEVICE;
  a->managed = managed;
  a->pooled = pooled;
  a->owner = current();
  a->next = pieces;
  pieces = a;
  *out = a->start;
  counts.allocations++;
  code = n == 0 ? INVALID_VALUE : current() == NULL ? INVALID_CONTEXT : OK;
  LEAVE();
}

API int cuMemAlloc_v2(CUdeviceptr *out, size_t n) { return allocate(out, n, 0, 0); }
API int cuMemAllocManaged(CUdeviceptr *out, size_t n, unsigned int flags) { return (void)flags, allocate(out, n, 1, 0); }
API int cuMemAllocAsync(CUdeviceptr *out, size_t n, stream *s) { return (void)s, allocate(out, n, 0, 1); }

static int forget(uint64_t start, int kind) {
  for (piece **at = &pieces; *at != NULL; at = &(*at)->next) {
    piece *a = *at;
    if (a->start != start || a->kind != kind)
      continue;
    *at = a->next;
    if (kind == DEVICE) {
      munmap((void *)(uintptr_t)a->start, (a->size + 4095) / 4096 * 4096);
      if (!a->managed)
        free(a->bytes);
      counts.allocations--;
    } else {
      counts.unlocked += on_its_way(a->bytes, a->bytes + a->size);
      counts.registered -= (int64_t)a->size;
    }
    free(a);
    return OK;
  }
  return kind == HOST ? NOT_REGISTERED : INVALID_VALUE;
}

static int idle(void) {
  for (stream *s = streams; s != NULL; s = s->next)
    if (s->first != NULL)
      return 0;
  return 1;
}

API int cuMemFree_v2(CUdeviceptr p) { /* waits for the device, as the driver's does */
  ENTER();
  while (!idle())
    pthread_cond_wait(&changed, &lock);
  code = forget(p, DEVICE);
  LEAVE();
}

API int cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t n) {
  ENTER();
  unsigned char *bytes = reach(to, n);
  code = bytes == NULL ? INVALID_VALUE : OK;
  if (code == OK)
    memcpy(bytes, from, n);
  LEAVE();
}

API int cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t n) {
  ENTER();
  while (!idle())
    pthread_cond_wait(&changed, &lock);
  const unsigned char *bytes = reach(from, n);
  code = bytes == NULL ? INVALID_VALUE : OK;
  if (code == OK)
    memcpy(to, bytes, n);
  counts.waits++;
  LEAVE();
}

API int cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t n, stream *handle) {
  ENTER();
  stream *s = stream_of(handle);
  unsigned char *bytes = reach(to, n);
  code = s == NULL ? INVALID_HANDLE : bytes == NULL ? INVALID_VALUE : OK;
  if (code == OK)
    add(s, (work){NULL, NULL, bytes, n, 1, n, n, value, NULL});
  LEAVE();
}

API int cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t n, stream *s) {
  ENTER();
  code = copy(s, from, to, n, 1, n, n);
  LEAVE();
}

API int cuMemcpy2DAsync_v2(const copy_2d *c, stream *s) {
  ENTER();
  code = c->from_type != DEVICE || c->to_type != HOST
             ? INVALID_VALUE
             : copy(s, c->from_device, c->to_host, c->width, c->height, c->from_pitch, c->to_pitch);
  LEAVE();
}

API int cuPointerGetAttributes(unsigned int n, const int *which, void **values, CUdeviceptr p) {
  ENTER();
  const piece *a = piece_of(p);
  for (unsigned int i = 0; i < n; i++) {
    if (which[i] == 1)
      *(context **)values[i] = a == NULL || a->pooled ? NULL : a->owner;
    else if (which[i] == 2)
      *(unsigned int *)values[i] = a == NULL ? 0 : (unsigned int)a->kind;
    else if (which[i] == 8)
      *(unsigned int *)values[i] = a != NULL && a->managed;
    else if (which[i] == 9)
      *(int *)values[i] = a == NULL || a->owner == NULL ? -2 : a->owner->device;
    else
      code = INVALID_VALUE;
  }
  LEAVE();
}

API int cuMemGetAddressRange_v2(CUdeviceptr *start, size_t *size, CUdeviceptr p) {
  ENTER();
  const piece *a = piece_of(p);
  code = current() == NULL ? INVALID_CONTEXT : a == NULL || a->kind != DEVICE ? INVALID_VALUE : OK;
  if (code == OK) {
    *start = a->start;
    *size = a->size;
  }
  LEAVE();
}

API int cuMemHostRegister_v2(void *p, size_t n, unsigned int flags) {
  ENTER();
  code = current() == NULL ? INVALID_CONTEXT : flags != 1 ? INVALID_VALUE : OK;
  if (code == OK && piece_of((uintptr_t)p) != NULL)
    code = ALREADY_REGISTERED;
  if (code != OK)
    goto out;
  piece *a = calloc(1, sizeof *a);
  *a = (piece){pieces, (uintptr_t)p, n, p, HOST, 0, 0, current()};
  pieces = a;
  counts.registered += (int64_t)n;
  counts.most = counts.registered > counts.most ? counts.registered : counts.most;
  LEAVE();
}

API int cuMemHostUnregister(void *p) {
  ENTER();
  code = current() == NULL ? INVALID_CONTEXT : forget((uintptr_t)p, HOST);
  LEAVE();
}

API int cuStreamCreate(stream **out, unsigned int flags) {
  (void)flags;
  ENTER();
  code = current() == NULL ? INVALID_CONTEXT : OK;
  if (code == OK)
    *out = new_stream(current());
  LEAVE();
}

API int cuStreamGetCtx(stream *s, context **out) {
  ENTER();
  *out = (uintptr_t)s > 2 ? s->owner : current();
  LEAVE();
}

API int cuStreamIsCapturing(stream *s, int *out) {
  (void)s;
  ENTER();
  *out = capturing;
  LEAVE();
}

API int cuThreadExchangeStreamCaptureMode(int *mode) {
  static __thread int now;
  const int old = now;
  now = *mode;
  *mode = old;
  return OK;
}

static int wait_for_all(void) {
  ENTER();
  counts.waits++;
  while (!idle())
    pthread_cond_wait(&changed, &lock);
  LEAVE();
}

API int cuCtxSynchronize(void) { return wait_for_all(); }
API int cuStreamSynchronize(stream *s) { return (void)s, wait_for_all(); }

API int cuEventCreate(event **out, unsigned int flags) {
  ENTER();
  code = current() == NULL ? INVALID_CONTEXT : flags > 3 ? INVALID_VALUE : OK;
  if (code == OK)
    *out = calloc(1, sizeof **out);
  counts.events += code == OK;
  LEAVE();
}

API int cuEventRecord(event *e, stream *handle) {
  ENTER();
  stream *s = stream_of(handle);
  code = s == NULL ? INVALID_HANDLE : OK;
  if (code == OK) {
    e->waiting++;
    add(s, (work){NULL, NULL, NULL, 0, 0, 0, 0, -1, e});
  }
  LEAVE();
}

API int cuEventSynchronize(event *e) {
  ENTER();
  if (current() == NULL) {
    code = INVALID_CONTEXT;
    goto out;
  }
  while (e->waiting > 0)
    pthread_cond_wait(&changed, &lock);
  code = e->code;
  LEAVE();
}

API int cuEventQuery(event *e) {
  ENTER();
  code = current() == NULL ? INVALID_CONTEXT : e->waiting > 0 ? NOT_READY : e->code;
  LEAVE();
}

API int cuEventDestroy_v2(event *e) {
  pthread_mutex_lock(&lock);
  counts.events--;
  if (e->waiting > 0)
    e->destroyed = 1;
  else
    free(e);
  pthread_mutex_unlock(&lock);
  return OK;
}

API void standin_delay(int milliseconds) {
  pthread_mutex_lock(&lock);
  delay_ms = milliseconds;
  pthread_mutex_unlock(&lock);
}

API void standin_fail(int code) {
  pthread_mutex_lock(&lock);
  failing = code;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
}

API void standin_capture(int on) {
  pthread_mutex_lock(&lock);
  capturing = on;
  pthread_mutex_unlock(&lock);
}

API void standin_forget_locks(void) {
  pthread_mutex_lock(&lock);
  for (int found = 1; found;) {
    found = 0;
    for (piece *a = pieces; a != NULL && !found; a = a->next)
      found = a->kind == HOST && forget(a->start, HOST) == OK;
  }
  pthread_mutex_unlock(&lock);
}

API void standin_count(standin_counts *out) {
  pthread_mutex_lock(&lock);
  *out = counts;
  pthread_mutex_unlock(&lock);
}
