/* Lists that can't be sent: each gives its code and words, and nothing is sent. */
#include "check.h"

#include <math.h>
#include <string.h>

static unsigned char pixels[64 * 64 * 4 * 4];
static char long_name[130];
static const char *const two_same[] = {"u", "u"};
static const char *const one_missing[] = {"u", NULL};
static const char *const one_bad[] = {"u", "\xff"};
static const char *const one_empty[] = {"u", ""};

/* What is changed in a good image of 64 x 64 pixels of two floats. */
#define CHANGE(name, ...) \
  static void name(rv_image *i) { __VA_ARGS__; }
CHANGE(no_data, i->data = NULL)
CHANGE(no_size, i->struct_size = 0)
CHANGE(small_size, i->struct_size = 80)
CHANGE(no_width, i->width = 0)
CHANGE(no_height, i->height = 0)
CHANGE(wide, i->width = 32769)
CHANGE(high, i->height = UINT32_MAX)
CHANGE(huge, i->width = i->height = 32768)
CHANGE(no_channels, i->channels = 0)
CHANGE(many_channels, i->channels = 65)
CHANGE(all_channels, i->channels = UINT32_MAX)
CHANGE(no_dtype, i->dtype = 0)
CHANGE(bad_dtype, i->dtype = 6)
CHANGE(no_color, i->color = 0)
CHANGE(bad_color, i->color = 7)
CHANGE(bad_alpha, i->alpha = 3)
CHANGE(negative_alpha, i->alpha = -1)
CHANGE(cuda, i->memory = RV_MEMORY_CUDA)
CHANGE(short_row, i->row_stride = 64 * 8 - 4)
CHANGE(short_pixel, i->pixel_stride = 4)
CHANGE(short_channel, i->channel_stride = 3)
CHANGE(smallest_row, i->row_stride = INT64_MIN)
CHANGE(largest_row, i->row_stride = INT64_MAX)
CHANGE(largest_pixel, i->pixel_stride = INT64_MAX / 2)
CHANGE(smallest_channel, i->channel_stride = INT64_MIN)
CHANGE(wraps, i->row_stride = INT64_MAX - 7; i->pixel_stride = INT64_MAX - 15)
CHANGE(nan_white, i->white = (double)NAN)
CHANGE(infinite_white, i->white = (double)INFINITY)
CHANGE(negative_white, i->white = -1)
CHANGE(empty_name, i->name = "")
CHANGE(too_long_name, i->name = long_name)
CHANGE(not_utf8, i->name = "a\xc3(")
CHANGE(cut_utf8, i->name = "\xe2\x82")
CHANGE(same_channels, i->channel_names = two_same)
CHANGE(missing_channel, i->channel_names = one_missing)
CHANGE(bad_channel, i->channel_names = one_bad)
CHANGE(empty_channel, i->channel_names = one_empty)

enum { SOME_ERROR = 1 }; /* where rv.h leaves open which */

static const struct {
  const char *what;
  void (*change)(rv_image *);
  int want;
} table[] = {
    {"NULL data", no_data, RV_ERR_INVALID},
    {"struct_size 0", no_size, RV_ERR_INVALID},
    {"struct_size too small", small_size, RV_ERR_INVALID},
    {"width 0", no_width, RV_ERR_SHAPE},
    {"height 0", no_height, RV_ERR_SHAPE},
    {"width 32769", wide, RV_ERR_SHAPE},
    {"height 2^32-1", high, RV_ERR_SHAPE},
    {"8 GiB", huge, SOME_ERROR},
    {"0 channels", no_channels, RV_ERR_TYPE},
    {"65 channels", many_channels, RV_ERR_TYPE},
    {"2^32-1 channels", all_channels, RV_ERR_TYPE},
    {"dtype 0", no_dtype, RV_ERR_TYPE},
    {"dtype 6", bad_dtype, RV_ERR_TYPE},
    {"color 0", no_color, RV_ERR_TYPE},
    {"color 7", bad_color, RV_ERR_TYPE},
    {"alpha 3", bad_alpha, RV_ERR_TYPE},
    {"alpha -1", negative_alpha, RV_ERR_TYPE},
    {"device memory", cuda, SOME_ERROR}, /* no driver, or not its pointer: see cuda.c */
    {"row stride smaller than a row", short_row, RV_ERR_SHAPE},
    {"pixel stride smaller than a pixel", short_pixel, RV_ERR_SHAPE},
    {"channel stride smaller than an element", short_channel, RV_ERR_SHAPE},
    {"row stride -2^63", smallest_row, RV_ERR_SHAPE},
    {"row stride 2^63-1", largest_row, RV_ERR_SHAPE},
    {"pixel stride 2^62", largest_pixel, RV_ERR_SHAPE},
    {"channel stride -2^63", smallest_channel, RV_ERR_SHAPE},
    {"strides whose sum wraps", wraps, RV_ERR_SHAPE},
    {"white NaN", nan_white, SOME_ERROR},
    {"white infinite", infinite_white, SOME_ERROR},
    {"white negative", negative_white, SOME_ERROR},
    {"empty name", empty_name, RV_ERR_NAME},
    {"name of 129 bytes", too_long_name, RV_ERR_NAME},
    {"name not UTF-8", not_utf8, RV_ERR_NAME},
    {"name cut in a character", cut_utf8, RV_ERR_NAME},
    {"channel name twice", same_channels, SOME_ERROR},
    {"NULL channel name", missing_channel, SOME_ERROR},
    {"channel name not UTF-8", bad_channel, SOME_ERROR},
    {"empty channel name", empty_channel, SOME_ERROR},
};

