// Controls, pacing and picks without a viewer: values, errors, what takes no memory.
#include "check.hpp"

#include <chrono>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <new>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

std::size_t allocations = 0; // calls of operator new

rv::Options quiet() {
  rv::Options options;
  options.quiet = true;
  return options;
}

rv::Viewer open() { return rv::listen("127.0.0.1:0", quiet()); }

template <class F> int thrown(F call) {
  try {
    call();
  } catch (const rv::Error &error) {
    CHECK(error.what()[0] != '\0');
    return error.code();
  }
  return RV_OK;
}

void test_values() {
  const rv::Viewer viewer = open();
  CHECK(viewer.slider("exposure", -1, 8, 2.5) == 2.5);
  CHECK(viewer.slider(std::string("exposure"), 100, 101, 100) == 2.5); // defined already
  CHECK(viewer.checkbox("on", true) && !viewer.checkbox("off"));
  CHECK(viewer.dropdown("mode", {"a", "b", "c"}, 2) == 2);
  CHECK(viewer.dropdown("many", std::vector<std::string>{"x", "y"}, 1) == 1);
  CHECK(!viewer.button("go"));
  CHECK(viewer.text("title", "a \"b\"") == "a \"b\"" && viewer.text("none").empty());
  CHECK(viewer.color("tint", {1, 0.5, 0}) == (rv::Vector3{1, 0.5, 0}));
  CHECK(viewer.color4("fog") == (std::array<double, 4>{1, 1, 1, 1}));
  CHECK(viewer.vector3("sun", {-1, 2, 1e9}) == (rv::Vector3{-1, 2, 1e9}) && viewer.vector3("zero") == rv::Vector3{});
  viewer.plot("loss", 0.5);
  viewer.plot("loss", std::numeric_limits<double>::quiet_NaN());
  viewer.label("state", "running");
  const std::string longest(4096, 'x');
  viewer.set_control("title", longest);
  CHECK(viewer.text("title") == longest);
}

void test_folders() {
  rv::Viewer viewer = open();
  const rv::Folder camera = viewer.folder("camera"), lens = camera.folder(std::string("lens"));
  CHECK(camera.slider("fov", 1, 90, 60) == 60 && lens.slider("fov", 1, 90, 30) == 30);
  viewer.set_control("camera/lens/fov", 31);
  CHECK(lens.slider("fov", 1, 90, 30) == 31 && viewer.slider("camera/lens/fov", 0, 1, 0) == 31);
  lens.set_control("fov", 32.5F);
  CHECK(viewer.slider("camera/lens/fov", 0, 1, 0) == 32.5);
  CHECK(camera.remove_control("fov") == 1 && viewer.remove_control("nothing") == 0);
  CHECK(lens.remove_controls() == 1 && camera.remove_controls() == 0);
  CHECK(camera.slider("fov", 1, 90, 45) == 45); // free again
  CHECK(viewer.checkbox("a", true) && viewer.remove_controls() == 2);
  (void)viewer.close();
  CHECK(thrown([&] { (void)camera.slider("fov", 1, 90, 60); }) == RV_ERR_HANDLE);
  CHECK(thrown([] { (void)rv::Viewer().slider("a", 0, 1, 0); }) == RV_ERR_HANDLE);
}

