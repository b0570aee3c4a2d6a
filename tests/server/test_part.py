"""A domain's part overrides what the server asks of parts: a misspelt method would be silent."""

import inspect

import pytest

from studio.server import app
from studio.server.part import Part

ASKED = {name for name, _value in inspect.getmembers(Part, inspect.isfunction) if not name.startswith("_")}


def parts() -> list[type[Part]]:
    assert app  # which imports them all
    return Part.__subclasses__()


@pytest.mark.parametrize("part", parts(), ids=lambda part: part.__name__)
def test_what_a_part_defines_is_asked_for(part: type[Part]) -> None:
    own = {name for name, value in vars(part).items() if inspect.isfunction(value) and not name.startswith("_")}
    assert own & ASKED, "it says something"
    assert own - ASKED <= {"zone"}, "else by its own users"
    for name in own & ASKED:
        assert inspect.signature(getattr(part, name)) == inspect.signature(getattr(Part, name)), name


def test_there_is_a_part_for_each_domain() -> None:
    assert {part.__module__.split(".")[2] for part in parts()} == {
        "calls",
        "catalogue",
        "console",
        "films",
        "guests",
        "login",
        "newsletter",
        "relation",
        "shop",
    }
