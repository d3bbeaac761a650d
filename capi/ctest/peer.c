#include "peer.h"

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char hello[] =
    "{\"type\":\"hello\",\"versions\":[1],\"role\":\"viewer\",\"name\":\"ctest\","
    "\"session\":\"%016llx%016llx\",\"encodings\":[\"json\"],\"codecs\":[\"raw\"],\"features\":[\"controls\",\"events\"],"
    "\"limits\":{\"head\":1048576,\"images\":64,\"side\":32768,\"list\":2147483648,\"name\":128,\"meta\":65536}}";

static const char camera[] =
    "{\"type\":\"camera\",\"c2w\":[1,0,0,%d,0,1,0,0,0,0,1,-4,0,0,0,1],\"k\":[50,0,32,0,50,24,0,0,1],"
    "\"width\":64,\"height\":48,\"near\":0.01,\"far\":100,\"projection\":\"perspective\","
    "\"up\":[0,-1,0],\"target\":[0,0,0],\"time\":0,\"seq\":%d,\"cause\":\"input\",\"sent_ns\":0}";

/* What a user does: a slider, a button, and a question about a pixel. */
static const char *const doings[] = {
    "{\"type\":\"control\",\"name\":\"gain\",\"value\":%d,\"n\":%d}",
    "{\"type\":\"control\",\"name\":\"press\",\"value\":%d,\"n\":%d}",
    "{\"type\":\"event\",\"event\":\"pick\",\"stream\":\"eye\",\"name\":\"rgb\",\"x\":%d,\"y\":0.5,\"id\":%d,"
    "\"modifiers\":[\"shift\",\"alt\"],\"button\":\"left\",\"origin\":[1,2,3],\"depth\":2.5}"};

static int send_all(int s, const void *data, size_t size) {
  const char *at = data;
  while (size > 0) {
    const ssize_t n = send(s, at, size, MSG_NOSIGNAL);
    if (n <= 0)
      return -1;
    at += n;
    size -= (size_t)n;
  }
  return 0;
}

static int receive_all(int s, void *data, size_t size) {
  char *at = data;
  while (size > 0) {
    const ssize_t n = recv(s, at, size, 0);
    if (n <= 0)
      return -1;
    at += n;
    size -= (size_t)n;
  }
  return 0;
}

static int send_frame(int s, const char *head, const void *body, uint64_t size) {
  unsigned char prefix[16] = {'R', 'V', '1', 'J'};
  const uint32_t length = (uint32_t)strlen(head);
  for (int n = 0; n < 4; n++)
    prefix[4 + n] = (unsigned char)(length >> 8 * n);
  for (int n = 0; n < 8; n++)
    prefix[8 + n] = (unsigned char)(size >> 8 * n);
  if (send_all(s, prefix, sizeof prefix) < 0 || send_all(s, head, length) < 0)
    return -1;
  return size > 0 ? send_all(s, body, (size_t)size) : 0;
}

static int send_doing(int s, int n) {
  char head[256];
  for (size_t i = 0; i < sizeof doings / sizeof doings[0]; i++) {
    snprintf(head, sizeof head, doings[i], n % 100, n);
    if (send_frame(s, head, NULL, 0) < 0)
      return -1;
  }
  return 0;
}

/* The number behind "key": in a head. */
static long long number(const char *head, const char *key) {
  const char *at = strstr(head, key);
  return at != NULL ? atoll(at + strlen(key)) : 0;
}

static void keep(peer *p, const unsigned char *body, uint64_t size) {
  pthread_mutex_lock(&p->lock);
  free(p->body);
  p->body = malloc((size_t)size + 1);
  memcpy(p->body, body, (size_t)size);
  p->size = size;
  pthread_mutex_unlock(&p->lock);
}

int peer_has(peer *p, const void *pixels, uint64_t size) {
  pthread_mutex_lock(&p->lock);
  const int same = p->size == size && size > 0 && memcmp(p->body, pixels, (size_t)size) == 0;
  pthread_mutex_unlock(&p->lock);
  return same;
}

static void look(peer *p, const unsigned char *body, uint64_t size) {
  keep(p, body, size);
  atomic_fetch_add(&p->lists, 1);
  for (uint64_t n = 0; n < size; n++)
    if (body[n] != body[0] || body[n] == POISON) {
      atomic_fetch_add(&p->broken, 1);
      return;
    }
}

