"""Who reaches which command or query from where. One function says what dispatchers and link decide between them
(`Dispatcher._allow`, `Relay`, `Studio.relayed`); `tests/server/test_reach.py` calls every command and holds them to it.

docs/security.md shows it as a table (`packaging/security_tables.py`).
"""

from collections.abc import Collection
from typing import Literal, get_args

from studio.commands import CONTROL, Command, Role
from studio.commands.call import CallCommand, DeskCommand, OwnCall
from studio.commands.recording import ClipPublish, ClipWithdraw, ReplayPublish, ReplayWithdraw
from studio.commands.stream import StreamStart
from studio.queries import ASKED

Place = Literal["here", "beside", "elsewhere", "beside_afar", "afar"]
"""`here`: a desktop's own window. `beside`: a command line with the token of the desktop it stands beside. `elsewhere`: any other
session of the show. `beside_afar` and `afar` are these two where the desktop works at a brand's server."""
Answer = Literal["yes", "no", "confirm"]
"""`confirm`: yes, and it is run only when it comes a second time, with the code that the first was answered with."""

ROLES: tuple[Role, ...] = tuple(role for role in get_args(Role) if role != "shop")
"""Of those who work on shows. A shop's own server only tells what happens there (`relation/v1`), and sends no command."""
PLACES: tuple[Place, ...] = get_args(Place)
AT_THE_WINDOW: Role = "host"
"""Whoever sits at a desktop is its host: its pictures and sound are theirs. What is the server's goes by the token's role."""
SERVER_AGREES: frozenset[type[Command]] = frozenset({StreamStart, ReplayPublish, ReplayWithdraw, ClipPublish, ClipWithdraw})
"""The desktop runs these with the server, which takes programmes and films from `CONTROL` alone."""


def reach(cls: type[Command], role: Role, place: Place) -> Answer:
    """What somebody with a token of `role` is answered at `place`; `no` is `Forbidden`, and nothing else is."""
    if not _may(cls, role, place):
        return "no"
    return "confirm" if "confirm" in cls.__struct_fields__ else "yes"


def _may(cls: type[Command], role: Role, place: Place) -> bool:
    if place == "here" and cls.owner == "studio":
        return AT_THE_WINDOW in cls.may and (cls not in SERVER_AGREES or role in CONTROL)
    if role not in cls.may or (issubclass(cls, OwnCall) and place in ("elsewhere", "afar")):
        return False
    return not _relayed(cls, place) or (cls.relayed and place not in ("beside_afar", "afar"))


def _relayed(cls: type[Command], place: Place) -> bool:
    """Whether the server hands it to a desktop: what desktops run, and of calls what is about the one that a desktop has."""
    if place == "here":
        return False
    own_call = issubclass(cls, CallCommand) and not issubclass(cls, DeskCommand)
    return cls.owner == "studio" or (own_call and place in ("beside", "beside_afar"))


def table() -> list[str]:
    """All commands and queries as the lines of a Markdown table: a column a place, in it the roles that may."""
    heads = ("command", "at the desktop", "beside it", "elsewhere", "beside it, brand's server", "elsewhere, brand's server")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, cls in ASKED.items():
        lines.append(f"| `{name}` | {' | '.join(_cell(cls, place) for place in PLACES)} |")
    return lines


def _cell(cls: type[Command], place: Place) -> str:
    answers = {role: reach(cls, role, place) for role in ROLES}
    who = _named([role for role, answer in answers.items() if answer != "no"])
    return f"{who}, confirmed" if "confirm" in answers.values() else who


def _named(roles: Collection[Role]) -> str:
    if not roles:
        return "–"
    if set(roles) == set(ROLES):
        return "all"
    return "control" if set(roles) == CONTROL else ", ".join(roles)
