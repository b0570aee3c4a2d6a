"""What is certainly a mistake in a source file, and no linter of ours says: each kind was found once."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("studio", "ui", "packaging", "tests")


@cache
def trees() -> dict[str, ast.Module]:
    """Every source file, by its path; what npm brought is none of ours."""
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts)
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def product() -> dict[str, ast.Module]:
    return {path: tree for path, tree in trees().items() if not path.startswith("tests/")}


def chain(branch: ast.If) -> Iterator[str]:
    """The conditions of `if … elif …`."""
    yield ast.dump(branch.test)
    if len(branch.orelse) == 1 and isinstance(branch.orelse[0], ast.If):
        yield from chain(branch.orelse[0])


def cases(match: ast.Match) -> Iterator[str]:
    for case in match.cases:
        yield ast.dump(case.pattern) + (ast.dump(case.guard) if case.guard is not None else "")


def twice(found: Iterator[str]) -> bool:
    return any(count > 1 for count in Counter(found).values())


def test_no_condition_is_asked_twice_in_a_row() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.If) and twice(chain(node))) or (isinstance(node, ast.Match) and twice(cases(node)))
    ]
    assert found == []


def test_the_rule_sees_what_it_is_there_for() -> None:
    [branch] = ast.parse("if a:\n  1\nelif b:\n  2\nelif a:\n  3").body
    [match] = ast.parse("match a:\n  case 1 if b: pass\n  case 1: pass\n  case 1 if b: pass").body
    assert isinstance(branch, ast.If)
    assert isinstance(match, ast.Match)
    assert (twice(chain(branch)), twice(cases(match))) == (True, True)


def read(tree: ast.Module) -> set[str]:
    """Names that a file reads."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def fetched(tree: ast.Module) -> set[str]:
    """Names of other files that it imports or reaches for."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
    return names


def constants(tree: ast.Module) -> Iterator[str]:
    """Names in capitals that a module sets, and its logger."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for name in (name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)):
            if name.id.isupper() or name.id == "log":
                yield name.id


def test_every_constant_and_logger_is_used() -> None:
    """By the product: what only a test reads is none of it."""
    elsewhere = set().union(*map(fetched, product().values())) - {"log"}
    found = [
        f"{path}: {name}"
        for path, tree in product().items()
        for name in constants(tree)
        if name not in read(tree) and name not in elsewhere
    ]
    assert found == []
