"""The store: replaced whole, observers told once, and none of them stops another."""

import pytest

from studio.spine.store import Store, changed_branches
from studio.state import Mixer, Show, State


def test_observers_get_the_old_and_the_new() -> None:
    store, seen = Store(), []
    before = store.state
    store.observe(lambda old, new: seen.append((old, new)))
    store.update(show=Show(id="spring"))
    assert seen == [(before, store.state)]
    assert store.state.show.id == "spring"


def test_the_state_is_new_by_the_time_an_observer_hears() -> None:
    store, seen = Store(), []
    store.observe(lambda old, new: seen.append(store.state is new))
    store.update(show=Show(id="spring"))
    assert seen == [True]


def test_nobody_hears_of_a_change_that_changes_nothing() -> None:
    store, seen = Store(State(show=Show(id="spring"))), []
    store.observe(lambda old, new: seen.append(new))
    before = store.state
    store.update(show=Show(id="spring"), mixer=Mixer())
    assert seen == []
    assert store.state is before


def test_several_branches_change_at_once() -> None:
    store, seen = Store(), []
    store.observe(lambda old, new: seen.append(new))
    store.update(show=Show(id="spring"), mixer=Mixer(master_db=-3))
    assert len(seen) == 1


def test_the_old_tree_stays_what_it_was() -> None:
    store = Store()
    before = store.state
    store.update(show=Show(id="spring"))
    assert before.show.id == ""


def test_an_observer_can_leave_even_while_it_is_told() -> None:
    store, seen = Store(), []

    def once(old: State, new: State) -> None:
        seen.append("once")
        leave()

    leave = store.observe(once)
    store.observe(lambda old, new: seen.append("always"))
    store.update(show=Show(id="a"))
    store.update(show=Show(id="b"))
    assert seen == ["once", "always", "always"]


def test_a_failing_observer_is_logged_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def fail(old: State, new: State) -> None:
        raise ZeroDivisionError

    store, seen = Store(), []
    store.observe(fail)
    store.observe(lambda old, new: seen.append(new))
    store.update(show=Show(id="a"))
    assert len(seen) == 1
    assert "an observer of the state failed" in caplog.text


def test_changed_branches_are_those_that_differ() -> None:
    old = State()
    new = State(show=Show(id="spring"), undo=("Take A",))
    assert changed_branches(old, new) == {"show": new.show, "undo": ("Take A",)}
    assert changed_branches(new, new) == {}


def test_an_unknown_branch_is_a_programming_error() -> None:
    with pytest.raises(TypeError):
        Store().update(weather="fine")
