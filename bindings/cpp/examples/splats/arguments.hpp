// The command line of the splat renderer.
#pragma once

#include <string>

namespace gs {

struct Arguments {
  std::string scene;
  bool connect = false;
  std::string address; // empty: the default of listen or connect
  unsigned width = 0, height = 0; // 0: the window's
  unsigned threads = 0; // 0: one for each processor
  std::string name; // empty: the file's
};

// Reads the command line; on trouble it says what was wanted and ends the
// program with 2, after --help with 0.
[[nodiscard]] Arguments arguments(int argc, char **argv);

} // namespace gs
