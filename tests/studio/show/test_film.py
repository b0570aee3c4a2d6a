"""Where in a film the show was, and its chapters."""

from hypothesis import given
from hypothesis import strategies as st

from studio.show.film import Chapter, Span, film_at, media_at, parts, vtt

SPANS = (Span(film_ms=1000, media_ms=0, length_ms=4000), Span(film_ms=6000, media_ms=9000, length_ms=1000))


def test_the_show_clock_at_a_moment_of_the_film() -> None:
    assert [media_at(SPANS, at) for at in (0, 1000, 2500, 5000, 5900, 6000, 6500, 9000)] == [
        0, 0, 1500, 4000, 4000, 9000, 9500, 10_000,
    ]  # fmt: skip
    assert media_at((), 5000) == 0


def test_the_film_at_a_moment_of_the_show() -> None:
    assert [film_at(SPANS, at) for at in (0, 1500, 4000, 5000, 9000, 10_000, 10_001)] == [
        1000,
        2500,
        5000,
        None,
        6000,
        7000,
        None,
    ]


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000)), max_size=8), st.integers(0, 50_000))
def test_there_and_back(steps: list[tuple[int, int, int]], at: int) -> None:
    spans, film, media = [], 0, 0
    for hole, jump, length in steps:
        film, media = film + hole, media + jump
        spans.append(Span(film_ms=film, media_ms=media, length_ms=length))
        film, media = film + length, media + length
    there = media_at(spans, at)
    back = film_at(spans, there)
    assert back is None or media_at(spans, back) == there
    assert media_at(spans, at) <= media_at(spans, at + 100)


def test_chapters_end_where_the_next_begins() -> None:
    chapters = [Chapter(0, "Velkommen"), Chapter(61_500, "Olie <&\n creme>")]
    assert parts(chapters, 3_600_000) == [(0, 61_500, "Velkommen"), (61_500, 3_600_000, "Olie <&\n creme>")]
    assert parts([], 10) == []
    assert vtt(chapters, 3_600_000) == (
        "WEBVTT\n\n1\n00:00:00.000 --> 00:01:01.500\nVelkommen\n\n2\n00:01:01.500 --> 01:00:00.000\nOlie &lt;&amp; creme&gt;\n"
    )