static rv_image good(void) {
  rv_image image = gray(pixels, 64, 64);
  image.dtype = RV_F32;
  image.channels = 2;
  image.color = RV_COLOR_DATA;
  return image;
}

static uint64_t lists_of(uint64_t handle) {
  rv_statistics s = RV_STATISTICS_INIT;
  CHECK_CODE(rv_stats(handle, &s), RV_OK);
  return s.lists;
}

static void refused(const char *what, int got, int want) {
  if ((want == SOME_ERROR ? got < 0 && got != RV_ERR_INTERNAL && got != RV_ERR_HANDLE : got == want) &&
      rv_last_error()[0] != '\0') {
    CHECK(1);
    return;
  }
  fprintf(stderr, "%.60s: wanted %d and words, found %d \"%s\"\n", what, want, got, rv_last_error());
  CHECK(!"refused");
}

/* Each row alone, and as the second image of a list. */
static void test_table(uint64_t handle) {
  for (size_t n = 0; n < sizeof table / sizeof table[0]; n++) {
    rv_image images[2] = {good(), good()};
    table[n].change(&images[0]);
    refused(table[n].what, rv_send_images(handle, images, 1, NULL), table[n].want);
    images[0] = good();
    table[n].change(&images[1]);
    refused(table[n].what, rv_send_images(handle, images, 2, NULL), table[n].want);
  }
}

static void test_lists(uint64_t handle) {
  rv_image images[65];
  for (int n = 0; n < 65; n++)
    images[n] = good();
  CHECK_CODE(rv_send_images(handle, NULL, 1, NULL), RV_ERR_INVALID);
  refused("no images", rv_send_images(handle, images, 0, NULL), SOME_ERROR);
  refused("65 images", rv_send_images(handle, images, 65, NULL), RV_ERR_LIMIT);
  refused("2^32-1 images", rv_send_images(handle, images, UINT32_MAX, NULL), RV_ERR_LIMIT);
  images[0].name = images[1].name = "same";
  CHECK_CODE(rv_send_images(handle, images, 2, NULL), RV_ERR_NAME);
  images[0].name = "1"; /* what the second is called without a name */
  images[1].name = NULL;
  CHECK_CODE(rv_send_images(handle, images, 2, NULL), RV_ERR_NAME);
}

static void test_options(uint64_t handle) {
  static char deep[200], big[70000];
  memset(deep, '[', 80);
  memset(deep + 80, ']', 80);
  char nested[300];
  snprintf(nested, sizeof nested, "{\"a\":%s}", deep);
  memset(big, 'x', sizeof big - 1);
  memcpy(big, "{\"a\":\"", 6);
  memcpy(big + sizeof big - 3, "\"}", 3);
  struct rv_camera camera = RV_CAMERA_INIT;
  const char *const metas[] = {"{", "[1]", "1", "null", "{\"a\":}", "{} {}", "{\"\xff\":1}", nested, big};
  const rv_image image = good();
  rv_send_options o = RV_SEND_OPTIONS_INIT;
  for (size_t n = 0; n < sizeof metas / sizeof metas[0]; n++) {
    o.meta = metas[n];
    refused(metas[n], rv_send_images(handle, &image, 1, &o), SOME_ERROR);
  }
  o.meta = NULL;
  o.mode = 3;
  CHECK_CODE(rv_send_images(handle, &image, 1, &o), RV_ERR_INVALID);
  o.mode = RV_SEND_NEWEST;
  o.stream = "\xc0\xaf";
  refused("stream not UTF-8", rv_send_images(handle, &image, 1, &o), SOME_ERROR);
  o.stream = long_name;
  refused("stream of 129 bytes", rv_send_images(handle, &image, 1, &o), SOME_ERROR);
  o.stream = NULL;
  o.camera = &camera;
  camera.struct_size = 4;
  CHECK_CODE(rv_send_images(handle, &image, 1, &o), RV_ERR_INVALID);
  o.camera = NULL;
  o.struct_size = 0;
  CHECK_CODE(rv_send_images(handle, &image, 1, &o), RV_ERR_INVALID);
}

/* Layouts that are unusual and right. */
static void test_good(uint64_t handle) {
  rv_image image = good();
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  image.row_stride = -64 * 8;
  image.data = pixels + 63 * 64 * 8;
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  image = good();
  image.channel_stride = 64 * 64 * 4;
  image.pixel_stride = 4;
  image.row_stride = 64 * 4;
  CHECK_CODE(rv_send_images(handle, &image, 1, NULL), RV_OK);
  struct {
    rv_image image;
    uint64_t later[4];
  } longer[2] = {{good(), {0}}, {good(), {0}}};
  for (int n = 0; n < 2; n++)
    longer[n].image.struct_size = sizeof longer[0];
  CHECK_CODE(rv_send_images(handle, &longer[0].image, 2, NULL), RV_OK);
  longer[1].image.struct_size = sizeof(rv_image);
  CHECK_CODE(rv_send_images(handle, &longer[0].image, 2, NULL), RV_ERR_INVALID);
}

int main(void) {
  memset(long_name, 'n', 129);
  const uint64_t handle = open_quiet();
  test_table(handle);
  test_lists(handle);
  test_options(handle);
  CHECK(lists_of(handle) == 0);
  test_good(handle);
  CHECK(lists_of(handle) == 4);
  CHECK_CODE(rv_close(handle, 0), RV_OK);
  return check_result();
}
