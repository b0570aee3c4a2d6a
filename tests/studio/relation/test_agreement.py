"""What somebody agrees to, whichever of their devices they said it on."""

from hypothesis import given
from hypothesis import strategies as st

from studio.relation.agreement import PURPOSES, Choice, holds, letters

choices = st.lists(
    st.builds(
        Choice,
        purpose=st.sampled_from(PURPOSES),
        given=st.booleans(),
        at_ms=st.integers(0, 5),
        by=st.sampled_from(("phone", "laptop", "tablet")),
    ),
    max_size=8,
)


def said(given: bool, at_ms: int, by: str) -> Choice:
    return Choice(purpose="personalisation", given=given, at_ms=at_ms, by=by)


def agrees(*answers: Choice, asked_again_ms: int = 0) -> tuple[bool, bool]:
    found = holds("personalisation", answers, asked_again_ms)
    return found.given, found.ask_again


@given(choices.flatmap(lambda answers: st.tuples(st.just(answers), st.permutations(answers))), st.integers(0, 6))
def test_it_is_the_same_in_whichever_order_it_is_read(orders: tuple[list[Choice], list[Choice]], asked_again_ms: int) -> None:
    for purpose in PURPOSES:
        one, other = (holds(purpose, order, asked_again_ms) for order in orders)
        assert one == other


@given(choices)
def test_nobody_has_agreed_who_was_not_asked_or_whose_last_word_on_a_device_is_no(answers: list[Choice]) -> None:
    for purpose in PURPOSES:
        mine = [one for one in answers if one.purpose == purpose]
        found = holds(purpose, answers)
        if not mine:
            assert (found.given, found.at_ms) == (False, None)
            continue
        newest = max(one.at_ms for one in mine)
        if purpose == "marketing":
            assert found.given is all(one.given for one in mine if one.at_ms == newest)
            continue
        for device in {one.by for one in mine}:
            here = [one for one in mine if one.by == device]
            if any(not one.given for one in here if one.at_ms == max(other.at_ms for other in here)):
                assert not found.given, "a no of any of them"


def test_a_no_on_one_device_wins_also_where_nobody_knows_when_it_was_said() -> None:
    assert agrees(said(False, 0, "phone"), said(True, 0, "laptop")) == (False, True)


def test_to_be_asked_again_is_no_yes() -> None:
    answers = [said(False, 1, "phone"), said(True, 2, "laptop")]
    assert agrees(*answers) == (False, True)
    assert agrees(*answers, asked_again_ms=3) == (False, True)


def test_who_was_asked_again_has_answered_for_all_devices() -> None:
    answers = [said(False, 1, "phone"), said(True, 2, "laptop"), said(True, 3, "laptop")]
    assert agrees(*answers, asked_again_ms=3) == (True, False)
    assert agrees(*answers, said(False, 4, "laptop"), said(True, 5, "laptop"), asked_again_ms=3) == (True, False)
    assert agrees(*answers, said(False, 4, "tablet"), asked_again_ms=3) == (False, True), "a device that joined them since"


def test_letters_say_what_was_agreed_to() -> None:
    assert letters({"analytics", "marketing"}) == "a-m"
