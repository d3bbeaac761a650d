/* A viewer of the RV1 protocol on a thread of its own: it speaks JSON, takes
 * lists, acks them, and sends cameras and data. */
#ifndef PEER_H
#define PEER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

typedef struct peer {
  pthread_t thread;
  int socket;
  atomic_int stop;
  atomic_long lists;  /* taken */
  atomic_long broken; /* of these, whose bytes were not all the same or were POISON */
  atomic_int ended;   /* the other side has closed */
  pthread_mutex_t lock;
  unsigned char *body; /* of the newest list, under the lock */
  uint64_t size;
} peer;

/* It has the windows "a b" and "off" of the stream "" closed. */

/* What a test writes into pixels after they were sent. */
#define POISON 0xEE

/* Dials a session by its handle; 0, or -1 with a line on stderr. */
int peer_start(peer *p, uint64_t handle);

/* Whether the newest list's pixels are these. */
int peer_has(peer *p, const void *pixels, uint64_t size);

/* Hangs up and ends the thread. */
void peer_stop(peer *p);

#endif
