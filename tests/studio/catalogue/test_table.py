"""CSV with bad quotes, long lines and odd headers."""

import pytest

from studio.catalogue import table
from studio.catalogue.table import Row, Table
from studio.catalogue.text import LINE_MAX, lines
from studio.errors import InvalidValue

COLUMNS = {"a": "a", "b": "b"}


def rows(text: str) -> list[Row]:
    return list(Table(lines([text])).rows(COLUMNS))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_separates_is_found(separator: str) -> None:
    text = ' A ;"B"\n1;"2;\n3"\n\n4;5'.replace(";", separator)
    assert rows(text) == [Row(2, {"a": "1", "b": f"2{separator}\n3"}), Row(5, {"a": "4", "b": "5"})]


def test_excels_separator_line_is_believed() -> None:
    assert rows("sep=;\n\na;b,c\n1;2\n") == [Row(4, {"a": "1"})]


def test_short_and_long_rows() -> None:
    assert rows("a,b\n1\n1,2,3,4\n,\n") == [Row(2, {"a": "1"}), Row(3, {"a": "1", "b": "2"})]


def test_a_quote_that_is_not_closed_costs_one_row() -> None:
    found = rows('a,b\n1,"two\n3,4\n5,6\n')
    assert [(one.line, one.broken) for one in found] == [(2, True), (3, False), (4, False)]
    assert found[1].values == {"a": "3", "b": "4"}


def test_a_quote_that_closes_in_the_next_row_costs_one_row() -> None:
    found = rows('a,b\n1,"two\n3,"four"\n5,6\n')
    assert [(one.line, one.broken) for one in found] == [(2, True), (3, False), (4, False)]
    assert found[1].values == {"a": "3", "b": "four"}


def test_quotes_inside_words_are_forgiven() -> None:
    assert rows('a,b\n5" skærm,"12" bord"\n') == [Row(2, {"a": '5" skærm', "b": '12 bord"'})]


def test_a_quote_that_never_closes_in_a_large_file() -> None:
    text = 'a,b\n1,"never\n' + "3,4\n" * 700_000
    found = rows(text)
    assert (found[0].broken, len(found)) == (True, 700_001)


def test_quotes_that_never_close_on_every_line_do_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "REREAD_MAX", 1 << 20)
    monkeypatch.setattr(table, "ROW_MAX", 1 << 16)
    assert len(rows("a,b\n" + '1," x\n' * 100_001)) > 50_000


def test_a_line_without_end_is_cut() -> None:
    found = list(lines(["x" * (1 << 20)] * 8 + ["\nnext\n"]))
    assert [len(one) for one in found] == [LINE_MAX + 1, 5]


@pytest.mark.parametrize("text", ["", "\n\n", "sep=;\n"])
def test_no_header(text: str) -> None:
    with pytest.raises(InvalidValue, match="no header"):
        rows(text)
