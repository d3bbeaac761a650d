// Checks of the C++ tests. A failed one is printed and counted; main returns
// checked().
#pragma once

#include <rv.hpp>

#include <cmath>
#include <cstdio>
#include <string>

inline int check_count = 0, check_failures = 0;

inline bool check(bool good, const char *file, int line, const std::string &what) {
  check_count++;
  if (!good) {
    check_failures++;
    std::fprintf(stderr, "%s:%d: wanted %s\n", file, line, what.c_str());
  }
  return good;
}

inline int checked() {
  std::fprintf(stderr, "%d checks, %d failed\n", check_count, check_failures);
  return check_failures == 0 ? 0 : 1;
}

#define CHECK(what) check(static_cast<bool>(what), __FILE__, __LINE__, #what)
#define CHECK_NEAR(a, b, tolerance) \
  check(std::fabs((a) - (b)) <= (tolerance), __FILE__, __LINE__, \
        std::string(#a " = " #b ", found ") + std::to_string(a) + " and " + std::to_string(b))
