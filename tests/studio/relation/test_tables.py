"""Tables that come in and go out."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import InvalidValue
from studio.relation.days import Zone
from studio.relation.spreadsheet import FORMULA, safe, written
from studio.relation.subscriber_file import read

ZONE = Zone("Europe/Copenhagen")


@pytest.mark.parametrize("cell", ["=1+1", "+45 12", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_nothing_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_every_cell_comes_back_as_text(rows: list[list[str]]) -> None:
    table = written(("a", "b"), rows)
    found = list(csv.reader(io.StringIO(table, newline="")))
    assert found[1:] == [[safe(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(FORMULA) for row in found for cell in row)


def test_a_table_of_a_mail_tool() -> None:
    table = (
        "\ufeffEmail Address;First Name;CONFIRM_TIME;Language\r\n"
        'Anna@Example.COM;"Anna; A.";2026-03-01 10:00:00;da\r\n'
        ";;;\r\n"
        "bo@example.com;Bo;2026-03-01;de\r\n"
        "cia;Cia;2026-03-01;\r\n"
        "dan@example.com;Dan;;\r\n"
        "eva@example.com;Eva;yesterday;\r\n"
        "fie@example.com;Fie;1960-01-01;\r\n"
    )
    rows, problems = read(table, ZONE)
    assert [(row.email, row.language) for row in rows] == [("anna@example.com", "da"), ("bo@example.com", "")]
    assert rows[0].agreed_ms == 1_772_355_600_000
    assert [(one.line, one.why) for one in problems] == [
        (5, "This is no e-mail address"),
        (6, "It does not say when they agreed"),
        (7, "Write the day as 2026-11-30"),
        (8, "There is no such day"),
    ]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("", "No column is called email"),
        ("name,agreed\n", "No column is called email"),
        ("email,name\n", "consented_at"),
    ],
)
def test_what_is_no_such_table(table: str, problem: str) -> None:
    with pytest.raises(InvalidValue, match=problem):
        read(table, ZONE)


@given(st.text())
def test_whatever_is_read_ends_in_rows_or_one_sentence(text: str) -> None:
    try:
        rows, problems = read(f"email,agreed\n{text}", ZONE)
    except InvalidValue:
        return
    assert all("@" in row.email for row in rows)
    assert all(one.why for one in problems)
