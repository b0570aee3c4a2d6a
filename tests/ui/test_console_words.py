"""The console in the browser says what the window says: its tables are the window's (sentences: tests/page)."""

import re
from pathlib import Path

import pytest

from studio import paths
from studio.relation.names import IN_WORDS
from ui.dialogs import condition_row
from ui.models import newsletter_words, relation_words

CONSOLE = paths.assets() / "console"
_ENTRY = re.compile(r"""(?:'([^']*)'|(\w+)): N_\('([^']*)'\)""")


def table(file: Path, name: str) -> dict[str, str]:
    found = re.search(rf"const {name} = \{{(.*?)\}};", file.read_text(encoding="utf-8"), re.DOTALL)
    assert found, name
    return {quoted or plain: words for quoted, plain, words in _ENTRY.findall(found[1])}


@pytest.mark.parametrize(
    ("file", "name", "ours"),
    [
        ("relation-words.js", "DEEDS", IN_WORDS),
        ("relation-words.js", "COMPARED", relation_words.COMPARED),
        ("relation-words.js", "PURPOSES", relation_words.PURPOSES),
        ("relation-words.js", "PROPERTIES", relation_words.PROPERTIES),
        ("relation-words.js", "TESTS", condition_row.TESTS),
        ("relation-words.js", "GATES", relation_words.GATES),
        ("relation-words.js", "KINDS", relation_words.KINDS),
        ("relation-words.js", "SLOTS", relation_words.SLOTS),
        ("relation-words.js", "ARMS", relation_words.ARMS),
        ("condition-row.js", "FORMS", condition_row.FORMS),
        ("condition-row.js", "ABOUT", condition_row.ABOUT),
        ("newsletters.js", "GATES", newsletter_words.GATES),
        ("newsletters.js", "STATES", newsletter_words.STATES),
    ],
)
def test_its_tables_are_the_windows(file: str, name: str, ours: dict[str, str]) -> None:
    assert table(CONSOLE / file, name) == dict(ours)
