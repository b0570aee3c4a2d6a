"""The table of branches: one declaration each, from which link, server and desktop know whose a branch is."""

import msgspec
import pytest

from studio.state import Show, State
from studio.state.branches import BRANCHES, PUBLISHED, SERVERS


def test_every_field_of_the_state_is_a_branch_with_an_owner() -> None:
    assert tuple(BRANCHES) == State.__struct_fields__
    assert {branch.ownership.owner for branch in BRANCHES.values()} == {"server", "desktop"}


def test_whose_they_are() -> None:
    by_scope = {of: {name for name, one in SERVERS.items() if one.ownership.of == of} for of in ("show", "brand", "person")}
    assert by_scope == {
        "show": {"show", "shop", "numbers", "guests"},
        "brand": {"feeds", "brand", "calls", "relation", "newsletters"},
        "person": {"advising"},
    }
    at_home = set(BRANCHES) - set(SERVERS) - set(PUBLISHED)
    assert at_home == {"hotkeys", "undo", "redo", "unsaved"}


@pytest.mark.parametrize("name", BRANCHES)
def test_a_branch_is_the_same_after_the_wire(name: str) -> None:
    value = getattr(State(), name)
    assert BRANCHES[name].read(msgspec.json.decode(msgspec.json.encode(value))) == value


def test_another_type_is_refused() -> None:
    assert BRANCHES["show"].read({"id": "spring"}) == Show(id="spring")
    with pytest.raises(msgspec.ValidationError):
        BRANCHES["show"].read({"id": 7})
