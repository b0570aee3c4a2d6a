"""Addresses that a brand brings from where it wrote letters before, as a table (CSV), each with when its owner agreed."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated

from msgspec import Meta, Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.relation.days import Zone
from studio.show.mailbox import mailbox

ROWS_MAX = 100_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "e-mail", "email address", "e-mail-adresse", "mail", "address", "adresse"),
    "agreed": (
        "consented_at", "confirm_time", "optin_time", "opt-in time", "consent date", "agreed", "subscribed", "date added",
        "samtykke", "tilmeldt", "dato",
    ),
    "language": ("language", "lang", "sprog", "locale"),
    "where": ("where", "source", "page", "kilde", "optin source"),
}  # fmt: skip
"""What mail tools call the columns that are read."""


class Brought(Struct, frozen=True, kw_only=True):
    """An address and when its owner agreed (Unix ms)."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    agreed_ms: Annotated[int, Meta(ge=0, le=2**53)]
    language: Annotated[str, Meta(pattern=r"^(en|da)?$(?!\n)")] = ""
    where: Annotated[str, Meta(max_length=300)] = ""


class Problem(Struct, frozen=True, kw_only=True):
    """A line that is left out, and why."""

    line: int
    why: str


def read(text: str, zone: Zone) -> tuple[list[Brought], list[Problem]]:
    """The rows that can be used, and those that cannot. Raises `InvalidValue` where it is no such table."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    mark = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=mark)
    try:
        named = [cell.strip().casefold() for cell in next(reader, [])]
    except csv.Error as error:
        raise InvalidValue("{problem}", field="file", problem=error) from None
    places = {name: next((named.index(one) for one in known if one in named), -1) for name, known in COLUMNS.items()}
    if places["email"] < 0:
        raise InvalidValue(N_("No column is called email"), field="file")
    if places["agreed"] < 0:
        raise InvalidValue(N_("No column says when they agreed: call it consented_at"), field="file")
    rows: list[Brought] = []
    problems: list[Problem] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(problems) >= ROWS_MAX:
                raise InvalidValue("More than {most} lines: split the file", field="file", most=ROWS_MAX)
            said = {name: cells[place].strip() if 0 <= place < len(cells) else "" for name, place in places.items()}
            try:
                rows.append(_row(said, zone))
            except InvalidValue as error:
                problems.append(Problem(line=reader.line_num, why=error.message))
    except csv.Error as error:
        raise InvalidValue("{problem}", field="file", problem=error) from None
    return rows, problems


def _row(said: Mapping[str, str], zone: Zone) -> Brought:
    email = mailbox(said["email"])
    if not said["agreed"]:
        raise InvalidValue(N_("It does not say when they agreed"))
    language = said["language"][:2].lower()
    return Brought(
        email=email,
        agreed_ms=_moment_ms(said["agreed"], zone),
        language=language if language in ("en", "da") else "",
        where=said["where"][:300],
    )


def _moment_ms(text: str, zone: Zone) -> int:
    """A day or a moment (ISO 8601); without a zone it is the brand's."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        try:
            at = datetime.combine(date.fromisoformat(text[:10]), time())
        except ValueError:
            raise InvalidValue(N_("Write the day as 2026-11-30")) from None
    try:
        moment = zone.moment_ms(at) if at.tzinfo is None else round(at.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InvalidValue(N_("There is no such day")) from None
    if moment < 0:
        raise InvalidValue(N_("There is no such day"))
    return moment
