"""A visitor's token is ours or it is replaced."""

from hypothesis import given
from hypothesis import strategies as st

from studio.server.visitors import Visitors


def test_our_own_token_is_recognised() -> None:
    visitors = Visitors()
    token = visitors.recognise("")
    assert visitors.recognise(token) == token


def test_every_new_visitor_gets_another() -> None:
    visitors = Visitors()
    assert visitors.recognise("") != visitors.recognise("")


def test_the_token_survives_a_restart_with_the_same_secret() -> None:
    token = Visitors(b"secret").recognise("")
    assert Visitors(b"secret").recognise(token) == token
    assert Visitors(b"another").recognise(token) != token


@given(st.text(max_size=200))
def test_nobody_invents_one(token: str) -> None:
    assert Visitors().recognise(token) != token


@given(st.text(min_size=1, max_size=20))
def test_a_name_is_not_moved_under_anothers_signature(name: str) -> None:
    visitors = Visitors()
    signature = visitors.recognise("").partition(".")[2]
    forged = f"{name}.{signature}"
    assert visitors.recognise(forged) != forged
