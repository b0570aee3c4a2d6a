"""Rows that break, tiles, rows that follow a list, pictures in their boxes: what holds at every width."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QRectF
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.call_picture import fitted
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.picture_view import PictureView
from ui.widgets.rows import match_rows
from ui.widgets.tile_layout import TileLayout

SIZES = st.lists(st.tuples(st.integers(10, 180), st.integers(10, 40)), min_size=1, max_size=12)
WIDTH = st.integers(180, 900)


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp)
    yield
    theme.apply(qapp)


def flow(
    holder: QWidget, sizes: list[tuple[int, int]], spring: int = -1, *, centred: bool = False
) -> tuple[FlowLayout, list[QLabel]]:
    row, parts = FlowLayout(centred=centred), [QLabel(holder) for _size in sizes]
    for number, (part, size) in enumerate(zip(parts, sizes, strict=True)):
        part.setFixedSize(*size)
        if number == spring:
            row.add_spring()
        row.addWidget(part)
    holder.setLayout(row)
    return row, parts


def apart(boxes: list[QRect]) -> bool:
    return not any(one.intersects(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])


@given(sizes=SIZES, width=WIDTH, spring=st.one_of(st.none(), st.integers(-1, 11)))
def test_a_flow_keeps_its_order_and_its_width(sizes: list[tuple[int, int]], width: int, spring: int | None) -> None:
    holder = QWidget()
    row, parts = flow(holder, sizes, -1 if spring is None else spring, centred=spring is None)
    height = row.heightForWidth(width)
    row.setGeometry(QRect(7, 5, width, height))
    boxes = [part.geometry() for part in parts]
    assert apart(boxes)
    assert all(QRect(7, 5, width, height).contains(box) for box in boxes)
    assert max(box.bottom() for box in boxes) == 5 + height - 1, "it is as high as it says"
    for one, following in pairwise(boxes):
        assert following.left() > one.right() or following.top() > one.bottom(), "as one reads"


@given(wide=st.lists(st.integers(10, 180), min_size=1, max_size=12), width=WIDTH)
def test_more_room_never_makes_a_flow_higher(wide: list[int], width: int) -> None:
    holder = QWidget()
    row, _parts = flow(holder, [(one, 20) for one in wide])
    assert row.heightForWidth(width + 60) <= row.heightForWidth(width)


@given(sizes=SIZES, width=WIDTH, gone=st.integers(0, 11))
def test_what_is_hidden_takes_no_room(sizes: list[tuple[int, int]], width: int, gone: int) -> None:
    assume(len(sizes) > 1)
    holder, fewer = QWidget(), QWidget()
    row, parts = flow(holder, sizes)
    parts[gone % len(sizes)].hide()
    row.invalidate()
    rest, _parts = flow(fewer, [size for number, size in enumerate(sizes) if number != gone % len(sizes)])
    assert row.heightForWidth(width) == rest.heightForWidth(width)


@given(count=st.integers(1, 40), width=st.integers(112, 2000), aspect=st.sampled_from([9 / 16, 1.2, 16 / 9]))
def test_tiles_are_of_one_size_apart_and_within(count: int, width: int, aspect: float) -> None:
    holder = QWidget()
    layout, tiles = TileLayout(holder, aspect), [QLabel(holder) for _number in range(count)]
    for tile in tiles:
        layout.addWidget(tile)
    height = layout.heightForWidth(width)
    layout.setGeometry(QRect(0, 0, width, height))
    boxes = [tile.geometry() for tile in tiles]
    assert len({box.size().toTuple() for box in boxes}) == 1
    assert apart(boxes)
    assert all(QRect(0, 0, width, height).contains(box) for box in boxes)
    assert max(box.bottom() for box in boxes) == height - 1


KEYS = st.lists(st.integers(0, 9), max_size=12)


@given(first=KEYS, second=KEYS)
def test_rows_follow_a_list_and_those_that_stay_are_the_same(first: list[int], second: list[int]) -> None:
    holder = QWidget()
    column, rows, made = QVBoxLayout(holder), dict[int, QLabel](), list[int]()
    column.addWidget(QLabel("heading"))
    column.addStretch(1)

    def make(key: int) -> QLabel:
        made.append(key)
        return QLabel(str(key))

    match_rows(column, rows, first, make, 1)
    before = dict(rows)
    match_rows(column, rows, second, make, 1)
    assert list(rows) == list(dict.fromkeys(second))
    assert all(rows[key] is row for key, row in before.items() if key in rows)
    assert [column.indexOf(row) for row in rows.values()] == list(range(1, len(rows) + 1))
    assert column.count() == len(rows) + 2, "nothing else moved"
    assert len(made) == len(set(first)) + len(set(second) - set(first))


@given(width=st.integers(1, 5000), height=st.integers(1, 5000), room=st.tuples(st.integers(1, 3000), st.integers(1, 3000)))
def test_a_picture_is_whole_in_the_middle_of_its_room(width: int, height: int, room: tuple[int, int]) -> None:
    space = QRectF(10, 20, *room)
    box = fitted(width, height, space)
    assert box.width() <= max(1, room[0])
    assert box.height() <= max(1, room[1])
    assert abs((box.center() - space.center()).x()) <= 1
    assert abs((box.center() - space.center()).y()) <= 1
    assert min(room[0] - box.width(), room[1] - box.height()) < 1, "as large as it can be"


@given(width=st.integers(160, 3000), height=st.integers(90, 2000), aspect=st.sampled_from([16 / 9, 9 / 16, 1.0]))
def test_a_view_frames_a_picture_of_even_size_within_itself(width: int, height: int, aspect: float) -> None:
    view = PictureView(aspect)
    view.resize(width, height)
    box, size = view.box(), view.picture_size()
    assert QRectF(view.rect()).adjusted(2, 2, -2, -2).contains(box), "the tally has room around it"
    assert (size.width() % 2, size.height() % 2) == (0, 0)
    assert size.width() == pytest.approx(size.height() * aspect, abs=4)


def test_where_there_is_nothing_nothing_is_high(qapp: QApplication) -> None:
    box = QWidget()
    flow = FlowLayout(box, spacing=8)
    assert flow.heightForWidth(300) == 0
