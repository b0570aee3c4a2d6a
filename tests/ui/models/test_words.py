"""What a take changes, prices, times, and that every field of every form has a name."""

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from studio import i18n
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.show.money import price
from studio.state import Channel, Mixer, Scene, SceneItem, Scenes, Source, State, Transform
from studio.state.effects import NAMES, AnyEffect
from ui.dialogs.add_source import COVERING, FILES
from ui.models import labels
from ui.models.clock import elapsed, left
from ui.models.forms import Field, fields
from ui.models.take import silences, take_changes


def scene(name: str, *sources: str, hidden: str = "") -> Scene:
    items = tuple(SceneItem(id=one, source=one, visible=one != hidden) for one in sources)
    return Scene(id=name, name=name, items=items)


def show(program: Scene, preview: Scene, *muted: str) -> State:
    sources = tuple(Source(id=one, kind="media_file", name=one.title(), status="live") for one in ("cam", "film", "card", "logo"))
    channels = tuple(Channel(source=one, muted=one in muted) for one in ("film", "music"))
    scenes = Scenes(scenes=(program, preview), program=program.id, preview=preview.id)
    return State(sources=sources, scenes=scenes, mixer=Mixer(channels=channels))


def test_a_take_says_what_comes_goes_and_falls_silent() -> None:
    state = show(scene("a", "cam", "film"), scene("b", "cam", "card"))
    assert take_changes(state) == ["Silences Film", "Adds Card", "Removes Film"]
    assert silences(state)
    back = show(scene("a", "cam"), scene("b", "cam", "film"))
    assert take_changes(back) == ["Begins the sound of Film", "Adds Film"]
    assert not silences(back)


def test_a_take_that_changes_nothing_says_nothing() -> None:
    assert take_changes(show(scene("a", "cam"), scene("b", "cam"))) == []
    same = scene("a", "cam")
    assert take_changes(show(same, same)) == []


def test_muted_sound_is_not_silenced_and_hidden_items_do_not_come() -> None:
    state = show(scene("a", "cam", "film"), scene("b", "cam", "card", hidden="card"), "film")
    assert take_changes(state) == ["Removes Film"]
    assert not silences(state)


def test_a_take_warns_of_a_source_that_delivers_nothing() -> None:
    state = show(scene("a", "cam"), scene("b", "card"))
    lost = tuple(msgspec.structs.replace(one, status="stale") if one.id == "card" else one for one in state.sources)
    assert take_changes(msgspec.structs.replace(state, sources=lost))[0] == "Delivers no picture now: Card"


@pytest.mark.parametrize(
    ("language", "minor", "currency", "expected"),
    [
        ("da", 24900, "DKK", "249 kr."),
        ("da", 24950, "DKK", "249,50 kr."),
        ("da", 1_249_900, "DKK", "12.499 kr."),
        ("en", 24900, "DKK", "DKK 249"),
        ("en", 24950, "EUR", "EUR 249.50"),
        ("en", 500, "JPY", "JPY 500"),
    ],
)
def test_prices(language: str, minor: int, currency: str, expected: str) -> None:
    i18n.use(language)
    assert price(minor, currency).replace("\xa0", " ") == expected


def test_times() -> None:
    assert [elapsed(0), elapsed(1477.9), elapsed(36_000), elapsed(-3)] == ["00:00:00", "00:24:37", "10:00:00", "00:00:00"]
    assert [left(108.4), left(0), left(-20.5)] == ["1:48", "0:00", "−0:20"]


def test_every_field_of_every_form_has_a_name(qapp: QApplication) -> None:
    kinds = all_kinds(OverlayPainter())
    assert set(labels.KINDS) == set(kinds)
    assert set(kinds) >= COVERING
    assert set(FILES) <= set(kinds)
    forms = [kind.settings for kind in kinds.values()] + [*AnyEffect.__args__, Transform]
    for struct in forms:
        for field in fields(struct):
            assert field.name in labels.FIELDS, f"{struct.__name__}.{field.name}"
            assert all(choice in labels.CHOICES for choice in field.choices), field
    assert set(NAMES) == {str(effect.__struct_config__.tag) for effect in AnyEffect.__args__}


def test_a_fields_type_and_limits_are_its_control() -> None:
    kinds = all_kinds(OverlayPainter())
    text = {field.name: field for field in fields(kinds["text"].settings)}
    assert text["size"] == Field("size", "int", 64, 8, 500)
    assert (text["text"].kind, text["text"].length) == ("lines", 2000)
    assert (text["colour"].kind, text["colour"].alpha) == ("colour", True)
    assert text["align"].choices == ("centre", "left", "right") or set(text["align"].choices) == {"left", "centre", "right"}
    assert fields(kinds["colour"].settings)[0].alpha is False
    assert fields(kinds["image"].settings)[0].kind == "path"
    assert fields(kinds["screen"].settings, leave_out=frozenset({"x", "y", "width", "height", "display"}))[0].name == "cursor"
