"""docs/security.md says what the code does, and names tests that there are."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from studio.server import data_map
from studio.server.db import personal

ROOT = Path(__file__).parent.parent.parent
spec = spec_from_file_location("security_tables", ROOT / "packaging" / "security_tables.py")
assert spec is not None
assert spec.loader is not None
security_tables = module_from_spec(spec)
spec.loader.exec_module(security_tables)


def test_its_tables_are_what_the_code_says() -> None:
    text = security_tables.DOCUMENT.read_text(encoding="utf-8")
    assert security_tables.renewed(text) == text, "run .venv/bin/python packaging/security_tables.py"


def test_every_place_of_somebody_is_explained_and_no_other() -> None:
    assert set(data_map.WHAT) == {place.table.name for place in personal.PLACES}


def test_the_tests_and_files_that_it_names_are_there() -> None:
    text = security_tables.DOCUMENT.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:tests|packaging)/[\w./]+)`", text))
    assert len(named) > 30
    assert not {name for name in named if not (ROOT / name).exists()}
    assert all((ROOT / "docs" / name).exists() for name in re.findall(r"\]\((\w+\.md)\)", text))
