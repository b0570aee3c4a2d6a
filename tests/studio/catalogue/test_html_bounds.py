"""However much of it there is, a stranger's HTML is little work: what the cleaner is given is bounded in length and in tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.catalogue import html

MOST = 20_000


class Counted:
    """A cleaner that keeps account of what it is given."""

    def __init__(self, cleaner: object) -> None:
        self._cleaner = cleaner
        self.given: list[str] = []

    def clean(self, text: str) -> str:
        self.given.append(text)
        return str(self._cleaner.clean(text))  # type: ignore[attr-defined]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[Counted]:
    cleaners = [Counted(html._CLEANER), Counted(html._PLAIN)]
    monkeypatch.setattr(html, "_CLEANER", cleaners[0])
    monkeypatch.setattr(html, "_PLAIN", cleaners[1])
    return cleaners


def look(counted: list[Counted]) -> None:
    given = [text for cleaner in counted for text in cleaner.given]
    assert len(given) <= 3, "once for the whole, and twice for what is too long"
    for text in given:
        assert text.count("<") <= html.TAGS_MAX
        assert len(text) <= html.DESCRIPTION_READ * 5, "escaped, each may be five"
    for cleaner in counted:
        cleaner.given.clear()


HEAVY = {
    "lists in lists": "<ul><li>" * 100_000,
    "boxes in boxes": "<div>" * 100_000,
    "nothing but beginnings": "<" * 1_000_000,
    "never closed": "<a " * 300_000,
    "bold": "<b>" * 300_000,
    "crossed": "<b><i></b></i>" * 50_000,
    "attributes": "<a " + "href=x " * 200_000 + ">",
    "comments": "<!--" * 200_000,
    "tables": "<table><tr><td>" * 60_000,
    "entities": "&lt;" * 300_000,
    "entities of entities": "&amp;lt;" * 200_000,
    "foreign": "<svg><math>" * 100_000,
    "templates": "<template>" * 100_000,
    "half of it in NULs": "<\0b>" * 200_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_the_cleaner_is_given_so_many_tags_and_no_more(counted: list[Counted], name: str) -> None:
    assert len(html.description(HEAVY[name], MOST)) <= MOST
    look(counted)
    assert len(html.line(HEAVY[name], 300)) <= 300
    look(counted)


PARTS = st.sampled_from(
    ["<ul><li>", "<b>", "</b>", "<p>", "<", ">", "&lt;", "&amp;", "&", "x", " ", "<a href='https://x.example/'>", "\0", "é"]
)


@given(parts=st.lists(st.tuples(PARTS, st.integers(1, 3000)), max_size=6))
def test_whatever_it_is_made_of(counted: list[Counted], parts: list[tuple[str, int]]) -> None:
    text = "".join(part * times for part, times in parts)
    clean = html.description(text, MOST)
    look(counted)
    assert len(clean) <= MOST
    for tag in ("b", "li", "ul", "a"):
        assert clean.count(f"<{tag}>") + clean.count(f"<{tag} ") == clean.count(f"</{tag}>")
    line = html.line(text, 300)
    look(counted)
    assert len(line) <= 300
    assert "\n" not in line
    assert "\0" not in line


def test_with_too_many_tags_the_words_stay(counted: list[Counted]) -> None:
    text = "<b>Rose</b> oil " + "<i>" * (html.TAGS_MAX + 1) + " &amp; cream"
    clean = html.description(text, MOST)
    assert "Rose" in clean
    assert "oil" in clean
    assert "<" not in clean
    assert "<b>" in html.description("<b>Rose</b>" * (html.TAGS_MAX // 2), MOST), "and with as many as that the tags too"
