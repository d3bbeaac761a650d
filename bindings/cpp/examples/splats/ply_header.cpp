#include "ply_header.hpp"

#include <algorithm>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace gs {

namespace {

constexpr std::size_t longest_header = 1 << 16;

[[noreturn]] void fail(const std::string &words) { throw std::runtime_error(words); }

std::size_t size_of(const std::string &type) {
  constexpr std::pair<const char *, std::size_t> sizes[] = {
      {"char", 1},  {"uchar", 1},  {"int8", 1},  {"uint8", 1},  {"short", 2}, {"ushort", 2},
      {"int16", 2}, {"uint16", 2}, {"int", 4},   {"uint", 4},   {"int32", 4}, {"uint32", 4},
      {"float", 4}, {"float32", 4}, {"double", 8}, {"float64", 8},
  };
  for (const auto &[name, size] : sizes)
    if (type == name)
      return size;
  fail("wanted vertices of plain numbers, found a property of type \"" + type + "\"");
}

// A line without its end; the header as a whole is bounded.
std::string line(std::istream &from, std::size_t &read) {
  std::string text;
  for (char c = 0; from.get(c) && c != '\n';) {
    text += c;
    if (++read > longest_header)
      fail("wanted \"end_header\" within 64 KiB, found none: this is no .ply, or a broken one");
  }
  if (!from)
    fail("the file ends within its header");
  if (!text.empty() && text.back() == '\r')
    text.pop_back();
  return text;
}

void element(PlyHeader &header, std::istringstream &words, const std::string &text, bool &inside) {
  std::string name, count;
  words >> name >> count;
  inside = name == "vertex" && header.properties.empty() && !header.more;
  if (!inside) {
    if (header.properties.empty())
      fail("wanted the vertices as first element, found \"" + text + "\"");
    header.more = true;
    return;
  }
  const bool digits = count.find_first_not_of("0123456789") == std::string::npos;
  if (count.empty() || count.size() > 10 || !digits)
    fail("wanted how many vertices there are, found \"" + text + "\"");
  header.vertices = std::stoull(count);
}

void property(PlyHeader &header, std::istringstream &words) {
  std::string type, name;
  words >> type >> name;
  const std::size_t size = size_of(type);
  if (name.empty() || header.has(name))
    fail("wanted properties with a name each, found \"" + name + "\" " + (name.empty() ? "" : "twice"));
  header.properties.push_back({type, name, header.stride});
  header.stride += size;
}

} // namespace

bool PlyHeader::has(const std::string &name) const {
  return std::any_of(properties.begin(), properties.end(), [&](const Property &p) { return p.name == name; });
}

std::size_t PlyHeader::at(const std::string &name) const {
  for (const Property &p : properties) {
    if (p.name != name)
      continue;
    if (p.type != "float" && p.type != "float32")
      fail("wanted \"" + name + "\" as float, found " + p.type);
    return p.offset;
  }
  fail("wanted the properties of a gaussian-splatting .ply, found none called \"" + name +
       "\": is this a point cloud? (point_cloud/iteration_*/point_cloud.ply is the one to take)");
}

PlyHeader read_ply_header(std::istream &from) {
  PlyHeader header;
  std::size_t read = 0;
  if (const std::string first = line(from, read); first != "ply")
    fail("wanted a .ply, whose first line is \"ply\"");
  bool format = false, inside = false;
  for (std::string text = line(from, read); text != "end_header"; text = line(from, read)) {
    std::istringstream words(text);
    std::string key;
    words >> key;
    if (key == "format") {
      if (text != "format binary_little_endian 1.0")
        fail("wanted \"format binary_little_endian 1.0\", found \"" + text + "\"");
      format = true;
    } else if (key == "element") {
      element(header, words, text, inside);
    } else if (key == "property" && inside) {
      property(header, words);
    } else if (key != "property" && key != "comment" && key != "obj_info" && !key.empty()) {
      fail("wanted a line of a .ply's header, found \"" + text.substr(0, 60) + "\"");
    }
  }
  if (!format)
    fail("wanted a line \"format binary_little_endian 1.0\", found none");
  if (header.stride == 0)
    fail("wanted vertices with properties, found none");
  return header;
}

} // namespace gs
