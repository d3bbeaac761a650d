"""docs/api/cpp.md, from the /// comments of rv.hpp."""

from __future__ import annotations

import re
from pathlib import Path

from .cpp_scan import Item, scan, untemplated
from .markdown import documented, fenced, item, prose

# What only other headers call.
PRIVATE = ("start(",)
# The order of the page; headers that aren't named follow.
ORDER = ("viewer", "image", "camera", "cameras", "controls", "event", "options", "result")
WIDTH = 92  # of a signature in one line


def without(code: str, opening: str) -> str:
    """Takes out each `opening<...>`, up to its own >, with what follows it up to a comma."""
    while (at := code.find(opening)) >= 0:
        depth, end = 0, at
        while end < len(code):
            depth += (code[end] == "<") - (code[end] == ">" and code[end - 1] != "-")
            if depth < 0 or (depth == 0 and code[end] == "," and end > at):
                break
            end += 1
        code = code[:at].rstrip().removesuffix(",") + code[end:]
    return code


def signature(code: str) -> str:
    """Returns a declaration without what is the compiler's business."""
    code = re.sub(r"\[\[\w+\]\] |\binline |\bfriend | noexcept\b|\bconstexpr ", "", code)
    code = without(without(code, "class = std::enable_if_t<"), "std::enable_if_t<")
    # A constructor's initialisers.
    depth = 0
    for at, c in enumerate(code):
        depth += (c in "(<{") - (c in ")}") - (c == ">" and code[at - 1] != "-")
        if depth == 0 and code[at : at + 3] == " : " and ")" in code[:at]:
            code = code[:at]
            break
    code = code.rstrip()
    return wrapped(code + ";")


def wrapped(code: str) -> str:
    """Breaks a long declaration at its parameters' commas."""
    code = (
        re.sub(r"^(template <.*?>) (?=[\w:]+[<\s])", r"\1\n", code) if len(code) > WIDTH else code
    )
    lines = code.split("\n")
    if len(lines[-1]) > WIDTH and "(" in lines[-1]:
        head, _, rest = lines[-1].partition("(")
        inner, _, tail = rest.rpartition(")")
        out, depth = [""], 0
        for c in inner:
            depth += (c in "(<{[") - (c in ")>}]")
            if c == "," and depth == 0:
                out.append("")
            else:
                out[-1] += c
        lines[-1] = f"{head}(\n    " + ",\n    ".join(p.strip() for p in out) + f"){tail}"
    return "\n".join(lines)


def words(doc: str) -> list[str]:
    """Returns a comment: words, parameters, what it returns and throws."""
    head, *tagged = re.split(r"^@(?=param|return|throws)", doc, flags=re.M)
    out, parameters, notes = documented(head, "cpp"), [], []
    for tag in tagged:
        kind, _, rest = tag.partition(" ")
        text = " ".join(rest.split())
        if kind == "param":
            name, _, text = text.partition(" ")
            parameters.append(item(name, text))
        else:
            notes.append(f"{'Returns' if kind == 'return' else 'Throws'} {prose(text)}")
    return [*out, *(["\n".join(parameters)] if parameters else []), *notes]


def is_field(i: Item) -> bool:
    code = untemplated(i.code).split("=")[0]
    return not i.is_type and "(" not in code and not code.startswith(("using ", "operator"))


def shown(i: Item) -> bool:
    hidden = ("friend ", "extern ", "template <> ", "static_assert")
    return i.public and not i.code.startswith(hidden) and not i.code.endswith("= delete")


def fields(of: list[Item]) -> list[str]:
    """Returns the data of a struct as code, each with its comment."""
    lines = []
    for i in of:
        comment = i.behind or " ".join(i.doc.split())
        lines.append(f"    {i.code};" + (f" // {comment}" if comment else ""))
    return lines


def callables(items: list[Item]) -> list[str]:
    """Returns functions: each comment with all declarations that it is for."""
    out: list[str] = []
    code: list[str] = []
    doc = ""

    def flush() -> None:
        if code:
            out.append("\n\n".join([fenced("\n".join(code), "cpp"), *words(doc)]))
            code.clear()

    for i in items:
        if i.doc:
            flush()
            doc = i.doc
        elif i.apart or (i.behind and doc):
            flush()
            doc = ""
            if not i.behind:
                continue  # nothing is said of it
        elif not code:
            continue
        code.append(signature(i.code) + (f" // {i.behind}" if i.behind else ""))
    flush()
    return out


def type_part(i: Item) -> str:
    head = re.sub(r"\[\[\w+\]\] ", "", i.code)
    found = re.match(r"(?:class|struct|enum)(?: class)? (\w+)", untemplated(head))
    assert found, head
    members = [m for m in i.inner if shown(m)]
    data = [m for m in members if is_field(m)]
    code = f"{head} {{\n" + "\n".join(fields(data)) + "\n};" if data else f"{head};"
    functions = [m for m in members if not is_field(m) and not m.is_type]
    return "\n\n".join(
        [f"## {found[1]}", fenced(code, "cpp"), *words(i.doc), *callables(functions)]
    )


def page(folder: Path) -> str:
    """Returns the whole page of the headers in a folder."""
    top = (folder / "rv.hpp").read_text(encoding="utf-8")
    doc = "\n".join(re.findall(r"^///? ?(.*)$", top.split("#ifndef")[0], flags=re.M))
    doc = "\n".join(line.removeprefix("/ ") for line in doc.splitlines())
    headers = sorted(p.stem for p in (folder / "rv").glob("*.hpp"))
    order = [*ORDER, *(h for h in headers if h not in ORDER)]
    types, functions = [], []
    for header in order:
        items = scan((folder / "rv" / f"{header}.hpp").read_text(encoding="utf-8"))
        items = [i for i in items if shown(i)]
        types += [type_part(i) for i in items if i.is_type and i.doc]
        # Not what is defined outside of its class, nor what has no comment.
        free = [i for i in items if "(" in i.code and not i.is_type and "::operator" not in i.code]
        free = [i for i in free if not any(f" {name}" in i.code for name in PRIVATE)]
        functions += callables([i for i in free if not re.search(r"\b[A-Z]\w+::\w+\(", i.code)])
    assert types, f"wanted documented types in {folder}"
    assert functions, f"wanted documented functions in {folder}"
    parts = ["# The C++ interface", *words(doc), "## Functions", *functions, *types]
    return "\n\n".join(parts) + "\n"