static int answer(peer *p, const char *head, const unsigned char *body, uint64_t size) {
  char reply[256];
  if (strstr(head, "\"type\":\"images\"") != NULL) {
    look(p, body, size);
    snprintf(reply, sizeof reply,
             "{\"type\":\"ack\",\"seq\":%lld,\"pass\":%lld,\"state\":\"shown\",\"decoded_ns\":1,\"shown_ns\":2}",
             number(head, "\"seq\":"), number(head, "\"pass\":"));
    return send_frame(p->socket, reply, NULL, 0);
  }
  if (strstr(head, "\"type\":\"ping\"") != NULL) {
    snprintf(reply, sizeof reply, "{\"type\":\"pong\",\"id\":%lld,\"sent_ns\":%lld,\"received_ns\":1}",
             number(head, "\"id\":"), number(head, "\"sent_ns\":"));
    return send_frame(p->socket, reply, NULL, 0);
  }
  return 0;
}

/* Takes one frame; -1 when the other side is gone. */
static int take(peer *p) {
  unsigned char prefix[16];
  if (receive_all(p->socket, prefix, sizeof prefix) < 0)
    return -1;
  uint32_t length = 0;
  uint64_t size = 0;
  for (int n = 3; n >= 0; n--)
    length = length << 8 | prefix[4 + n];
  for (int n = 7; n >= 0; n--)
    size = size << 8 | prefix[8 + n];
  char *head = calloc(1, (size_t)length + 1);
  unsigned char *body = malloc((size_t)size + 1);
  int result = -1;
  if (memcmp(prefix, "RV1J", 4) == 0 && receive_all(p->socket, head, length) == 0 &&
      receive_all(p->socket, body, (size_t)size) == 0)
    result = answer(p, head, body, size);
  free(head);
  free(body);
  return result;
}

static void *run(void *argument) {
  peer *p = argument;
  char head[512];
  snprintf(head, sizeof head, hello, (unsigned long long)now_ms(), (unsigned long long)(uintptr_t)p);
  int bad = send_frame(p->socket, head, NULL, 0) < 0 || take(p) < 0 ||
            send_frame(p->socket, "{\"type\":\"want\",\"mode\":\"continuous\","
                                  "\"closed\":[{\"stream\":\"\",\"name\":\"off\"},{\"stream\":\"\",\"name\":\"a b\"}]}", NULL, 0) < 0;
  for (int n = 1; !bad && atomic_load(&p->stop) == 0; n++) {
    struct pollfd ready = {p->socket, POLLIN, 0};
    while (!bad && poll(&ready, 1, 5) > 0)
      bad = take(p) < 0 || atomic_load(&p->stop) != 0;
    snprintf(head, sizeof head, camera, n, n);
    bad = bad || send_frame(p->socket, head, NULL, 0) < 0 ||
          send_doing(p->socket, n) < 0 ||
          send_frame(p->socket, "{\"type\":\"data\",\"name\":\"gain\",\"format\":\"json\"}", "[1, 2]", 6) < 0;
  }
  atomic_store(&p->ended, 1);
  return NULL;
}

int peer_start(peer *p, uint64_t handle) {
  memset(p, 0, sizeof *p);
  pthread_mutex_init(&p->lock, NULL);
  char address[256];
  if (rv_address(handle, address, sizeof address) < 0)
    return -1;
  const char *port = strrchr(address, ':');
  struct sockaddr_in to = {0};
  to.sin_family = AF_INET;
  to.sin_port = htons((uint16_t)atoi(port != NULL ? port + 1 : "0"));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  p->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(p->socket, (struct sockaddr *)&to, sizeof to) < 0) {
    fprintf(stderr, "peer: no connection to %s\n", address);
    close(p->socket);
    return -1;
  }
  return pthread_create(&p->thread, NULL, run, p) == 0 ? 0 : -1;
}

void peer_stop(peer *p) {
  atomic_store(&p->stop, 1);
  shutdown(p->socket, SHUT_RDWR);
  pthread_join(p->thread, NULL);
  free(p->body);
  pthread_mutex_destroy(&p->lock);
  close(p->socket);
}
