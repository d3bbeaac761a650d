/* What the stand-in is made of: devices, their memory, and streams that are threads.
 * Everything is under one lock. Included once, by libcuda.c. */
#ifndef MACHINE_H
#define MACHINE_H

#include "standin.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum {
  OK = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  ALREADY_REGISTERED = 712,
  NOT_REGISTERED = 713
};
enum { HOST = 1, DEVICE = 2 };

typedef uint64_t CUdeviceptr;

typedef struct context {
  int device;
  struct stream *legacy, *per_thread;
} context;

typedef struct event {
  int waiting; /* records that have not come */
  int code;
  int destroyed;
} event;

typedef struct work {
  struct work *next;
  const unsigned char *from;
  unsigned char *to;
  size_t width, height, from_pitch, to_pitch; /* of a copy or a fill */
  int fill;                                   /* -1: a copy */
  event *event;                               /* or this */
} work;

typedef struct stream {
  struct stream *next;
  context *owner;
  work *first, **last;
} stream;

typedef struct piece {
  struct piece *next;
  uint64_t start, size;
  unsigned char *bytes;
  int kind, managed, pooled;
  context *owner;
} piece;

/* CUDA_MEMCPY2D. */
typedef struct copy_2d {
  size_t from_x, from_y;
  unsigned int from_type;
  const void *from_host;
  CUdeviceptr from_device;
  void *from_array;
  size_t from_pitch;
  size_t to_x, to_y;
  unsigned int to_type;
  void *to_host;
  CUdeviceptr to_device;
  void *to_array;
  size_t to_pitch;
  size_t width, height;
} copy_2d;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static piece *pieces;
static stream *streams;
static context devices[2] = {{0, NULL, NULL}, {1, NULL, NULL}};
static standin_counts counts;
static int delay_ms, failing, capturing, begun;
static __thread context *stack[16];
static __thread int depth;

static context *current(void) { return depth > 0 ? stack[depth - 1] : NULL; }

static void doze(int ms) {
  const struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
  nanosleep(&t, NULL);
}

static piece *piece_of(uint64_t p) {
  for (piece *a = pieces; a != NULL; a = a->next)
    if (p >= a->start && p < a->start + a->size)
      return a;
  return NULL;
}

/* The bytes behind device memory, if all of them are in one allocation. */
static unsigned char *reach(uint64_t p, uint64_t n) {
  piece *a = piece_of(p);
  if (a == NULL || a->kind != DEVICE || p + n > a->start + a->size)
    return NULL;
  return a->bytes + (p - a->start);
}

static void *serve(void *argument) {
  stream *s = argument;
  pthread_mutex_lock(&lock);
  for (;;) {
    work *w = s->first;
    if (w == NULL) {
      pthread_cond_wait(&changed, &lock);
      continue;
    }
    const int ms = delay_ms;
    if (w->event == NULL && ms > 0) {
      pthread_mutex_unlock(&lock);
      doze(ms);
      pthread_mutex_lock(&lock);
    }
    for (size_t y = 0; w->event == NULL && failing == OK && y < w->height; y++) {
      if (w->fill >= 0)
        memset(w->to + y * w->to_pitch, w->fill, w->width);
      else
        memcpy(w->to + y * w->to_pitch, w->from + y * w->from_pitch, w->width);
    }
    if (w->event != NULL) {
      w->event->waiting--;
      w->event->code = failing;
      if (w->event->destroyed && w->event->waiting == 0)
        free(w->event);
    }
    s->first = w->next;
    if (s->first == NULL)
      s->last = &s->first;
    free(w);
    pthread_cond_broadcast(&changed);
  }
  return NULL;
}

static stream *new_stream(context *c) {
  stream *s = calloc(1, sizeof *s);
  pthread_t thread;
  s->owner = c;
  s->last = &s->first;
  s->next = streams;
  streams = s;
  pthread_create(&thread, NULL, serve, s);
  pthread_detach(thread);
  return s;
}

/* A stream of the current context, NULL for one that isn't. */
static stream *stream_of(stream *handle) {
  context *c = current();
  if (c == NULL)
    return NULL;
  if ((uintptr_t)handle > 2) {
    for (stream *s = streams; s != NULL; s = s->next)
      if (s == handle)
        return s->owner == c ? s : NULL;
    return NULL;
  }
  stream **which = (uintptr_t)handle == 2 ? &c->per_thread : &c->legacy;
  if (*which == NULL)
    *which = new_stream(c);
  return *which;
}

static void add(stream *s, work w) {
  work *one = malloc(sizeof *one);
  *one = w;
  one->next = NULL;
  *s->last = one;
  s->last = &one->next;
  pthread_cond_broadcast(&changed);
}

/* Whether work that has not been done writes to host memory from a to b. */
static int on_its_way(const unsigned char *a, const unsigned char *b) {
  for (stream *s = streams; s != NULL; s = s->next)
    for (work *w = s->first; w != NULL; w = w->next)
      if (w->event == NULL && w->fill < 0 && w->to < b && w->to + w->height * w->to_pitch > a)
        return 1;
  return 0;
}

static int copy(stream *handle, uint64_t from, unsigned char *to, size_t width, size_t height, size_t from_pitch,
                size_t to_pitch) {
  stream *s = stream_of(handle);
  if (s == NULL)
    return current() == NULL ? INVALID_CONTEXT : INVALID_HANDLE;
  const unsigned char *bytes = reach(from, (height - 1) * from_pitch + width);
  if (bytes == NULL || width > from_pitch || width > to_pitch)
    return INVALID_VALUE;
  const piece *target = piece_of((uintptr_t)to);
  counts.copies++;
  counts.rows += height > 1;
  counts.bytes += (int64_t)(width * height);
  counts.plain += target == NULL || target->kind != HOST;
  counts.clashes += on_its_way(to, to + height * to_pitch);
  add(s, (work){NULL, bytes, to, width, height, from_pitch, to_pitch, -1, NULL});
  return OK;
}

#endif
