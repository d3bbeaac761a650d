/* Pacing, controls and picks with what they can't take, and what they give else.
 * Runs under AddressSanitizer: what has no end is not read beyond its limit. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* So many bytes without a zero byte behind them, which nobody may look for. */
static char *endless(size_t size) {
  char *text = malloc(size);
  if (text == NULL)
    abort();
  memset(text, 'n', size);
  return text;
}

/* The code, and what the words say. */
#define CHECK_WORDS(call, want, said) check_words(CHECK_CODE(call, want), said, #call)

static void check_words(int refused, const char *said, const char *call) {
  if (!refused || strstr(rv_last_error(), said) != NULL)
    return;
  atomic_fetch_add(&check_failures, 1);
  fprintf(stderr, "%s: wanted \"%s\", found \"%s\"\n", call, said, rv_last_error());
}

/* Every function that takes a control's name. */
static void test_name(uint64_t handle, const char *name, int want) {
  static const char *const choices[] = {"a", "b"};
  double values[4];
  int32_t whole;
  char text[8];
  CHECK_CODE(rv_slider(handle, name, 0, 1, 0.5, values, NULL), want);
  CHECK_CODE(rv_checkbox(handle, name, 1, &whole, NULL), want);
  CHECK_CODE(rv_dropdown(handle, name, choices, 2, 0, &whole, NULL), want);
  CHECK_CODE(rv_button(handle, name, NULL), want);
  CHECK_CODE(rv_text(handle, name, NULL, text, sizeof text, NULL), want);
  CHECK_CODE(rv_color(handle, name, 3, NULL, values, NULL), want);
  CHECK_CODE(rv_vector3(handle, name, NULL, values, NULL), want);
  CHECK_CODE(rv_plot(handle, name, 1, NULL), want);
  CHECK_CODE(rv_label(handle, name, "text", NULL), want);
}

static void test_names(uint64_t handle) {
  static const char *const names[] = {"", "/", "a/", "/a", "a//b", "\xff", "a\xc3", "\xed\xa0\x80"};
  for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
    test_name(handle, names[n], RV_ERR_NAME);
  test_name(handle, NULL, RV_ERR_INVALID);
  char *name = endless(129);
  test_name(handle, name, RV_ERR_NAME);
  free(name);
  CHECK_CODE(rv_set_control(handle, "none", "1"), RV_ERR_NAME);
  CHECK_CODE(rv_set_control(handle, "\xff", "1"), RV_ERR_NAME);
  CHECK_CODE(rv_set_control(handle, NULL, "1"), RV_ERR_INVALID);
  CHECK_CODE(rv_remove_control(handle, ""), RV_ERR_NAME);
  CHECK_WORDS(rv_remove_control(handle, "\xff"), RV_ERR_NAME, "UTF-8");
  CHECK_CODE(rv_remove_control(handle, "none"), 0);
  CHECK_CODE(rv_remove_control(handle, NULL), 0); /* none of these is one */
  char longest[129] = {0};
  memset(longest, 'n', 128);
  CHECK_CODE(rv_button(handle, longest, NULL), 0);
  CHECK_CODE(rv_remove_control(handle, longest), 1);
}

