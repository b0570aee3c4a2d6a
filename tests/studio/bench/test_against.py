"""Two builds in turn: what is run, what is compared, and what is said when one of them cannot be measured."""

import json
import sys
from pathlib import Path

import pytest

from studio.bench import against
from studio.bench.against import compare
from studio.bench.report import Row, figure
from studio.errors import DeviceFailed, InvalidValue

MAIN = """
import json, pathlib, sys
here = pathlib.Path.cwd()
log = pathlib.Path(json.loads((here / "log.json").read_text()))
with log.open("a") as file:
    file.write(json.dumps([(here / "name.txt").read_text(), sys.argv[1:]]) + "\\n")
figures = json.loads((here / "figures.json").read_text())
turn = sum(1 for line in log.read_text().splitlines() if json.loads(line)[0] == (here / "name.txt").read_text())
print("something else first")
bar = {"encode": 0.8}
rows = [{"name": n, "value": v[turn - 1], "unit": "ms", "against": bar.get(n), "ok": True} for n, v in figures.items()]
print(json.dumps({"machine": "m", "rows": rows}))
"""


def checkout(folder: Path, name: str, figures: dict[str, list[float]], main: str = MAIN) -> Path:
    """A tree that is run as a checkout would be, and says these figures, one a turn."""
    for package in ("studio", "studio/bench", "studio/cli"):
        (folder / name / package).mkdir(parents=True, exist_ok=True)
        (folder / name / package / "__init__.py").write_text("")
    (folder / name / "studio" / "__main__.py").write_text(main)
    (folder / name / "studio" / "cli" / "bench.py").write_text("")
    (folder / name / "name.txt").write_text(name)
    (folder / name / "log.json").write_text(json.dumps(str(folder / "log")))
    (folder / name / "figures.json").write_text(json.dumps(figures))
    return folder / name


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tree = checkout(tmp_path, "ours", {"encode": [6, 8], "new": [1, 1], "none": [0, 0]})
    monkeypatch.setattr(against, "HERE", tree)
    return tree


@pytest.mark.usefixtures("ours")
def test_they_take_turns_and_medians_are_compared(tmp_path: Path) -> None:
    theirs = checkout(tmp_path, "theirs", {"encode": [9, 11], "none": [0, 0], "gone": [3, 3]})
    pairs = {pair.row.name: pair for pair in compare("program", theirs, ["--seconds", "3.0"], rounds=2)}
    ran = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [name for name, _ in ran] == ["ours", "theirs", "ours", "theirs"]
    assert {tuple(words) for _, words in ran} == {("bench", "program", "--json", "--seconds", "3.0")}
    assert list(pairs) == ["encode", "new", "none"]
    encode = pairs["encode"]
    assert (encode.row.value, encode.other, encode.ratio, encode.ok) == (7, 10, 0.7, True)
    assert (pairs["new"].other, pairs["new"].ratio, pairs["new"].ok) == (None, None, True)
    assert pairs["none"].ratio is None, "nothing is no measure"
    assert "0.70 ×  ≤ 0.8 ×  ok" in encode.line()


@pytest.mark.usefixtures("ours")
def test_a_bar_against_the_other_build_can_be_missed(tmp_path: Path) -> None:
    theirs = checkout(tmp_path, "theirs", {"encode": [7]})
    (encode, *_) = compare("program", theirs, [], rounds=1)
    assert not encode.ok
    assert encode.line().endswith("MISSED")


def test_the_benchmark_is_ours_and_the_product_theirs(ours: Path, tmp_path: Path) -> None:
    theirs = checkout(tmp_path, "theirs", {})
    (theirs / "assets").mkdir()
    (theirs / "studio" / "bench" / "program.py").write_text("theirs")
    (ours / "studio" / "bench" / "program.py").write_text("ours")
    (ours / "studio" / "cli" / "bench.py").write_text("ours")
    (folder := tmp_path / "links").mkdir()
    tree = against._linked(theirs, folder)
    assert (tree / "studio" / "bench" / "program.py").read_text() == "ours"
    assert (tree / "studio" / "cli" / "bench.py").read_text() == "ours"
    assert (tree / "studio" / "__main__.py").resolve() == theirs / "studio" / "__main__.py"
    assert (tree / "assets").is_dir()
    assert (theirs / "studio" / "bench" / "program.py").read_text() == "theirs", "nothing of theirs is touched"


def test_its_own_interpreter_measures_it_where_it_has_one(tmp_path: Path) -> None:
    assert against._python(tmp_path) == sys.executable
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").write_text("")
    assert against._python(tmp_path) == str(tmp_path / ".venv" / "bin" / "python")


@pytest.mark.usefixtures("ours")
def test_what_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="is no checkout of Vitrine"):
        compare("program", tmp_path, [])


@pytest.mark.usefixtures("ours")
def test_a_build_that_cannot_be_measured_is_named_with_its_last_words(tmp_path: Path) -> None:
    theirs = checkout(tmp_path, "theirs", {}, "raise SystemExit('no such encoder here')")
    with pytest.raises(DeviceFailed, match="no such encoder here"):
        compare("program", theirs, [], rounds=1)


SHOWN = [(12.345, "12.35"), (0.5, "0.50"), (0.0, "0.00"), (0.01234, "0.012"), (-0.0004, "-0.0004")]


@pytest.mark.parametrize(("value", "shown"), SHOWN)
def test_a_small_figure_is_not_shown_as_nothing(value: float, shown: str) -> None:
    assert figure(value) == shown
    assert shown in Row(name="x", value=value, unit="ms").line()
