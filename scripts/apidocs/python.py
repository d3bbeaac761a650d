"""docs/api/python.md, from the docstrings of the package, which is read and not run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from .markdown import documented, fenced

SECTIONS = ("Args:", "Attributes:", "Of a place:")
# Classes in this order, then others.
ORDER = ("Viewer", "Image", "Camera", "Event", "Folder", "Statistics", "RemoteViewer")
WIDTH = 92  # of a signature in one line

Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Package:
    """The modules of a package, by their names."""

    folder: Path
    modules: dict[str, ast.Module] = field(default_factory=dict)

    def module(self, name: str) -> ast.Module:
        if name not in self.modules:
            path = self.folder / f"{name}.py"
            self.modules[name] = ast.parse(path.read_text(encoding="utf-8"))
        return self.modules[name]

    def find(self, module: str, name: str) -> tuple[str, list[ast.stmt]]:
        """Returns where a name is defined: its module, and all statements that define it."""
        found: list[ast.stmt] = []
        for node in self.module(module).body:
            if name in defines(node):
                found.append(node)
            elif isinstance(node, ast.ImportFrom) and node.level == 1:
                for alias in node.names:
                    if (alias.asname or alias.name) == name and node.module:
                        return self.find(node.module, alias.name)
        return module, found

    def bases(self, module: str, node: ast.ClassDef) -> list[tuple[str, ast.ClassDef]]:
        """Returns the classes of this package that a class inherits from, nearest first."""
        out = []
        for base in node.bases:
            name = base.value if isinstance(base, ast.Subscript) else base
            if isinstance(name, ast.Name):
                where, found = self.find(module, name.id)
                for parent in found:
                    if isinstance(parent, ast.ClassDef):
                        out += [(where, parent), *self.bases(where, parent)]
        return out


def defines(node: ast.stmt) -> list[str]:
    """Returns the names that a statement of a module defines."""
    if isinstance(node, (*Function, ast.ClassDef)):
        return [node.name]
    nodes = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in nodes if isinstance(target, ast.Name)]


def decorators(node: ast.stmt) -> list[str]:
    return [ast.unparse(d) for d in getattr(node, "decorator_list", [])]


def signature(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, bound: bool) -> str:
    """Returns a function's first line, wrapped where it is long."""
    a = node.args
    if bound and (a.posonlyargs or a.args):
        first = a.posonlyargs or a.args
        a = ast.arguments(
            **{**vars(a), ("posonlyargs" if first is a.posonlyargs else "args"): first[1:]}
        )
    returns = f" -> {ast.unparse(node.returns)}" if node.returns and name != "__init__" else ""
    parameters = [spaced(p) for p in split(ast.unparse(a))]
    line = f"{name}({', '.join(parameters)}){returns}"
    if len(line) <= WIDTH:
        return line
    return f"{name}(\n    " + ",\n    ".join(parameters) + f",\n){returns}"


def spaced(parameter: str) -> str:
    """Puts spaces around the = of a parameter with a type, as is usual."""
    return re.sub(r"^(\w+: [^=]+)=(?=[^=])", r"\1 = ", parameter)


def split(parameters: str) -> list[str]:
    """Splits parameters at the commas outside of brackets and quotes."""
    out, depth, quote = [""], 0, ""
    for c in parameters:
        if quote:
            quote = "" if c == quote else quote
        elif c in "'\"":
            quote = c
        depth += 0 if quote else (c in "([{") - (c in ")]}")
        if c == "," and depth == 0 and not quote:
            out.append("")
        else:
            out[-1] += c
    return [part.strip() for part in out]


def words(node: ast.AST) -> list[str]:
    text = (
        ast.get_docstring(node) if isinstance(node, (*Function, ast.ClassDef, ast.Module)) else ""
    )
    return documented(text or "", "python", SECTIONS)


def function(nodes: list[ast.stmt], title: str, bound: bool) -> str:
    """Returns a function's part of the page; of overloads, their signatures."""
    defined = [node for node in nodes if isinstance(node, Function)]
    shown = [n for n in defined if "overload" in decorators(n)] or defined
    name = title.rpartition(".")[2]
    kinds = decorators(defined[-1])
    if "property" in kinds:
        returns = defined[-1].returns
        code = f"{title}: {ast.unparse(returns) if returns else 'Any'}"
    else:
        static = "staticmethod" in kinds
        code = "\n".join(signature(n, name, bound and not static) for n in shown)
        if "classmethod" in kinds or static:
            code = code.replace(f"{name}(", f"{title}(", 1)
    return "\n\n".join([fenced(code, "python"), *words(defined[-1])])


