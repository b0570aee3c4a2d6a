"""What of the state stands in the show file."""

from typing import Any

import msgspec
import pytest

from studio.desktop import saved
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.state import Canvas, Channel, Scene, SceneItem, Source, State
from studio.state.rundown import Step

FULL = ShowFile(
    show=ShowInfo(id="spring", title="Spring"),
    canvas=Canvas(1080, 1920),
    fps=25,
    sources=(FileSource(id="red", kind="colour", name="Red", settings={"colour": "#ff0000"}, delay_ms=40),),
    scenes=(Scene(id="main", name="Main", items=(SceneItem(id="1", source="red"),)),),
    program="main",
    preview="main",
    transition="stinger",
    transition_ms=700,
    direction="right",
    stinger="red",
    stinger_cut_ms=250,
    channels=(Channel(source="red", fader_db=-6),),
    master_db=-3,
    master_muted=True,
    rundown=(Step(id="1", title="Hello"),),
    script="Welcome",
    hotkeys={"take": "F9"},
    markers=("Price",),
)


def opened(file: ShowFile) -> State:
    return State(sources=tuple(saved.copied(source, Source) for source in file.sources), **saved.branches(file))


def test_every_field_has_its_place() -> None:
    assert set(saved.PLACES) | {"version", "show", "sources"} == set(ShowFile.__struct_fields__)
    assert all(getattr(FULL, field) != getattr(ShowFile(show=FULL.show), field) for field in [*saved.PLACES, "sources"])


def test_what_is_opened_is_written_again_as_it_was() -> None:
    assert saved.saved(ShowFile(show=FULL.show), opened(FULL)) == FULL


@pytest.mark.parametrize("field", [*saved.PLACES, "sources"])
def test_a_change_of_anything_in_it_is_one(field: str) -> None:
    before = opened(FULL)
    after = opened(msgspec.structs.replace(FULL, **{field: getattr(ShowFile(show=FULL.show), field)}))
    assert saved.differs(before, after)
    assert not saved.differs(before, opened(FULL))


@pytest.mark.parametrize(
    "change",
    [
        {"panic": True},
        {"unsaved": "the disk is full"},
        {"mixer": {"monitor_device": "headphones", "monitor_error": "gone"}},
        {"scenes": {"tbar": 0.5}},
        {"rundown": {"current": "1"}},
    ],
)
def test_how_the_show_goes_is_none(change: dict[str, Any]) -> None:
    before = opened(FULL)
    parts = {
        name: msgspec.structs.replace(getattr(before, name), **v) if isinstance(v, dict) else v for name, v in change.items()
    }
    after = msgspec.structs.replace(before, **parts)
    assert after != before
    assert not saved.differs(before, after)


def test_how_a_source_is_doing_is_not_written() -> None:
    before = opened(FULL)
    source = msgspec.structs.replace(before.sources[0], status="failed", reason="unplugged", width=1920)
    after = msgspec.structs.replace(before, sources=(source,))
    assert not saved.differs(before, after)
    assert saved.saved(FULL, after) == FULL
