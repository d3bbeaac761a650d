#include "arguments.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace pt {

namespace {

constexpr const char *usage = "usage: path_tracer [--listen ADDR | --connect ADDR] [--size WxH] [--threads N]\n"
                              "                   [--frames N] [--name NAME]\n"
                              "  --listen ADDR   where viewers dial (127.0.0.1:12346)\n"
                              "  --connect ADDR  the viewer to dial\n"
                              "  --size WxH      the image's size in pixels (the window's)\n"
                              "  --threads N     how many threads render (one for each processor)\n"
                              "  --frames N      ends after so many frames\n"
                              "  --name NAME     in the title of its windows\n";

constexpr std::string_view options[] = {"--listen", "--connect", "--size", "--threads", "--frames", "--name"};

[[noreturn]] void fail(const std::string &words) {
  std::fprintf(stderr, "path_tracer: %s\n%s", words.c_str(), usage);
  std::exit(2);
}

unsigned long number(const char *option, const char *text, unsigned long most) {
  char *end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (end == text || *end != '\0' || *text == '-' || value == 0 || value > most)
    fail(option + (" wants a number from 1 to " + std::to_string(most)) + ", found \"" + text + '"');
  return value;
}

void size(Arguments &a, const char *text) {
  char rest = 0;
  if (std::sscanf(text, "%5ux%5u%c", &a.width, &a.height, &rest) != 2 || a.width == 0 || a.height == 0 ||
      a.width > 32768 || a.height > 32768)
    fail("--size wants WIDTHxHEIGHT in pixels, such as 640x480, found \"" + std::string(text) + '"');
}

} // namespace

Arguments arguments(int argc, char **argv) {
  Arguments a;
  for (int n = 1; n < argc; n += 2) {
    const std::string_view option = argv[n];
    if (option == "--help" || option == "-h") {
      std::fputs(usage, stdout);
      std::exit(0);
    }
    if (std::find(std::begin(options), std::end(options), option) == std::end(options))
      fail("wants one of the options below, found \"" + std::string(option) + '"');
    if (n + 1 == argc)
      fail(std::string(option) + " wants a value, found nothing");
    const char *value = argv[n + 1];
    if (option == "--listen" || option == "--connect") {
      a.connect = option == "--connect";
      a.address = value;
    } else if (option == "--size")
      size(a, value);
    else if (option == "--threads")
      a.threads = static_cast<unsigned>(number(argv[n], value, 1024));
    else if (option == "--frames")
      a.frames = number(argv[n], value, 1000000000);
    else
      a.name = value;
  }
  return a;
}

} // namespace pt
