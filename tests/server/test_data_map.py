"""What is said to be kept in browsers is what pages keep there."""

import json
import re
from pathlib import Path

import pytest

from studio.cli import relation
from studio.server.data_map import IN_BROWSERS, WHAT

VIEWER = Path(__file__).parents[2] / "assets" / "viewer"


def test_every_name_under_which_a_page_keeps_something_is_said() -> None:
    found: set[str] = set()
    for file in VIEWER.rglob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert "document.cookie" not in text, file
        if "sessionStorage" in text or "localStorage" in text or "new Memory(" in text:
            found |= set(re.findall(r"(?:NAME = |new Memory\()'(vitrine[\w.]*)'", text))
    assert found == {one.name for one in IN_BROWSERS}


def test_the_map_and_the_table_are_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    config = tmp_path / "vitrine.toml"
    config.write_text("[retention]\nvisitors_days = 0\nchat_days = 7\n")
    assert relation.main(["map", "--json", "--config", str(config)]) == 0
    found = {one["table"]: one for one in json.loads(capsys.readouterr().out)}
    assert found.keys() == WHAT.keys()
    assert (found["behaviours"]["days"], found["chat_lines"]["days"], found["opt_ins"]["days"]) == (0, 7, None)
    assert relation.main(["map"]) == 0
    assert "with consent only" in capsys.readouterr().out
    assert relation.main(["storage", "--language", "da"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert len(table) == len(IN_BROWSERS) + 2
    assert table[0].startswith("| Navn |")
    assert all(row.count("|") == 6 for row in table)
    assert relation.main(["storage", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "vitrine"
