#include "arguments.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace gs {

namespace {

constexpr const char *usage = "usage: splats SCENE.ply [--listen ADDR | --connect ADDR] [--size WxH] [--threads N]\n"
                              "              [--name NAME]\n"
                              "  SCENE.ply       as gaussian-splatting's train.py writes it\n"
                              "  --listen ADDR   where viewers dial (127.0.0.1:12346)\n"
                              "  --connect ADDR  the viewer to dial\n"
                              "  --size WxH      the image's size in pixels (the window's)\n"
                              "  --threads N     how many threads render (one for each processor)\n"
                              "  --name NAME     in the title of its windows (the file's)\n";

constexpr std::string_view options[] = {"--listen", "--connect", "--size", "--threads", "--name"};

[[noreturn]] void fail(const std::string &words) {
  std::fprintf(stderr, "splats: %s\n%s", words.c_str(), usage);
  std::exit(2);
}

void size(Arguments &a, const char *text) {
  char rest = 0;
  if (std::sscanf(text, "%5ux%5u%c", &a.width, &a.height, &rest) != 2 || a.width == 0 || a.height == 0 ||
      a.width > 32768 || a.height > 32768)
    fail("--size wants WIDTHxHEIGHT in pixels, such as 640x480, found \"" + std::string(text) + "\"");
}

unsigned threads(const char *text) {
  char *end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (end == text || *end != '\0' || *text == '-' || value == 0 || value > 1024)
    fail("--threads wants a number from 1 to 1024, found \"" + std::string(text) + "\"");
  return static_cast<unsigned>(value);
}

} // namespace

Arguments arguments(int argc, char **argv) {
  Arguments a;
  for (int n = 1; n < argc; n++) {
    const std::string_view option = argv[n];
    if (option == "--help" || option == "-h") {
      std::fputs(usage, stdout);
      std::exit(0);
    }
    if (option.substr(0, 2) != "--") {
      if (!a.scene.empty())
        fail("wants one scene, found \"" + a.scene + "\" and \"" + argv[n] + "\"");
      a.scene = option;
      continue;
    }
    if (std::find(std::begin(options), std::end(options), option) == std::end(options))
      fail("wants one of the options below, found \"" + std::string(option) + "\"");
    if (n + 1 == argc)
      fail(std::string(option) + " wants a value, found nothing");
    const char *value = argv[++n];
    if (option == "--listen" || option == "--connect") {
      a.connect = option == "--connect";
      a.address = value;
    } else if (option == "--size") {
      size(a, value);
    } else if (option == "--threads") {
      a.threads = threads(value);
    } else {
      a.name = value;
    }
  }
  if (a.scene.empty())
    fail("wants a scene, found none");
  return a;
}

} // namespace gs
