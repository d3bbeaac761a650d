"""docs/api/c.md, from the comments of include/rv.h."""

from __future__ import annotations

import re
import textwrap

from .markdown import documented, fenced, item, prose

# The order of the page: a group, then its functions and structs. Numbers follow by
# their prefixes.
GROUPS: dict[str, tuple[str, ...]] = {
    "Sessions": (
        *("rv_connect", "rv_listen", "rv_close", "rv_address", "rv_stats"),
        *("rv_options", "rv_statistics"),
    ),
    "Images and data": ("rv_send_images", "rv_send_data", "rv_image", "rv_send_options"),
    "Cameras": ("rv_camera", "rv_want_cameras", "rv_set_view", "struct rv_camera"),
    "Pacing": ("rv_wants", "rv_gate", "rv_closed"),
    "Controls": (
        *("rv_slider", "rv_checkbox", "rv_dropdown", "rv_button", "rv_text", "rv_color"),
        *("rv_vector3", "rv_plot", "rv_label", "rv_set_control", "rv_remove_control"),
        "rv_control_options",
    ),
    "Events": ("rv_read", "rv_event_free", "rv_want_picks", "rv_answer", "rv_event"),
    "Errors and versions": ("rv_last_error", "rv_abi_version", "rv_version"),
}
NUMBERS = {
    "RV_U8": "Images and data",
    "RV_COLOR": "Images and data",
    "RV_ALPHA": "Images and data",
    "RV_MEMORY": "Images and data",
    "RV_SEND": "Images and data",
    "RV_PERSPECTIVE": "Cameras",
    "RV_CAUSE": "Cameras",
    "RV_EVENT": "Events",
    "RV_BUTTON": "Events",
    "RV_MOD": "Events",
    "RV_PHASE": "Events",
    "RV_STATUS": "Events",
    "RV_ABI": "Errors and versions",
    "RV_VERSION": "Errors and versions",
    "RV_OK": "Errors and versions",
}


def plain(comment: str) -> str:
    """Returns the text of a /* comment */."""
    body = re.sub(r"^/\*+|\*/$", "", comment.strip())
    lines = [re.sub(r"^\s*\* ?", "", line) for line in body.split("\n")]
    return "\n".join(line.rstrip() for line in lines).strip("\n").strip()


def described(text: str) -> list[str]:
    """Returns a function's comment: words, parameters, what it returns, since when."""
    head, *tagged = re.split(r"^@(?=param|return|since)", text, flags=re.M)
    out, parameters, notes = documented(head, "c"), [], []
    for tag in tagged:
        kind, _, rest = tag.partition(" ")
        # "Blocking: ..." stands behind the tags, at the beginning of a line.
        rest, *lines = re.split(r"^(?=[A-Z]\w+: )", rest, flags=re.M)
        notes += [prose(" ".join(line.split())) for line in lines]
        words = " ".join(rest.split())
        if kind == "param":
            name, _, words = words.partition(" ")
            parameters.append(item(name, words))
        elif kind == "return":
            notes.insert(0, f"Returns {prose(words)}")
        else:
            notes.append(f"Since {words}.")
    return [*out, *(["\n".join(parameters)] if parameters else []), *notes]


def functions(text: str) -> dict[str, str]:
    """Returns each function's name and its part of the page."""
    out = {}
    for comment, declaration in re.findall(r"(/\*\*(?:(?!\*/).)*\*/)\nRV_API ([^;]+;)", text, re.S):
        found = re.search(r"(rv_\w+)\(", declaration)
        assert found, f"wanted a function, found {declaration}"
        code = re.sub(r"\n\s+", "\n    ", declaration)
        parts = [f"### {found[1]}", fenced(code, "c"), *described(plain(comment))]
        out[found[1]] = "\n\n".join(parts)
    return out


def structs(text: str) -> dict[str, str]:
    """Returns each struct's name and its part of the page."""
    out = {}
    pattern = (
        r"(/\*(?:(?!\*/).)*\*/)\n((?:typedef )?struct (rv_\w+) \{.*?\n\}[^;]*;)"
        r"(?:\n#define (\w+_INIT))?"
    )
    for comment, code, name, init in re.findall(pattern, text, re.S):
        typed = name if code.startswith("typedef") else f"struct {name}"
        words = documented(plain(comment), "c")
        start = [prose(f"Start from {init}.")] if init else []
        out[typed] = "\n\n".join([f"### {typed}", *words, *start, fenced(code, "c")])
    return out


def numbers(text: str) -> list[tuple[str, str]]:
    """Returns (group, its part of the page) of each run of numbers under a comment."""
    out = []
    pattern = r"(/\*(?:(?!\*/).)*\*/)\n((?:#define RV_\w+ [^\n]*\n)+)"
    for comment, code in re.findall(pattern, text, re.S):
        first = code.split()[1]
        if first == "RV_API":
            continue
        group = next((g for prefix, g in NUMBERS.items() if first.startswith(prefix)), None)
        if "sizeof" in code or group is None:
            assert "sizeof" in code, (
                f"wanted a group for {first} in NUMBERS of scripts/apidocs/c.py"
            )
            continue
        title = " ".join(plain(comment).split())
        out.append((group, f"{prose(title)}\n\n{fenced(code, 'c')}"))
    return out


def introduction(text: str) -> list[str]:
    """Returns the words at the beginning of the header."""
    match = re.match(r"/\*.*?\*/", text, re.S)
    assert match, "wanted rv.h to begin with a comment"
    return documented(textwrap.dedent(plain(match[0])), "c")


def sections(text: str) -> dict[str, str]:
    """Returns what stands above several functions: a comment "Controls. ..." of its own."""
    out = {}
    for comment in re.findall(r"\n\n(/\*\n(?:(?!\*/).)*\*/)\n\n", text, re.S):
        words = plain(comment)
        title, _, rest = words.partition(".")
        if title in GROUPS:
            out[title] = "\n\n".join(documented(rest.strip(), "c"))
    return out


def page(text: str) -> str:
    """Returns the whole page for a header's text."""
    parts = {**functions(text), **structs(text)}
    placed = [name for names in GROUPS.values() for name in names]
    missing = sorted(set(parts) ^ set(placed))
    assert not missing, f"wanted these in rv.h and in GROUPS of scripts/apidocs/c.py: {missing}"
    above, counted = sections(text), numbers(text)
    out = ["# The C interface", "`#include <rv.h>`, and link with librv.", *introduction(text)]
    for group, names in GROUPS.items():
        out += [f"## {group}", *([above[group]] if group in above else [])]
        out += [parts[name] for name in names]
        mine = [words for where, words in counted if where == group]
        out += [f"### Numbers of {group.lower()}", *mine] if mine else []
    return "\n\n".join(out) + "\n"
