// Proves that an installed rv.hpp compiles and finds its library.
#include <rv.hpp>

#include <iostream>

int main() {
  rv::Viewer viewer = rv::listen("127.0.0.1:0");
  std::cout << "listening at " << viewer.address() << "\n";
  return viewer.address().empty() ? 1 : 0;
}
