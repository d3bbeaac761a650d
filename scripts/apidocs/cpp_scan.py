"""C++ headers as a tree of what they declare, with the /// comments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TYPE = re.compile(r"(?:class|struct|enum(?: class)?|union)\b(?!.*\()", re.S)
_CLOSING = {"{": "}", "(": ")", "[": "]"}


def untemplated(code: str) -> str:
    """Returns a declaration without its template <...>."""
    if not code.startswith("template <"):
        return code
    depth = 0
    for at, c in enumerate(code):
        depth += (c == "<") - (c == ">" and code[at - 1] != "-")
        if c == ">" and depth == 0:
            return code[at + 1 :].strip()
    return code


@dataclass
class Item:
    """A declaration: its comment, its text without a body, and what is in it."""

    doc: str = ""
    code: str = ""
    behind: str = ""  # a ///< comment
    apart: bool = False  # from the one before, by a blank line
    public: bool = True
    inner: list[Item] = field(default_factory=list)

    @property
    def is_type(self) -> bool:
        return bool(_TYPE.match(untemplated(self.code)))


class Scanner:
    """Goes through the text of one scope; see scan."""

    def __init__(self, text: str, public: bool) -> None:
        self.text, self.at, self.public = text, 0, public
        self.items: list[Item] = []
        self.doc, self.apart = "", True

    def line(self) -> str:
        """Takes the rest of the line."""
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        found, self.at = self.text[self.at : end], end
        return found.strip()

    def balanced(self) -> int:
        """Returns where the bracket that opens here is closed."""
        depth, at = 0, self.at
        while at < len(self.text):
            at = self.quoted(at)
            depth += (self.text[at] in "{([") - (self.text[at] in "})]")
            at += 1
            if depth == 0:
                return at
        raise ValueError(f"a bracket without its end: {self.text[self.at : self.at + 60]}")

    def quoted(self, at: int) -> int:
        """Returns the next place outside of text in quotes and comments."""
        match = re.compile(
            r'("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//[^\n]*|/\*.*?\*/)+', re.S
        ).match(self.text, at)
        return match.end() if match else at

    def blank(self) -> None:
        space = re.compile(r"\s*").match(self.text, self.at)
        assert space
        self.apart = self.apart or space[0].count("\n") > 1
        self.at = space.end()

    def run(self) -> list[Item]:
        while True:
            self.blank()
            rest = self.text[self.at :]
            if not rest:
                return self.items
            if rest.startswith("///<"):
                behind = self.line()[4:].strip()
                if self.items:
                    self.items[-1].behind = behind
            elif rest.startswith("///"):
                self.doc += self.line()[3:].removeprefix(" ") + "\n"
            elif rest.startswith("//"):
                self.line()
            elif rest.startswith("/*"):
                self.at = self.quoted(self.at)
            elif rest.startswith("#"):
                while self.line().endswith("\\"):
                    self.at += 1
            elif match := re.match(r"(public|private|protected):", rest):
                self.public, self.at = match[1] == "public", self.at + match.end()
            elif match := re.match(r"(?:inline )?namespace (\w+)(?:::\w+)* \{", rest):
                self.namespace(match)
            else:
                self.declaration()

    def namespace(self, match: re.Match[str]) -> None:
        self.at += match.end() - 1
        end = self.balanced()
        if "detail" not in match[0]:
            self.items += scan(self.text[self.at + 1 : end - 1])
        self.at, self.doc, self.apart = end, "", True

    def declaration(self) -> None:
        start, inner = self.at, ""
        while self.text[self.at] != ";":
            c = self.text[self.at]
            head = self.text[start : self.at].rstrip()
            # A body has a space before it; x{0} is a value.
            if c == "{" and self.text[self.at - 1].isspace() and not head.endswith(("=", ",")):
                end = self.balanced()
                inner, self.at = self.text[self.at + 1 : end - 1], end
                if _TYPE.match(untemplated(" ".join(head.split()))):
                    self.at = self.text.index(";", self.at) + 1
                break
            self.at = self.balanced() if c in _CLOSING else max(self.quoted(self.at), self.at + 1)
        else:
            head, self.at = self.text[start : self.at], self.at + 1
        item = Item(self.doc.strip("\n"), " ".join(head.split()), "", self.apart, self.public)
        if item.is_type and inner:
            item.inner = scan(inner, not untemplated(item.code).startswith("class"))
        self.items.append(item)
        self.doc, self.apart = "", False


def scan(text: str, public: bool = True) -> list[Item]:
    """Returns the declarations of a scope, of namespaces also what is in them."""
    return Scanner(text, public).run()
