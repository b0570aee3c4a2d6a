"""Two builds in turn on one machine: so that what the machine does meanwhile falls on both.

The benchmark is always this build's, what it measures is the build's own: in a folder of links the other checkout stands with our
`studio/bench` in the place of its own.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from studio.bench.report import Row, figure, median
from studio.errors import DeviceFailed, InvalidValue

HERE = Path(__file__).resolve().parents[2]
ROUNDS = 2


class Pair(Struct, frozen=True):
    """A figure of both builds: medians of the rounds."""

    row: Row
    other: float | None
    """None where the other build has no such figure."""

    @property
    def ratio(self) -> float | None:
        """This build's ÷ the other's."""
        return self.row.value / self.other if self.other else None

    @property
    def ok(self) -> bool:
        """Whether the bar against the other build holds; true without one."""
        return self.row.against is None or (self.ratio is not None and self.ratio <= self.row.against)

    def line(self) -> str:
        """For people."""
        other = "–" if self.other is None else figure(self.other)
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} ×"
        bar = "" if self.row.against is None else f"≤ {self.row.against:g} ×" + ("  ok" if self.ok else "  MISSED")
        return f"{self.row.name:<58}{figure(self.row.value):>10}{other:>10} {self.row.unit:<8}{ratio:>10}  {bar}".rstrip()


def compare(name: str, path: Path, words: list[str], rounds: int = ROUNDS) -> list[Pair]:
    """Run the benchmark `name` in this checkout and in the one at `path`, in turn. Raises `InvalidValue` when there is none, and
    `DeviceFailed` when one of them cannot be measured."""
    if not (path / "studio" / "__main__.py").is_file():
        raise InvalidValue("{path} is no checkout of Vitrine", field="--against", path=path)
    found: tuple[list[list[Row]], list[list[Row]]] = ([], [])
    with tempfile.TemporaryDirectory(prefix="vitrine-against-") as folder:
        other = _linked(path.resolve(), Path(folder))
        for _ in range(rounds):
            for tree, python, rows in ((HERE, sys.executable, found[0]), (other, _python(path), found[1])):
                rows.append(_measured(tree, python, name, words))
    return [_pair(row, *found) for row in found[0][0]]


def _linked(path: Path, folder: Path) -> Path:
    """The checkout at `path` with our benchmarks."""
    for entry in path.iterdir():
        if entry.name != "studio":
            (folder / entry.name).symlink_to(entry)
    (folder / "studio").mkdir()
    for entry in (path / "studio").iterdir():
        if entry.name not in ("bench", "cli", "__pycache__"):
            (folder / "studio" / entry.name).symlink_to(entry)
    (folder / "studio" / "bench").symlink_to(HERE / "studio" / "bench")
    cli = folder / "studio" / "cli"
    cli.mkdir()
    for entry in (path / "studio" / "cli").iterdir():
        if entry.name not in ("bench.py", "__pycache__"):
            (cli / entry.name).symlink_to(entry)
    (cli / "bench.py").symlink_to(HERE / "studio" / "cli" / "bench.py")
    return folder


def _python(path: Path) -> str:
    """The checkout's own interpreter, with the libraries that it was made for; ours where it has none."""
    own = path / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def _measured(tree: Path, python: str, name: str, words: list[str]) -> list[Row]:
    command = [python, "-m", "studio", "bench", name, "--json", *words]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    with contextlib.suppress(ValueError, IndexError):
        content: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return [msgspec.convert({k: v for k, v in row.items() if k != "ok"}, Row) for row in content["rows"]]
    last = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
    raise DeviceFailed("The benchmark {name} does not run in {path}: {problem}", name=name, path=tree, problem=last)


def _pair(row: Row, ours: list[list[Row]], theirs: list[list[Row]]) -> Pair:
    others = list(_values(row.name, theirs))
    value = median(list(_values(row.name, ours)))
    return Pair(msgspec.structs.replace(row, value=value), median(others) if others else None)


def _values(name: str, rounds: list[list[Row]]) -> Iterator[float]:
    return (row.value for rows in rounds for row in rows if row.name == name)
