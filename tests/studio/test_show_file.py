"""Show files: what is written comes back, nothing is lost, and every fault is one line with field and cure."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import show_file
from studio.errors import InvalidValue, NotFound
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.sources.kinds import KINDS
from studio.state import Canvas, Channel, Product, Scene, SceneItem, Transform


def example() -> ShowFile:
    return ShowFile(
        show=ShowInfo(id="spring", title="Forår", products=(Product(id="p1", title="Æble", price_minor=1250),)),
        canvas=Canvas(1080, 1920),
        fps=25,
        sources=(
            FileSource(id="ground", kind="colour", name="Grund", settings={"colour": "#101820"}),
            FileSource(id="mic", kind="microphone", name="Mikrofon"),
        ),
        scenes=(
            Scene(id="main", name="Oversigt", items=(SceneItem(id="1", source="ground", transform=Transform(x=8.5)),)),
            Scene(id="break", name="Pause"),
        ),
        program="main",
        preview="break",
        transition="cut",
        transition_ms=0,
        channels=(Channel(source="mic", fader_db=-3.5, muted=True),),
        master_db=-1,
    )


def content() -> dict[str, Any]:
    """The example as one would write it by hand."""
    built: dict[str, Any] = json.loads(msgspec.json.encode(example()))
    return built


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spring.show.json"


def write(path: Path, what: Any) -> Path:
    path.write_bytes(what if isinstance(what, bytes) else json.dumps(what).encode())
    return path


def refused(path: Path) -> str:
    with pytest.raises(InvalidValue) as caught:
        show_file.load(path, KINDS)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert "\n" not in text
    return text.removeprefix(str(path)).lstrip(": ")


# ── there and back ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_saved_comes_back(path: Path) -> None:
    show_file.save(path, example())
    assert show_file.load(path, KINDS) == example()


def test_the_file_can_be_read_by_people(path: Path) -> None:
    show_file.save(path, example())
    text = path.read_text("utf-8")
    assert "Æble" in text
    assert text.count("\n") > 50
    assert text.endswith("}\n")


def test_a_small_file_is_enough(path: Path) -> None:
    write(path, {"show": {"id": "spring", "title": "Spring"}})
    file = show_file.load(path, KINDS)
    assert (file.canvas, file.fps, file.transition, file.scenes, file.program) == (Canvas(), 30, "fade", (), "")


def test_without_a_word_the_first_scene_is_on_air_and_in_preview(path: Path) -> None:
    given = content()
    del given["program"], given["preview"]
    file = show_file.load(write(path, given), KINDS)
    assert (file.program, file.preview) == ("main", "main")


def test_without_a_preview_it_is_what_is_on_air(path: Path) -> None:
    file = show_file.load(write(path, content() | {"program": "break", "preview": ""}), KINDS)
    assert (file.program, file.preview) == ("break", "break")


def test_a_crash_while_saving_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show_file.save(path, example())
    before = path.read_bytes()

    def crash(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("studio.paths.os.replace", crash)
    with pytest.raises(OSError, match="no space left"):
        show_file.save(path, msgspec.structs.replace(example(), program="break"))
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


# ── what this version does not know ──────────────────────────────────────────────────────────────────────────


def test_unknown_keys_are_kept_at_every_level(path: Path) -> None:
    given = content()
    places = (
        given,
        given["show"],
        given["show"]["products"][0],
        given["canvas"],
        given["sources"][1],
        given["scenes"][0],
        given["scenes"][0]["items"][0],
        given["scenes"][0]["items"][0]["transform"],
        given["channels"][0],
    )
    for number, place in enumerate(places):
        place["from a newer version"] = number
    write(path, given)
    show_file.save(path, show_file.load(path, KINDS))
    assert json.loads(path.read_bytes()) == given


def test_they_stay_with_their_object_when_the_order_changes(path: Path) -> None:
    given = content()
    for scene in given["scenes"]:
        scene["notes"] = f"notes of {scene['name']}"
    file = show_file.load(write(path, given), KINDS)
    show_file.save(path, msgspec.structs.replace(file, scenes=file.scenes[::-1]))
    assert [s["notes"] for s in json.loads(path.read_bytes())["scenes"]] == ["notes of Pause", "notes of Oversigt"]


def test_each_channel_keeps_its_own(path: Path) -> None:
    given = content()
    given["channels"] = [{"source": "mic", "pan": -1}, {"source": "ground", "pan": 1}]
    file = show_file.load(write(path, given), KINDS)
    show_file.save(path, msgspec.structs.replace(file, channels=(*file.channels[::-1], Channel(source="new"))))
    saved = json.loads(path.read_bytes())["channels"]
    assert [(c["source"], c.get("pan")) for c in saved] == [("ground", 1), ("mic", -1), ("new", None)]


def test_what_was_removed_is_gone(path: Path) -> None:
    file = show_file.load(write(path, content()), KINDS)
    show_file.save(path, msgspec.structs.replace(file, scenes=file.scenes[:1]))
    assert [s["id"] for s in json.loads(path.read_bytes())["scenes"]] == ["main"]


@pytest.mark.parametrize("before", [b"", b"{ broken", b"[]", b"\xff"])
def test_saving_over_a_broken_file_writes_a_good_one(path: Path, before: bytes) -> None:
    write(path, before)
    show_file.save(path, example())
    assert show_file.load(path, KINDS) == example()


# ── paths ────────────────────────────────────────────────────────────────────────────────────────────────────


def film(path: str) -> dict[str, Any]:
    return {"id": "film", "kind": "media_file", "name": "Film", "settings": {"path": path}}


def loaded_path(path: Path, written: str) -> str:
    given = content() | {"sources": [film(written)], "scenes": [], "program": "", "preview": ""}
    file = show_file.load(write(path, given), KINDS)
    return str(file.sources[0].settings["path"])


def saved_path(path: Path) -> str:
    show_file.save(path, show_file.load(path, KINDS))
    return str(json.loads(path.read_bytes())["sources"][0]["settings"]["path"])


def test_files_beside_the_show_are_written_relative_so_that_it_can_be_moved(path: Path, tmp_path: Path) -> None:
    assert loaded_path(path, "film/Ærø.mp4") == f"{tmp_path}/film/Ærø.mp4"
    assert saved_path(path) == "film/Ærø.mp4"
    elsewhere = tmp_path / "moved"
    elsewhere.mkdir()
    path.rename(elsewhere / path.name)
    file = show_file.load(elsewhere / path.name, KINDS)
    assert file.sources[0].settings["path"] == f"{elsewhere}/film/Ærø.mp4"


def test_files_elsewhere_are_written_whole(path: Path) -> None:
    assert loaded_path(path, "/films/a.mp4") == "/films/a.mp4"
    assert saved_path(path) == "/films/a.mp4"


def test_a_step_up_is_resolved_and_not_mistaken_for_inside(path: Path, tmp_path: Path) -> None:
    assert loaded_path(path, "../a.mp4") == str(tmp_path.parent / "a.mp4")
    assert saved_path(path) == str(tmp_path.parent / "a.mp4")


def test_the_users_home_stays_the_users_home(path: Path) -> None:
    assert loaded_path(path, "~/a.mp4") == "~/a.mp4"


def test_a_show_named_without_a_folder_has_its_files_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("spring.show.json")
    assert loaded_path(path, "a.mp4") == f"{tmp_path}/a.mp4"
    assert saved_path(path) == "a.mp4"


# ── faults, each one line with field and cure ────────────────────────────────────────────────────────────────


def test_a_missing_file_is_not_found(path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        show_file.load(path, KINDS)
    assert str(caught.value) == f"There is no show file {path}"


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue) as caught:
        show_file.load(tmp_path, KINDS)
    assert str(caught.value) == f"The show file {tmp_path} cannot be read: Is a directory"


def test_a_huge_file_is_not_even_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(show_file.MAX_BYTES + 1)
    assert refused(path) == "is too large for a show file"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (b"", "not valid JSON: Expecting value: line 1 column 1 (char 0)"),
        (b'{"show": ', "not valid JSON: Expecting value"),
        (b"\xff\xfe\x00", "not valid JSON: "),
        (b"[" * 100_000, "not valid JSON: "),
        (b"[]", "a show file is a JSON object"),
        (b'"show"', "a show file is a JSON object"),
        (b"{}", "Object missing required field `show`"),
    ],
)
def test_what_is_no_show_file_says_so(path: Path, given: bytes, sentence: str) -> None:
    assert refused(write(path, given)).startswith(sentence)


def put(place: str, value: Any) -> Any:
    """The example with one value changed: `scenes.0.items.0.source`."""
    given: Any = content()
    *way, last = (int(part) if part.isdigit() else part for part in place.split("."))
    at = given
    for part in way:
        at = at[part]
    at[last] = value
    return given


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("version", 2, "version: this file is of version 2; this Vitrine reads up to 1: update it"),
        ("version", 0, "version: this file is of version 0; this Vitrine reads up to 1: update it"),
        ("version", "1", "version: this file is of version 1; this Vitrine reads up to 1: update it"),
        ("show.id", "Spring Show", "show.id: Expected `str` matching regex"),
        ("show.title", "", "show.title: Expected `str` of length >= 1"),
        ("show.products.0.price_minor", "12.50", "show.products[0].price_minor: Expected `int`, got `str`"),
        ("canvas", {"width": 1280, "height": 720}, "canvas: must be one of 1920x1080, 1080x1920, 1080x1080"),
        ("canvas.width", "wide", "canvas.width: Expected `int`, got `str`"),
        ("fps", 29, "fps: Invalid enum value 29"),
        ("transition", "dissolve", "transition: Invalid enum value 'dissolve'"),
        ("transition_ms", -1, "transition_ms: Expected `int` >= 0"),
        ("master_db", 13, "master_db: Expected `float` <= 12"),
        ("channels.0.fader_db", 100, "channels[0].fader_db: Expected `float` <= 12"),
        ("scenes.0.items.0.transform.fit", "wide", "scenes[0].items[0].transform.fit: Invalid enum value 'wide'"),
        ("scenes.0.items.0.transform.x", 1e9, "scenes[0].items[0].transform.x: Expected `float` <= 20000.0"),
        ("scenes.0.items.0.transform.opacity", 2, "scenes[0].items[0].transform.opacity: Expected `float` <= 1.0"),
        ("scenes.0.items.0.transform.scale_x", float("nan"), "scenes[0].items[0].transform.scale_x: Expected `float`"),
        ("scenes.0.items.0.source", "groun", "scenes[0].items[0].source: there is no source groun; did you mean ground?"),
        ("program", "mein", "program: there is no scene mein; did you mean main?"),
        ("preview", "x", "preview: there is no scene x"),
        ("sources.1.id", "ground", "sources[1].id: the id ground is used twice"),
        ("scenes.1.id", "main", "scenes[1].id: the id main is used twice"),
        ("scenes.0.items", [{"id": "1", "source": "mic"}] * 2, "scenes[0].items[1].id: the id 1 is used twice"),
        ("sources.0.kind", "color", "sources[0].kind: unknown source kind color; did you mean colour? (known: camera, colour, "),
        ("sources.0.settings.colour", "red", "sources[0].settings.colour: Expected `str` matching regex"),
        ("sources.0.settings.size", 5, "sources[0].settings: Object contains unknown field `size`"),
        ("sources.0", film(""), "sources[0].settings.path: Expected `str` of length >= 1"),
        ("sources.0", film(5), "sources[0].settings.path: Expected `str`, got `int`"),  # type: ignore[arg-type]
        ("sources.0", {"id": "x", "kind": "colour"}, "sources[0]: Object missing required field `name`"),
        ("scenes", {}, "scenes: Expected `array`, got `object`"),
    ],
)
def test_a_fault_is_one_line_that_names_the_field(path: Path, place: str, value: Any, sentence: str) -> None:
    assert refused(write(path, put(place, value))).startswith(sentence)


def test_a_path_that_cannot_be_one_is_a_fault_of_the_source_not_of_the_file(path: Path) -> None:
    """It opens; the source says why it fails."""
    assert loaded_path(path, "a\0b.mp4").endswith("a\0b.mp4")


# ── schema and ids ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_schema_names_what_is_needed_and_what_fits() -> None:
    schema = show_file.schema()
    definition = schema["$defs"]["ShowFile"]
    assert definition["required"] == ["show"]
    assert set(definition["properties"]) == set(ShowFile.__struct_fields__)
    assert definition["properties"]["fps"]["enum"] == [24, 25, 30, 50, 60]


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Forårets nyheder!", "foraarets-nyheder"),
        ("Ærø & Østerbro", "aeroe-oesterbro"),
        ("  Spring  2026  ", "spring-2026"),
        ("日本語", "show"),
        ("a", "a-show"),
        ("x" * 100, "x" * 60),
    ],
)
def test_a_title_becomes_an_id_that_fits(title: str, made: str) -> None:
    assert show_file.slug(title) == made
    msgspec.convert({"id": made, "title": title.strip()}, ShowInfo)


def places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, item in inner for place in places(item, (*at, key)))]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(places(content())[1:]), ANYTHING)
def test_whatever_stands_in_one_place_it_is_a_show_or_one_line(place: tuple[str | int, ...], instead: Any) -> None:
    given_content = content()
    target: Any = given_content
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = instead
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.show.json", given_content)
        refusal = ""
        try:
            show_file.load(path, KINDS)
        except InvalidValue as error:
            refusal = str(error)
        assert "\n" not in refusal


@given(st.binary(max_size=300))
def test_bytes_that_are_no_show_are_one_line(noise: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.show.json", noise)
        with pytest.raises(InvalidValue) as caught:
            show_file.load(path, KINDS)
        assert "\n" not in str(caught.value)
