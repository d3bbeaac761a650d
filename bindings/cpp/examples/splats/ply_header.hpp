// The header of a binary .ply whose first element is its vertices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace gs {

struct PlyHeader {
  struct Property {
    std::string type, name;
    std::size_t offset; // bytes from the vertex's start
  };
  std::uint64_t vertices = 0;
  std::size_t stride = 0; // bytes of a vertex
  bool more = false;      // other elements follow
  std::vector<Property> properties;

  // Where a float property lies in a vertex; throws when there is none.
  [[nodiscard]] std::size_t at(const std::string &name) const;
  [[nodiscard]] bool has(const std::string &name) const;
};

// Reads up to the end of the header. Throws std::runtime_error.
[[nodiscard]] PlyHeader read_ply_header(std::istream &from);

} // namespace gs
