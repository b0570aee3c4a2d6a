"""Names that are free, times as people read them, words for recordings: what holds for every value."""

from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import i18n
from studio.show.film import Span
from studio.state import Show, State, Stream
from studio.state.recording import Clip, Mark, Recorded, Work
from studio.state.show import ShowState
from studio.state.stream import StreamStatus
from tests.ui.calling import of
from ui import theme
from ui.models.air import air_word
from ui.models.clock import elapsed, left
from ui.models.film_marks import chapters_of, marks_of, products_of, title_of
from ui.models.film_words import WORKS, clip_word, exact_time, film_time, matches, running_time, size_words
from ui.models.labels import free_name

TEXT = st.text(st.sampled_from("aA1 æÆ"), max_size=4)


@given(stem=TEXT, names=st.lists(TEXT, max_size=8))
def test_a_free_name_is_nobodys_and_begins_as_it_was_meant(stem: str, names: list[str]) -> None:
    made = free_name(stem, [*names, *(f"{stem} {number}" for number in range(2, 2 + len(names)))])
    assert made.startswith(stem)
    assert made.casefold() not in {name.casefold() for name in names}
    assert stem.casefold() in {name.casefold() for name in names} or made == stem


@given(st.floats(-90_000, 90_000))
def test_time_that_is_left_and_time_that_has_passed_agree(seconds: float) -> None:
    minutes, _colon, rest = left(seconds).removeprefix("−").partition(":")
    assert int(minutes) * 60 + int(rest) == int(abs(seconds))
    assert left(seconds).startswith("−") == (seconds < 0)
    hours, minutes, rest = elapsed(seconds).split(":")
    assert int(hours) * 3600 + int(minutes) * 60 + int(rest) == max(0, int(seconds))


@given(st.integers(-1000, 40 * 3_600_000))
def test_a_films_time_is_read_back(ms: int) -> None:
    parts = [int(part) for part in film_time(ms).split(":")]
    seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    assert seconds == max(0, ms) // 1000
    assert len(parts) == (3 if ms >= 3_600_000 else 2)
    assert exact_time(ms).startswith(film_time(ms))
    assert running_time(ms).count(":") == 2


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_larger_file_never_reads_smaller(one: int, other: int) -> None:
    units = {"kB": 1e3, "MB": 1e6, "GB": 1e9}
    small, large = (float(number) * units[unit] for number, unit in (size_words(size).split() for size in sorted((one, other))))
    assert small <= large


@pytest.mark.parametrize("panic", [False, True])
def test_every_state_has_a_word_and_colours_that_there_are(panic: bool) -> None:
    i18n.use("en")
    words = set()
    for show in get_args(ShowState):
        for stream in get_args(StreamStatus):
            word, ground, ink = air_word(State(show=Show(state=show), stream=Stream(status=stream), panic=panic))
            words.add(word)
            assert {ground, ink} <= set(theme.DARK) & set(theme.LIGHT)
            assert (word[2:] == "ON AIR") == (show == "live" and stream == "live" and not panic)
    assert len(words) == (1 if panic else 6)


def test_everything_that_is_being_made_has_words() -> None:
    i18n.use("en")
    kinds = get_args(get_type_hints(Work)["kind"])
    assert set(kinds) == set(WORKS)
    clip = Clip(id="c", begins_ms=0, ends_ms=1000)
    for kind in kinds:
        work = Work(id="w", kind=kind, recording="r", clip="c")
        assert clip_word(clip, [work]) == f"{WORKS[kind]} …"
        assert clip_word(clip, [of(work, progress=0.426)]) == f"{WORKS[kind]}, 43 %"
        assert clip_word(clip, [of(work, clip="other")]) == "Not made yet"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"problem": "disk full", "film": "f", "file": "c.mp4"}, "Did not work"),
        ({"film": "f", "file": "c.mp4"}, "Public"),
        ({"file": "c.mp4", "proposed": True}, "Made"),
        ({"proposed": True}, "Proposed"),
    ],
)
def test_a_clip_says_the_farthest_it_came(changes: dict[str, object], word: str) -> None:
    i18n.use("en")
    assert clip_word(of(Clip(id="c", begins_ms=0, ends_ms=1000), **changes)) == word


@given(words=st.text(st.sampled_from("olie ROSE "), max_size=8), which=st.sampled_from(["all", "replay", "trash"]))
def test_what_is_thrown_away_is_found_in_the_trash_alone(words: str, which: str) -> None:
    kept = Recorded(id="1", title="En aften med olie", products=("Rose",))
    thrown = of(kept, state="trash")
    hit = all(word in "en aften med olie rose" for word in words.casefold().split())
    assert matches(thrown, words, which) == (hit and which == "trash")
    assert matches(kept, words, which) == (hit and which == "all"), "it has no replay"


def test_marks_that_people_see_have_names() -> None:
    i18n.use("en")
    marks = (
        Mark(at_ms=0, kind="scene", ref="a"),
        Mark(at_ms=1000, kind="chat", ref="l1"),
        Mark(at_ms=2000, kind="product", ref="p1"),
        Mark(at_ms=3000, title="Velkommen"),
    )
    film = Recorded(id="1", title="Aften", length_ms=9000, marks=marks, spans=(Span(film_ms=0, media_ms=0, length_ms=9000),))
    assert marks_of(film) == ((1000, "A line of the chat", "chat"), (2000, "Product", "product"), (3000, "Velkommen", "marker"))
    assert title_of(marks[0]) == "Scene"
    assert products_of(film) == {"p1": "p1"}
    assert all(0 <= chapter.begins_ms < 9000 for chapter in chapters_of(film))
