"""Where in the text one is: pure, and time is an argument."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.models.prompter import Prompter, parse

SCRIPT = "# Hello\nGood evening and welcome\n\n# Oil\nTwo drops press never rub\n"


@pytest.fixture
def prompter() -> Prompter:
    made = Prompter(120)
    made.load(SCRIPT)
    return made


def test_headings_are_not_spoken(prompter: Prompter) -> None:
    assert [(line.text, line.heading, line.first, line.words) for line in prompter.lines] == [
        ("Hello", True, 0, 0),
        ("Good evening and welcome", False, 0, 4),
        ("Oil", True, 4, 0),
        ("Two drops press never rub", False, 4, 5),
    ]
    assert (prompter.total, prompter.left_s) == (9, 4.5)


def test_it_goes_at_its_words_a_minute_and_stops_at_the_end(prompter: Prompter) -> None:
    prompter.advance(1)
    assert prompter.at == 0, "paused"
    prompter.toggle()
    prompter.advance(1.5)
    assert (prompter.at, prompter.running) == (3, True)
    prompter.advance(60)
    assert (prompter.at, prompter.running) == (9, False)
    prompter.toggle()
    assert (prompter.at, prompter.running) == (0, True), "again from the start"
    prompter.toggle()
    assert not prompter.running


def test_it_jumps_to_headings_both_ways(prompter: Prompter) -> None:
    places = []
    for direction in (1, 1, 1, -1, -1, -1):
        prompter.jump(direction)
        places.append(prompter.at)
    assert places == [4, 9, 9, 4, 0, 0]


def test_speed_has_bounds(prompter: Prompter) -> None:
    prompter.faster(1000)
    assert prompter.words_a_minute == 300
    prompter.faster(-1000)
    assert prompter.words_a_minute == 40


def test_another_text_keeps_the_place_and_an_empty_one_does_not_run(prompter: Prompter) -> None:
    prompter.at = 7
    prompter.load("just four words here")
    assert prompter.at == 4
    prompter.load("")
    prompter.toggle()
    assert not prompter.running


@given(st.text(max_size=300), st.lists(st.sampled_from([-1, 1, 0.3, 100.0]), max_size=30))
def test_the_place_is_always_in_the_text(script: str, moves: list[float]) -> None:
    prompter = Prompter(100)
    prompter.load(script)
    prompter.toggle()
    for move in moves:
        if isinstance(move, int):
            prompter.jump(move)
        else:
            prompter.advance(move)
        assert 0 <= prompter.at <= prompter.total
    assert sum(line.words for line in parse(script)) == prompter.total