void test_set() {
  const rv::Viewer viewer = open();
  (void)viewer.slider("number", -10, 1e10, 0);
  (void)viewer.checkbox("flag");
  (void)viewer.dropdown("choice", {"a", "b"});
  (void)viewer.text("text");
  (void)viewer.color("rgb");
  (void)viewer.color4("rgba");
  (void)viewer.vector3("v");
  for (const double value : {0.1, -1e-7, 123456789.25, 1e10}) {
    viewer.set_control("number", value);
    CHECK(viewer.slider("number", 0, 1, 0) == value);
  }
  // The first two write a comma, where they are installed.
  for (const char *locale : {"de_DE.UTF-8", "ps_AF.UTF-8", "C.UTF-8"}) {
    std::setlocale(LC_ALL, locale);
    viewer.set_control("number", 0.5);
    CHECK(viewer.slider("number", 0, 1, 0) == 0.5);
  }
  std::setlocale(LC_ALL, "C");
  viewer.set_control("number", 7U);
  CHECK(viewer.slider("number", 0, 1, 0) == 7);
  viewer.set_control("flag", true);
  CHECK(viewer.checkbox("flag"));
  viewer.set_control("choice", 1);
  CHECK(viewer.dropdown("choice", {"a", "b"}) == 1);
  for (const char *text : {"", "plain", "\"\\/\b\f\t\x01\x7f", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"}) {
    viewer.set_control("text", text);
    CHECK(viewer.text("text") == text);
  }
  viewer.set_control("rgb", {0, 0.25, 1});
  CHECK(viewer.color("rgb") == (rv::Vector3{0, 0.25, 1}));
  viewer.set_control("rgba", std::array<double, 4>{0, 0.25, 1, 0.1});
  CHECK(viewer.color4("rgba") == (std::array<double, 4>{0, 0.25, 1, 0.1}));
  viewer.set_control("v", rv::Vector3{1e-300, -2, 3});
  CHECK(viewer.vector3("v") == (rv::Vector3{1e-300, -2, 3}));

  CHECK(thrown([&] { viewer.set_control("no such", 1); }) == RV_ERR_NAME);
  CHECK(thrown([&] { viewer.set_control("number", "text"); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { viewer.set_control("number", -11); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { viewer.set_control("number", std::numeric_limits<double>::quiet_NaN()); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { viewer.set_control("v", {1, 2}); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { viewer.set_control("choice", 2); }) == RV_ERR_INVALID);
}

// The words of what a call throws.
template <class F> std::string words(F call) {
  try {
    call();
  } catch (const rv::Error &error) {
    CHECK(error.code() == RV_ERR_INVALID || error.code() == RV_ERR_NAME);
    return error.what();
  }
  return "nothing thrown";
}

bool says(const std::string &text, const char *part) {
  if (text.find(part) != std::string::npos)
    return true;
  std::fprintf(stderr, "wanted \"%s\" in \"%s\"\n", part, text.c_str());
  return false;
}

// What can't be a value is refused in words that say so; nothing is cut.
void test_values_that_are_none() {
  const rv::Viewer viewer = open();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  (void)viewer.slider("number", 0, 1, 0);
  (void)viewer.checkbox("flag");
  (void)viewer.vector3("v");
  (void)viewer.text("text", "before");
  CHECK(says(words([&] { viewer.set_control("number", nan); }),
             "the value of \"number\": wanted a finite number, found NaN"));
  CHECK(says(words([&] { viewer.set_control("number", -std::numeric_limits<float>::infinity()); }), "found -infinity"));
  CHECK(says(words([&] { viewer.set_control("v", {0, infinity, 0}); }),
             "\"v\": wanted a finite number, found infinity"));
  CHECK(says(words([&] { viewer.set_control("number", true); }), "can't be true, wanted a number from 0 to 1"));
  CHECK(says(words([&] { viewer.set_control("flag", 1); }), "wanted true or false"));

  const std::string zero("ab\0cd", 5);
  CHECK(says(words([&] { viewer.set_control("text", zero); }), "zero byte after \"ab\""));
  CHECK(says(words([&] { viewer.set_control("text", "\xff"); }), "not UTF-8"));
  CHECK(says(words([&] { viewer.set_control("text", "two\nlines"); }), "one line"));
  CHECK(viewer.text("text") == "before");
  CHECK(says(words([&] { (void)viewer.text("other", zero); }), "the text has a zero byte after \"ab\""));
  CHECK(says(words([&] { (void)viewer.text("other", "\xff"); }), "UTF-8"));
  CHECK(says(words([&] { viewer.label("label", zero); }), "the text has a zero byte"));
  CHECK(says(words([&] { viewer.label("label", "\xff"); }), "UTF-8"));
  CHECK(says(words([&] { (void)viewer.checkbox(zero); }), "the control's name has a zero byte"));
  CHECK(says(words([&] { viewer.set_control(zero, 1); }), "the control's name has a zero byte"));
  CHECK(says(words([&] { (void)viewer.remove_control(zero); }), "the control's name has a zero byte"));
  CHECK(says(words([&] { (void)viewer.folder(zero).checkbox("a"); }), "the folder's name has a zero byte"));
  CHECK(says(words([&] { (void)viewer.folder(zero).remove_controls(); }), "the folder's name has a zero byte"));
  CHECK(says(words([&] { (void)viewer.dropdown("choice", std::vector<std::string>{"x", zero}); }),
             "the choice has a zero"));
}

void test_errors() {
  rv::Viewer viewer = open();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  (void)viewer.slider("a", 0, 1, 0.5);
  CHECK(thrown([&] { (void)viewer.checkbox("a"); }) == RV_ERR_NAME); // of another kind
  CHECK(thrown([&] { (void)viewer.slider("b", nan, 1, 0.5); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { (void)viewer.slider("b", 0, nan, 0.5); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { (void)viewer.slider("b", 0, 1, nan); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { (void)viewer.slider("b", 1, 1, 1); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { (void)viewer.slider("b", 0, 1, 2); }) == RV_ERR_INVALID);
  rv::ControlOptions options;
  options.logarithmic = true;
  CHECK(thrown([&] { (void)viewer.slider("b", 0, 1, 0.5, options); }) == RV_ERR_INVALID);
  CHECK(viewer.slider("b", 0.1, 1, 0.5, options) == 0.5);
  CHECK(thrown([&] { (void)viewer.dropdown("c", {"x", "x"}); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { (void)viewer.dropdown("c", {"x"}, 1); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { (void)viewer.dropdown("c", std::vector<std::string>{}); }) < 0);
  std::vector<std::string> choices;
  for (int n = 0; n < 257; n++)
    choices.push_back(std::to_string(n));
  CHECK(thrown([&] { (void)viewer.dropdown("c", choices); }) < 0);
  choices.pop_back();
  CHECK(viewer.dropdown("c", choices, 255) == 255);
  CHECK(thrown([&] { (void)viewer.color("d", {0, 0, 1.5}); }) == RV_ERR_INVALID);
  for (const char *name : {"", "/a", "a/", "a//b", "\xff"})
    CHECK(thrown([&] { (void)viewer.checkbox(name); }) == RV_ERR_NAME);
  CHECK(thrown([&] { (void)viewer.checkbox(nullptr); }) < 0);
  CHECK(thrown([&] { (void)viewer.checkbox(std::string(129, 'x')); }) == RV_ERR_NAME);
  CHECK(thrown([&] { (void)viewer.folder(std::string(500, 'x')).checkbox("y"); }) == RV_ERR_NAME);
  CHECK(!viewer.checkbox(std::string(128, 'x')) && !viewer.folder(std::string(63, 'x')).checkbox(std::string(64, 'y')));
  CHECK(thrown([&] { viewer.label("e", std::string(4097, 'x')); }) < 0);
  CHECK(thrown([&] { (void)viewer.wants(0); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { (void)viewer.wants(0.1, rv::Seconds(nan)); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { viewer.answer(1, "[1]"); }) == RV_ERR_INVALID);
  CHECK(thrown([&] { viewer.answer(1, "{"); }) == RV_ERR_INVALID);
  viewer.answer(1, "{}"); // nobody asked
  viewer.answer(1);
}

// With nobody there nothing is wanted, nothing waits for ever.
void test_alone() {
  rv::Viewer viewer = open();
  CHECK(!viewer.wants() && !viewer.wants(1, rv::never) && viewer.closed_windows().empty());
  viewer.gate();
  CHECK(viewer.gate(0ms));
  viewer.set_control("gate", 0); // nobody is there who could let it go on
  viewer.gate();
  viewer.gate([](const rv::Camera &) { CHECK(!"a camera"); });
  (void)viewer.close();
  CHECK(thrown([&] { viewer.gate(); }) == RV_ERR_HANDLE);
  rv::Viewer other = open();
  (void)other.slider("gate", 0, 1, 0);
  CHECK(thrown([&] { other.gate(); }) == RV_ERR_NAME);
}

void test_disabled() {
  rv::Options options;
  options.enabled = false;
  rv::Viewer viewer = rv::listen(options);
  const rv::Folder folder = viewer.folder("a");
  CHECK(viewer.slider("a", 0, 1, 0.25) == 0.25 && folder.slider("b", 0, 1, 0.75) == 0.75);
  CHECK(viewer.checkbox("c", true) && viewer.dropdown("d", {"x", "y"}, 1) == 1 && !viewer.button("e"));
  CHECK(viewer.text("f", "text") == "text" && viewer.color("g", {0, 1, 0}) == (rv::Vector3{0, 1, 0}));
  CHECK(viewer.color4("h")[3] == 1 && viewer.vector3("i", {1, 2, 3})[2] == 3);
  viewer.plot("j", 1);
  viewer.label("k", "text");
  viewer.set_control("a", 1);
  CHECK(viewer.remove_control("a") == 0 && folder.remove_controls() == 0);
  CHECK(!viewer.wants() && viewer.closed_windows().empty() && viewer.gate(0ms));
  viewer.gate();
  viewer.gate([](const rv::Camera &) { CHECK(!"a camera"); });
  viewer.want_picks();
  viewer.answer(1, "{}");
}

void test_memory() {
  const rv::Viewer viewer = open();
  const rv::Folder folder = viewer.folder("a folder with a name that is no short string");
  const std::vector<std::string> names = {"first", "second"};
  const std::string name = "a name that is no short string";
  const auto all = [&] {
    return viewer.slider("a", 0, 1, 0) + folder.slider(name, 0, 1, 0) + viewer.checkbox("b") +
           viewer.dropdown("c", {"x", "y"}) + viewer.dropdown("d", names) + viewer.button("e") +
           viewer.color("f")[0] + viewer.vector3("g")[0] + folder.color4("h")[0];
  };
  (void)all(); // defines them
  const std::size_t before = allocations;
  double sum = 0;
  for (int n = 0; n < 100; n++)
    sum += all();
  const std::size_t after = allocations;
  CHECK(after == before);
  CHECK(sum == 200); // two whites
}

} // namespace

void *operator new(std::size_t size) {
  allocations++;
  if (void *memory = std::malloc(size))
    return memory;
  throw std::bad_alloc();
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

int main() {
  test_values();
  test_folders();
  test_set();
  test_values_that_are_none();
  test_errors();
  test_alone();
  test_disabled();
  test_memory();
  return checked();
}