def members(package: Package, module: str, node: ast.ClassDef) -> dict[str, list[ast.stmt]]:
    """Returns a class's public methods in their order, then those of its bases."""
    out: dict[str, list[ast.stmt]] = {}
    for _, owner in [(module, node), *package.bases(module, node)]:
        own: dict[str, list[ast.stmt]] = {}
        for statement in owner.body:
            if not isinstance(statement, Function) or statement.name.startswith("_"):
                continue
            if not any(d.endswith(".setter") for d in decorators(statement)):
                own.setdefault(statement.name, []).append(statement)
        out.update({name: nodes for name, nodes in own.items() if name not in out})
    return out


def construction(package: Package, module: str, node: ast.ClassDef) -> list[str]:
    """Returns how a class is made, and what its __init__ says."""
    owners = [node, *(owner for _, owner in package.bases(module, node))]
    if any("dataclass" in d for d in decorators(node)):
        fields = [ast.unparse(s) for s in node.body if isinstance(s, ast.AnnAssign)]
        return [fenced(f"class {node.name}:\n    " + "\n    ".join(fields), "python")]
    for owner in owners:
        for statement in owner.body:
            if isinstance(statement, Function) and statement.name == "__init__":
                code = signature(statement, "__init__", True).replace("__init__", node.name, 1)
                return [fenced(code, "python"), *words(statement)]
    parents = f"({', '.join(ast.unparse(b) for b in node.bases)})" if node.bases else ""
    return [fenced(f"class {node.name}{parents}", "python")]


def class_part(package: Package, module: str, node: ast.ClassDef, told: dict[int, str]) -> str:
    """Returns a class's part of the page; told has where each method was described."""
    parts = [f"## {node.name}"]
    made = construction(package, module, node)
    # What only the package makes has no constructor to show.
    hidden = any(name in made[0] for name in ("Session", "Tree", "prefix:"))
    parts += [*words(node)] if hidden else [made[0], *words(node), *made[1:]]
    again = []
    for name, nodes in members(package, module, node).items():
        where = told.setdefault(id(nodes[-1]), node.name)
        if where == node.name:
            parts += [f"### {node.name}.{name}", function(nodes, f"{node.name}.{name}", True)]
        else:
            again.append(f"[{name}](#{where.lower()}{name})")
    if again:
        parts.append(f"As of the classes above: {', '.join(again)}.")
    return "\n\n".join(parts)


def error_part(package: Package, names: list[str]) -> str:
    rows = ["## Errors", "| class | is a | means |\n|---|---|---|"]
    for name in sorted(names, key=lambda n: (n != "Error", n)):
        _, (node, *_) = package.find("_errors", name)
        assert isinstance(node, ast.ClassDef)
        bases = ", ".join(f"`{ast.unparse(base)}`" for base in node.bases)
        meaning = " ".join((ast.get_docstring(node) or "").split())
        assert meaning, f"wanted a docstring in {name}"
        rows[-1] += f"\n| `{name}` | {bases} | {meaning} |"
    return "\n\n".join(rows)


def page(folder: Path) -> str:
    """Returns the whole page of the package in a folder."""
    package = Package(folder)
    init = package.module("__init__")
    public = next(ast.literal_eval(n.value) for n in init.body if isinstance(n, ast.Assign))
    text = (ast.get_docstring(init) or "").split("\n\n", 1)
    out = ["# The Python package", text[0]]
    out += [fenced(text[1], "python")] if len(text) > 1 else []
    functions, classes, errors = [], [], []
    told: dict[int, str] = {}
    for name in sorted(public, key=lambda n: ORDER.index(n) if n in ORDER else len(ORDER)):
        module, nodes = package.find("__init__", name)
        assert nodes, f"wanted {name} to be defined in {folder}"
        if module == "_errors":
            errors.append(name)
        elif isinstance(nodes[-1], ast.ClassDef):
            classes.append(class_part(package, module, nodes[-1], told))
        elif isinstance(nodes[-1], Function):
            functions.append(f"### {name}\n\n{function(nodes, name, False)}")
    return (
        "\n\n".join([*out, "## Functions", *functions, *classes, error_part(package, errors)])
        + "\n"
    )
