"""docs/api has all that the headers and the package offer."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import remoteviewer

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from apidocs import c, cpp, cpp_scan  # noqa: E402

HEADER = """
namespace rv {
namespace detail {
/// Nobody's business.
inline int hidden() { return 0; }
} // namespace detail

/// A box.
/// @throws RV_ERR_INVALID.
class Box final : public Base<Box> {
public:
  /// Made of a size.
  explicit Box(int size) noexcept : size_(size), text_{"}"} {}
  /// Its size, in the unit `unit`.
  /// @param unit in metres.
  [[nodiscard]] int size(double unit = 1) const noexcept { return size_; }
  template <class T, std::enable_if_t<std::is_integral_v<T>, int> = 0> int size(T unit) const;

  int unsaid() const;

private:
  /// Not to be seen.
  int secret() const;
  int size_ = 0;
};
} // namespace rv
"""


def test_every_function_of_the_header_is_there() -> None:
    names = re.findall(r"^RV_API [^(]*?(rv_\w+)\(", (ROOT / "include/rv.h").read_text(), re.M)
    page = (ROOT / "docs/api/c.md").read_text()
    assert len(names) > 30
    assert [n for n in names if f"### {n}\n" not in page] == []


def test_every_number_of_the_header_is_there() -> None:
    text = (ROOT / "include/rv.h").read_text()
    names = re.findall(r"^#define (RV_\w+) [-(\d\"]", text, re.M)
    page = c.page(text)
    assert [n for n in names if f"#define {n} " not in page] == []


def test_every_public_name_of_the_package_is_there() -> None:
    page = (ROOT / "docs/api/python.md").read_text()
    names = [n for n in remoteviewer.__all__ if not n.startswith("__")]
    assert [n for n in names if not re.search(rf"^(#+ |\| `){n}\b", page, re.M)] == []


def test_every_class_of_rv_hpp_is_there() -> None:
    page = (ROOT / "docs/api/cpp.md").read_text()
    for name in ("Viewer", "Image", "Camera", "Cameras", "Event", "Options", "Result", "Error"):
        assert f"\n## {name}\n" in page
    assert "Returned<Viewer> listen(" in page
    assert "detail" not in re.sub(r"```.*?```", "", page, flags=re.S)


def test_a_class_is_told_without_its_inside() -> None:
    (box,) = cpp_scan.scan(HEADER)
    text = cpp.type_part(box)
    assert "class Box final : public Base<Box>;" in text
    assert "explicit Box(int size);" in text
    assert "int size(double unit = 1) const;\ntemplate <class T> int size(T unit) const;" in text
    assert "- `unit`: in metres." in text
    assert "Throws `RV_ERR_INVALID`." in text
    for absent in ("hidden", "secret", "unsaid", "nodiscard", "enable_if", "size_"):
        assert absent not in text
