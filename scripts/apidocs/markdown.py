"""Comments and docstrings as Markdown."""

from __future__ import annotations

import re
import textwrap

# What becomes `code` in prose: names of the C ABI, numbers of it, calls.
_CODE = re.compile(
    r"(`[^`]*`)|(?<![\w/.&])((?:rv|RV)_\w*(?:\*|\(\))?|rv::\w+(?:::\w+)*|[\w.]+\(\))"
)


def prose(text: str) -> str:
    """Returns text with its code marked and its special characters kept from Markdown."""

    def marked(match: re.Match[str]) -> str:
        return match[1] or f"`{match[2]}`"

    parts = re.split(r"(`[^`]*`)", _CODE.sub(marked, text))
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"([*<])", r"\\\1", parts[at])
    return "".join(parts)


def fenced(code: str, language: str) -> str:
    return f"```{language}\n{code.rstrip()}\n```"


def item(name: str, text: str) -> str:
    """Returns one entry of a list: what a parameter or a field is."""
    return f"- `{name}`: {prose(' '.join(text.split()))}"


def entries(lines: list[str]) -> list[tuple[str, str]]:
    """Returns "names: text" entries, whose further lines are indented."""
    found: list[tuple[str, str]] = []
    for line in textwrap.dedent("\n".join(lines)).splitlines():
        match = re.match(r"([\w*][\w*, ./()\[\]]*): +(.*)", line)
        if match:
            found.append((match[1], match[2]))
        elif found and line.strip():
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif line.strip():
            found.append(("", line.strip()))
    return found


def listed(lines: list[str]) -> str:
    """Returns the entries of a section as a list."""
    out = []
    for name, text in entries(lines):
        out.append(item(name, text) if name else f"- {prose(text)}")
    return "\n".join(out)


def blocks(text: str) -> list[list[str]]:
    """Splits text at its blank lines, outside of what is indented."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            found[-1].append(line)
        elif found[-1] and found[-1][-1] != "":
            found.append([])
    return [block for block in found if block]


def documented(text: str, language: str, sections: tuple[str, ...] = ()) -> list[str]:
    """Returns the paragraphs, lists of `sections` ("Args:"), and code of a comment."""
    out: list[str] = []
    for block in blocks(text):
        if all(line.startswith("    ") for line in block):
            code = fenced(textwrap.dedent("\n".join(block)), language)
            if out and out[-1].startswith("```"):  # one that a blank line had cut in two
                code = f"{out.pop()[:-4]}\n\n{code.split(chr(10), 1)[1]}"
            out.append(code)
            continue
        while block:
            head = block[0].strip()
            if head in sections:
                rest = [n for n, line in enumerate(block[1:], 1) if not line.startswith(" ")]
                end = rest[0] if rest else len(block)
                out += [f"**{head.rstrip(':')}**", listed(block[1:end])]
            else:
                rest = [n for n, line in enumerate(block) if line.strip() in sections and n]
                end = rest[0] if rest else len(block)
                out.append(prose("\n".join(line.strip() for line in block[:end])))
            block = block[end:]
    return out
