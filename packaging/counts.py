"""How large things are here: the counts of the review of 29 November 2026, taken again for `docs/architecture.md`. No gate.

python packaging/counts.py
"""

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[1]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> dict[Path, ast.Module]:
    """Parsed Python files, without what npm brought and without migrations, which nobody changes any more."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    kept = (path for path in files if not {"node_modules", "migrations"} & set(path.parts))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in kept}


def functions(trees: dict[Path, ast.Module]) -> Iterator[tuple[Path, Function]]:
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def length(node: ast.AST) -> int:
    return int(node.end_lineno - node.lineno + 1)  # type: ignore[attr-defined]


def positional(node: Function) -> int:
    """Parameters that may be given by place, `self` and `cls` not counted."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return len(names) - (bool(names) and names[0] in ("self", "cls"))


def methods(trees: dict[Path, ast.Module]) -> list[tuple[int, str]]:
    found = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                count = sum(isinstance(item, Function) for item in node.body)
                found.append((count, f"{node.name} ({path.relative_to(ROOT)})"))
    return sorted(found, reverse=True)


def most(found: list[tuple[int, str]], above: int) -> str:
    kept = [f"{name} {count}" for count, name in found if count > above]
    return f"{len(kept)}: {', '.join(kept)}" if kept else "0"


def table(name: str, trees: dict[Path, ast.Module]) -> Iterator[tuple[str, str]]:
    """Rows of what is counted, and how much there is."""
    lines = sorted((len(path.read_text(encoding="utf-8").splitlines()), str(path.relative_to(ROOT))) for path in trees)
    lengths = [count for count, _ in lines]
    bodies = [length(node) for _, node in functions(trees)]
    long = sorted(((length(node), f"{path.stem}.{node.name}") for path, node in functions(trees)), reverse=True)
    wide = sorted(((positional(node), f"{path.stem}.{node.name}") for path, node in functions(trees)), reverse=True)
    percent: Callable[[list[int], int], float] = lambda values, share: quantiles(values, n=100)[share - 1]  # noqa: E731
    yield f"{name}: files, lines", f"{len(lines)}, {sum(lengths)}"
    yield "file, median / 90 %", f"{median(lengths):.0f} / {percent(lengths, 90):.0f}"
    yield "files over 500 lines", most(list(reversed(lines)), 500)
    yield "function, median / 95 %", f"{median(bodies):.0f} / {percent(bodies, 95):.0f}"
    yield "functions over 40 lines", str(sum(count > 40 for count, _ in long))
    yield "the longest", ", ".join(f"{what} {count}" for count, what in long[:5])
    yield "more than 5 positional parameters", str(sum(count > 5 for count, _ in wide))
    yield "classes over 35 methods", most(methods(trees), 35)


def main() -> int:
    code, tests = sources("studio", "ui"), sources("tests")
    for name, trees in (("studio + ui", code), ("server", sources("studio/server")), ("tests", tests)):
        for what, much in table(name, trees):
            print(f"{what:<36} {much}")
        print()
    for side, where in (("studio", "tests/studio"), ("server", "tests/server"), ("ui", "tests/ui")):
        ours = {p: t for p, t in code.items() if p.is_relative_to(ROOT / ("studio/server" if side == "server" else side))}
        if side == "studio":
            ours = {p: t for p, t in ours.items() if not p.is_relative_to(ROOT / "studio/server")}
        size = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in ours)
        theirs = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in sources(where))
        print(f"test lines a line of {side:<16} {theirs / size:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
