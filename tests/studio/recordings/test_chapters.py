"""Chapters from marks."""

from studio.recordings.chapters import chapters, shown
from studio.state.recording import Mark


def mark(at_ms: int, kind: str, title: str) -> Mark:
    return Mark(at_ms=at_ms, kind=kind, title=title)  # type: ignore[arg-type]


def test_what_was_named_and_shown_is_a_chapter_and_scenes_are_not() -> None:
    marks = (
        mark(20_000, "product", "Olie"),
        mark(0, "scene", "Oversigt"),
        mark(40_000, "poll", "Hvilken?"),
        mark(50_000, "chat", ""),
    )
    assert [tuple(getattr(one, name) for name in ("begins_ms", "title")) for one in chapters(marks, 60_000, "Aften")] == [
        (0, "Aften"),
        (20_000, "Olie"),
        (40_000, "Hvilken?"),
    ]


def test_of_two_at_once_the_one_that_a_person_named_stays() -> None:
    near = (
        mark(10_000, "marker", "Tak"),
        mark(10_500, "product", "Olie"),
        mark(30_000, "product", "A"),
        mark(31_000, "product", "B"),
    )
    assert [one.title for one in chapters(near, 60_000, "x")] == ["x", "Tak", "B"]


def test_the_first_one_is_the_beginning_and_what_is_behind_the_end_is_left_out() -> None:
    found = chapters((mark(900, "marker", "Velkommen"), mark(70_000, "marker", "Sent")), 60_000, "x")
    assert [(one.begins_ms, one.title) for one in found] == [(0, "Velkommen")]
    assert chapters((), 60_000, "x") == ()


def test_products_in_their_order_each_once() -> None:
    marks = (mark(0, "product", "B"), mark(1, "product", "A"), mark(2, "product", "B"), mark(3, "poll", "?"))
    assert shown(marks) == ("B", "A")
