"""Undoable replacement: takes back what it did, and refuses when somebody else was there since."""

import pytest
from msgspec import Struct

from studio.errors import ChangedSince
from studio.spine.edit import edit, find, replaced


class Place:
    """A place in some state."""

    def __init__(self, value: str) -> None:
        self.value = value

    def get(self) -> str:
        return self.value

    def put(self, value: str) -> None:
        self.value = value


async def test_an_edit_happens_at_once_and_can_be_taken_back_and_done_again() -> None:
    place = Place("old")
    inverse = edit("Change", place.get, place.put, "new")
    assert place.value == "new"
    assert inverse is not None
    again = await inverse.run()
    assert place.value == "old"
    assert again is not None
    await again.run()
    assert place.value == "new"


def test_an_edit_that_changes_nothing_is_nothing_to_undo() -> None:
    place = Place("same")
    assert edit("Change", place.get, place.put, "same") is None


async def test_undo_refuses_when_the_place_has_moved_on() -> None:
    place = Place("old")
    inverse = edit("Change", place.get, place.put, "new")
    place.value = "somebody else's"
    assert inverse is not None
    with pytest.raises(ChangedSince):
        await inverse.run()
    assert place.value == "somebody else's"


async def test_undo_goes_when_the_place_came_back_to_what_it_was() -> None:
    place = Place("new")
    inverse = replaced("Change", place.get, place.put, before="old", after="new")
    place.value = "else"
    place.value = "new"
    await inverse.run()
    assert place.value == "old"


class Named(Struct):
    id: str
    name: str


def test_an_id_wins_over_a_name() -> None:
    by_name, by_id = Named("1", "2"), Named("2", "other")
    assert find([by_name, by_id], "2") is by_id


def test_a_name_is_found_whatever_its_case() -> None:
    scene = Named("1", "Nærbillede")
    assert find([scene], "NÆRBILLEDE") is scene
    assert find([scene], "near") is None
    assert find([], "") is None