static void test_slider(uint64_t handle) {
  const double nan = (double)NAN, inf = (double)INFINITY;
  double value = 77;
  CHECK_CODE(rv_slider(handle, "s", nan, 1, 0.5, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_slider(handle, "s", 0, nan, 0.5, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_slider(handle, "s", 0, 1, nan, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_slider(handle, "s", -inf, 1, 0, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_slider(handle, "s", 0, inf, 0, &value, NULL), RV_ERR_INVALID);
  CHECK_WORDS(rv_slider(handle, "s", -1e308, 1e308, 0, &value, NULL), RV_ERR_INVALID, "a finite max - min");
  CHECK_CODE(rv_slider(handle, "s", 1, 1, 1, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_slider(handle, "s", 1, 0, 0.5, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_slider(handle, "s", 0, 1, 1.5, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_slider(handle, "s", 0, 1, 0.5, NULL, NULL), RV_ERR_INVALID);
  CHECK(value == 77);
  CHECK_CODE(rv_slider(handle, "s", 0, 1, 0.5, &value, NULL), 0);
  CHECK(value == 0.5);
  CHECK_CODE(rv_slider(handle, "s", nan, nan, nan, &value, NULL), 0); /* not looked at any more */
  CHECK_CODE(rv_slider(handle, "s", 0, 1, 0.5, NULL, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_set_control(handle, "s", "0.75"), RV_OK);
  CHECK_CODE(rv_slider(handle, "s", 0, 1, 0.5, &value, NULL), 1);
  CHECK(value == 0.75);
  CHECK_CODE(rv_slider(handle, "s", 0, 1, 0.5, &value, NULL), 0);
}

static void test_set(uint64_t handle) {
  static const char *const bad[] = {"", "{", "nan", "1e999", "2", "-1", "\"0.5\"", "[0.5]", "null", "true", "{}", "0.5 0.5", "\xff"};
  for (size_t n = 0; n < sizeof bad / sizeof bad[0]; n++)
    if (!CHECK_CODE(rv_set_control(handle, "s", bad[n]), RV_ERR_INVALID))
      fprintf(stderr, "  value %s\n", bad[n]);
  CHECK_CODE(rv_set_control(handle, "s", NULL), RV_ERR_INVALID);
  CHECK_WORDS(rv_set_control(handle, "s", "NaN"), RV_ERR_INVALID, "the value of \"s\" is not JSON: \"NaN\"");
  CHECK_WORDS(rv_set_control(handle, "s", "1e400"), RV_ERR_INVALID, "a number beyond float64");
}

static void test_set_text(uint64_t handle) {
  CHECK_CODE(rv_text(handle, "words", "", NULL, 0, NULL), 1);
  CHECK_CODE(rv_set_control(handle, "words", "\"two\""), RV_OK);
  CHECK_CODE(rv_set_control(handle, "words", "\"a\xff\""), RV_ERR_INVALID);
  CHECK_WORDS(rv_set_control(handle, "words", "\"a\\nb\""), RV_ERR_INVALID, "one line");
  CHECK_WORDS(rv_set_control(handle, "words", "\"a\\u0000b\""), RV_ERR_INVALID, "zero");
  CHECK_CODE(rv_text(handle, "words", "", NULL, 0, NULL), 4);
}

static void test_options(uint64_t handle) {
  static char help[1026];
  memset(help, 'h', 1025);
  double value;
  const rv_control_options good = RV_CONTROL_OPTIONS_INIT;
  rv_control_options o;
#define REFUSED(change, want)                                  \
  o = good;                                                    \
  change;                                                      \
  CHECK_CODE(rv_slider(handle, "o", 0, 1, 0, &value, &o), want)
  REFUSED(o.struct_size = 0, RV_ERR_INVALID);
  REFUSED(o.struct_size = sizeof o - 1, RV_ERR_INVALID);
  REFUSED(o.struct_size = 4097, RV_ERR_INVALID);
  REFUSED(o.struct_size = 0xffffffff, RV_ERR_INVALID);
  REFUSED(o.step = -1, RV_ERR_INVALID);
  REFUSED(o.step = (double)NAN, RV_ERR_INVALID);
  REFUSED(o.step = 1.5, RV_ERR_INVALID);
  REFUSED(o.logarithmic = 1, RV_ERR_INVALID); /* from 0 */
  REFUSED(o.help = help, RV_ERR_LIMIT);
  REFUSED(o.help = "\xff", RV_ERR_INVALID);
#undef REFUSED
  CHECK_CODE(rv_remove_control(handle, "o"), 0);
  struct { /* of a later version */
    rv_control_options known;
    double more[8];
  } later = {RV_CONTROL_OPTIONS_INIT, {0}};
  later.known.struct_size = sizeof later;
  later.known.step = 0.25;
  CHECK_WORDS(rv_slider(handle, "o", 0, 1, 0.3, &value, &later.known), RV_ERR_INVALID, "wanted 0.25 or 0.5");
  CHECK_CODE(rv_slider(handle, "o", 0, 1, 0.25, &value, &later.known), 0);
  CHECK(value == 0.25);
  CHECK_CODE(rv_set_control(handle, "o", "0.4"), RV_OK);
  CHECK_CODE(rv_slider(handle, "o", 0, 1, 0.25, &value, &later.known), 1);
  CHECK(value == 0.5);
  o = good;
  o.step = 3;
  CHECK_CODE(rv_slider(handle, "max", 0, 10, 10, &value, &o), 0); /* of which no step leads there */
  CHECK(value == 10);
  o.step = -1;
  double vector[3];
  CHECK_WORDS(rv_vector3(handle, "negative", NULL, vector, &o), RV_ERR_INVALID, "a step of -1");
}

static void test_choices(uint64_t handle) {
  static const char *choices[257];
  static char longer[130];
  int32_t value = 77;
  memset(longer, 'c', 129);
  for (int n = 0; n < 257; n++)
    choices[n] = "x";
  CHECK_CODE(rv_dropdown(handle, "d", NULL, 2, 0, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_dropdown(handle, "d", choices, 0, 0, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_dropdown(handle, "d", choices, 257, 0, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_dropdown(handle, "d", choices, UINT32_MAX, 0, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, 0, &value, NULL), RV_ERR_INVALID); /* twice the same */
  choices[1] = NULL;
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, 0, &value, NULL), RV_ERR_INVALID);
  choices[1] = "\xff";
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, 0, &value, NULL), RV_ERR_INVALID);
  choices[1] = longer;
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, 0, &value, NULL), RV_ERR_LIMIT);
  choices[1] = "y";
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, 2, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, -1, &value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, 1, NULL, NULL), RV_ERR_INVALID);
  CHECK(value == 77);
  CHECK_CODE(rv_dropdown(handle, "d", choices, 2, 1, &value, NULL), 0);
  CHECK(value == 1);
  CHECK_CODE(rv_checkbox(handle, "c", 7, NULL, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_checkbox(handle, "c", 7, &value, NULL), 0);
  CHECK(value == 1);
}

static void test_texts(uint64_t handle) {
  char *large = endless(4098), text[8] = "xxxxxxx";
  CHECK_CODE(rv_label(handle, "l", large, NULL), RV_ERR_LIMIT); /* without an end */
  large[4097] = 0;
  CHECK_CODE(rv_text(handle, "t", large, text, sizeof text, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_label(handle, "l", NULL, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_label(handle, "l", "\xff", NULL), RV_ERR_INVALID);
  large[4096] = 0;
  CHECK_CODE(rv_label(handle, "l", large, NULL), RV_OK);
  CHECK_CODE(rv_label(handle, "l", "\xff", NULL), RV_ERR_INVALID);
  free(large);
  CHECK_CODE(rv_text(handle, "t", "\xff", text, sizeof text, NULL), RV_ERR_INVALID);
  CHECK_WORDS(rv_text(handle, "t", "a\nb", text, sizeof text, NULL), RV_ERR_INVALID, "one line");
  CHECK_CODE(rv_text(handle, "t", "a cat", NULL, 5, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_text(handle, "t", "a cat", NULL, 0, NULL), 6);
  CHECK_CODE(rv_text(handle, "t", NULL, text, 4, NULL), 6);
  CHECK(strcmp(text, "a c") == 0 && text[4] == 'x');
  CHECK_CODE(rv_text(handle, "t", NULL, text, sizeof text, NULL), 6);
  CHECK(strcmp(text, "a cat") == 0);
  static const char *const cut[] = {"", "", "a", "a", "a", "a", "a\xf0\x9f\x98\x80", "a\xf0\x9f\x98\x80"};
  for (uint32_t size = 1; size <= 7; size++) { /* never inside of a character */
    CHECK_CODE(rv_text(handle, "smile", "a\xf0\x9f\x98\x80", text, size, NULL), 6);
    CHECK(strcmp(text, cut[size]) == 0);
  }
}

static void test_vectors(uint64_t handle) {
  const double nan = (double)NAN;
  double value[4] = {7, 7, 7, 7};
  const double bad[4] = {0, nan, 0, 0}, beyond[4] = {0, 1.5, 0, 0}, good[4] = {0, 0.5, 1, 0.25};
  CHECK_CODE(rv_color(handle, "k", 2, NULL, value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_color(handle, "k", 0, NULL, value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_color(handle, "k", 5, good, value, NULL), RV_ERR_INVALID);
  CHECK_WORDS(rv_color(handle, "k", 300, good, value, NULL), RV_ERR_INVALID, "the color \"k\" has 300 channels");
  CHECK_CODE(rv_color(handle, "k", UINT32_MAX, good, value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_color(handle, "k", 3, bad, value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_color(handle, "k", 3, beyond, value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_color(handle, "k", 3, good, NULL, NULL), RV_ERR_INVALID);
  CHECK(value[0] == 7);
  CHECK_CODE(rv_color(handle, "k", 3, good, value, NULL), 0);
  CHECK(value[0] == 0 && value[2] == 1 && value[3] == 7);
  CHECK_CODE(rv_color(handle, "k", 4, good, value, NULL), RV_ERR_NAME);
  CHECK_CODE(rv_color(handle, "w", 4, NULL, value, NULL), 0);
  CHECK(value[0] == 1 && value[3] == 1);
  CHECK_CODE(rv_vector3(handle, "v", bad, value, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_vector3(handle, "v", good, NULL, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_vector3(handle, "v", NULL, value, NULL), 0);
  CHECK(value[0] == 0 && value[2] == 0 && value[3] == 1);
  CHECK_CODE(rv_set_control(handle, "v", "[1, 2]"), RV_ERR_INVALID);
  CHECK_CODE(rv_set_control(handle, "v", "[1, 2, 3]"), RV_OK);
  CHECK_CODE(rv_vector3(handle, "v", NULL, value, NULL), 1);
  CHECK(value[2] == 3);
}

static void test_plots_and_kinds(uint64_t handle) {
  int32_t whole;
  CHECK_CODE(rv_plot(handle, "p", (double)NAN, NULL), RV_OK);
  CHECK_CODE(rv_plot(handle, "p", (double)-INFINITY, NULL), RV_OK);
  CHECK_CODE(rv_set_control(handle, "p", "1"), RV_ERR_NAME);
  CHECK_CODE(rv_button(handle, "b", NULL), 0);
  CHECK_CODE(rv_set_control(handle, "b", "true"), RV_ERR_NAME);
  CHECK_CODE(rv_checkbox(handle, "b", 1, &whole, NULL), RV_ERR_NAME);
  CHECK_CODE(rv_button(handle, "p", NULL), RV_ERR_NAME);
  CHECK(rv_remove_control(handle, NULL) > 8);
  CHECK_CODE(rv_checkbox(handle, "b", 1, &whole, NULL), 0);
  for (int n = 1; n < 256; n++) {
    char name[32];
    snprintf(name, sizeof name, "folder/%d", n);
    CHECK_CODE(rv_button(handle, name, NULL), 0);
  }
  CHECK_CODE(rv_button(handle, "one more", NULL), RV_ERR_LIMIT);
  CHECK_CODE(rv_remove_control(handle, "folder"), 255);
  CHECK_CODE(rv_button(handle, "gate", NULL), 0);
  CHECK_CODE(rv_gate(handle, 0), RV_ERR_NAME);
  CHECK_CODE(rv_remove_control(handle, "gate"), 1);
}

static void test_pacing(uint64_t handle) {
  const double nan = (double)NAN;
  struct rv_camera camera = RV_CAMERA_INIT;
  char text[16] = "x";
  CHECK_CODE(rv_wants(handle, 0.5, 0.5, NULL), RV_ERR_INVALID);
  CHECK_CODE(rv_wants(handle, 0, 0.5, &camera), RV_ERR_INVALID);
  CHECK_CODE(rv_wants(handle, -1, 0.5, &camera), RV_ERR_INVALID);
  CHECK_CODE(rv_wants(handle, nan, 0.5, &camera), RV_ERR_INVALID);
  CHECK_CODE(rv_wants(handle, 0.5, -1, &camera), RV_ERR_INVALID);
  CHECK_CODE(rv_wants(handle, 0.5, nan, &camera), RV_ERR_INVALID);
  camera.struct_size = 0;
  CHECK_CODE(rv_wants(handle, 0.5, 0.5, &camera), RV_ERR_INVALID);
  camera.struct_size = sizeof camera;
  CHECK_CODE(rv_wants(handle, 0.5, (double)INFINITY, &camera), 0); /* nobody watches */
  CHECK_CODE(rv_wants(handle, (double)INFINITY, 0, &camera), 0);
  CHECK_CODE(rv_gate(handle, 0), 1);
  CHECK_CODE(rv_set_control(handle, "gate", "0"), RV_OK);
  CHECK_CODE(rv_gate(handle, -1), 1); /* nobody is there to press a button */
  CHECK_CODE(rv_closed(handle, NULL, NULL, 5), RV_ERR_INVALID);
  CHECK_CODE(rv_closed(handle, NULL, NULL, 0), 0);
  CHECK_WORDS(rv_closed(handle, "\xff", text, sizeof text), RV_ERR_NAME, "UTF-8");
  CHECK_CODE(rv_closed(handle, "none", text, sizeof text), 0);
  CHECK(text[0] == 'x');
}

static void test_picks(uint64_t handle) {
  static char large[70000];
  memset(large, 'x', sizeof large - 1);
  memcpy(large, "{\"a\":\"", 6);
  memcpy(large + sizeof large - 3, "\"}", 2);
  CHECK_CODE(rv_want_picks(handle, 1), RV_OK);
  CHECK_CODE(rv_want_picks(handle, 0), RV_OK);
  CHECK_CODE(rv_answer(handle, 1, NULL), RV_OK);
  CHECK_CODE(rv_answer(handle, UINT64_MAX, "{\"a\": 1}"), RV_OK);
  CHECK_CODE(rv_answer(handle, 1, large), RV_ERR_LIMIT);
  static const char *const bad[] = {"", "{", "1", "[1]", "\"a\"", "null", "{\"a\": NaN}", "{\"a\": \"\xff\"}"};
  for (size_t n = 0; n < sizeof bad / sizeof bad[0]; n++)
    if (!CHECK_CODE(rv_answer(handle, 1, bad[n]), RV_ERR_INVALID))
      fprintf(stderr, "  answer %s\n", bad[n]);
  CHECK_WORDS(rv_answer(handle, 1, "{"), RV_ERR_INVALID, "the answer is not JSON");
  CHECK_WORDS(rv_answer(handle, 1, " []"), RV_ERR_INVALID, "the answer is an array, wanted an object");
  CHECK_WORDS(rv_answer(handle, 1, "null"), RV_ERR_INVALID, "the answer is null, wanted an object");
  CHECK_WORDS(rv_answer(handle, 1, "{\"a\": 1e400}"), RV_ERR_LIMIT, "float64");
}

int main(void) {
  const uint64_t handle = open_quiet();
  test_names(handle);
  test_slider(handle);
  test_set_text(handle);
  test_set(handle);
  test_options(handle);
  test_choices(handle);
  test_texts(handle);
  test_vectors(handle);
  test_plots_and_kinds(handle);
  test_pacing(handle);
  test_picks(handle);
  CHECK_CODE(rv_close(handle, 0), RV_OK);
  return check_result();
}
