"""What the table of docs/security.md says, without a server: the rules that nobody may break by adding a command."""

import pytest

from studio.commands import CONTROL
from studio.queries import ASKED
from studio.queries.reach import PLACES, ROLES, Place, reach, table

NEVER_FROM_ELSEWHERE = {
    "source.add", "source.set", "source.remove",  # a camera, a microphone, a file of this machine
    "scene.remove", "item.remove", "library.remove", "library.empty", "clip.remove",  # deletes
    "replay.withdraw", "clip.withdraw", "library.export",
    "source.choices", "source.modes", "show.bring", "show.copy", "show.export", "monitor.set", "hotkey.set", "call.snapshot",
}  # fmt: skip


def test_every_command_has_an_answer_for_everybody_everywhere() -> None:
    answers = {reach(cls, role, place) for cls in ASKED.values() for role in ROLES for place in PLACES}
    assert answers == {"yes", "no", "confirm"}


@pytest.mark.parametrize("name", sorted(NEVER_FROM_ELSEWHERE))
def test_files_devices_and_deletes_are_the_desktops_own(name: str) -> None:
    assert {reach(ASKED[name], role, place) for role in ROLES for place in PLACES if place != "here"} == {"no"}


@pytest.mark.parametrize("name", ["call.available", "call.answer"])
def test_nobody_answers_a_call_with_somebody_elses_camera(name: str) -> None:
    assert {reach(ASKED[name], role, place) for role in ROLES for place in ("beside", "beside_afar")} == {"no"}


def test_a_desktop_at_a_brands_server_does_nothing_for_others() -> None:
    for name, cls in ASKED.items():
        if cls.owner == "studio":
            assert {reach(cls, role, place) for role in ROLES for place in ("beside_afar", "afar")} == {"no"}, name


FURTHER: tuple[tuple[Place, Place], ...] = (("elsewhere", "afar"), ("beside", "beside_afar"), ("here", "elsewhere"))


def test_nobody_reaches_more_from_further_away() -> None:
    for name, cls in ASKED.items():
        for role in ROLES:
            for near, far in FURTHER:
                assert reach(cls, role, far) in ("no", reach(cls, role, near)), (name, role, far)


def test_support_staff_drive_no_show_from_another_machine() -> None:
    for name, cls in ASKED.items():
        if cls.may == CONTROL:
            assert {reach(cls, "support", place) for place in PLACES if place != "here"} == {"no"}, name


def test_what_goes_on_air_wants_a_role_that_may_even_at_the_window() -> None:
    for name in ("stream.start", "replay.publish", "clip.publish", "replay.withdraw", "clip.withdraw"):
        assert reach(ASKED[name], "support", "here") == "no"


def test_the_table_has_a_row_for_every_command_and_a_column_for_every_place() -> None:
    lines = table()
    assert len(lines) == len(ASKED) + 2
    assert {line.count("|") for line in lines} == {len(PLACES) + 2}
