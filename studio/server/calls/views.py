"""What is told of the line: to pages, to an advisor. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from studio.server.calls.seats import Seat
from studio.server.db.calls import CallRow
from studio.show.call import CallLine
from studio.state.calls import Advising


def wait_s(before: int, free: int, answering: int, length_s: int) -> int | None:
    """How long somebody waits behind so many others, while so many are free of those who answer, and a call takes so long; None:
    nobody is there to say."""
    if not answering:
        return None
    if before < free:
        return 0
    return round((before - free + 1) * length_s / answering)


def public_call(row: CallRow, known: Mapping[str, Any], lines: Sequence[CallLine] | None = None) -> dict[str, Any]:
    """What the customer's page is told of their call; `known` are products as pages see them, `lines` what was written in it."""
    told: dict[str, Any] = {
        "id": row.id,
        "state": row.state,
        "kind": row.kind,
        "place": None,
        "wait_s": None,
        "name": row.people[0].name if row.people else "",
        "people": [{"peer": person.peer, "name": person.name} for person in row.people],
        "held": row.held,
        "shown": known.get(row.shown),
        "asked": [{"ask": one.ask, "yes": one.yes} for one in row.asked],
        "again": row.again,
        "ending": row.ending or None,
    }
    return told if lines is None else told | {"lines": msgspec.to_builtins(lines)}


def advising(seat: Seat | None) -> Advising:
    """What a desktop's person is doing."""
    if seat is None:
        return Advising()
    row = seat.call
    return Advising(
        status=seat.status,
        why=seat.why,
        call=row.call if row is not None else None,
        lines=tuple(seat.lines),
        shown=row.shown if row is not None else "",
        notes=row.notes if row is not None else "",
        asked=row.asked if row is not None else (),
    )
