"""Who may send: time is an argument, so ten seconds pass at once."""

import pytest

from studio.errors import Held
from studio.server.live.lease import TTL_S, Lease

NOW = 100.0


def test_the_first_client_takes_it_and_a_new_epoch_begins() -> None:
    lease = Lease(epoch=4)
    assert lease.take("a", "Anna", NOW) == (5, "")
    assert lease.held(NOW)


def test_another_client_is_refused_with_the_name_of_the_holder() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    with pytest.raises(Held, match="The show is being sent from Anna"):
        lease.take("b", "Bo", NOW + 1)
    assert (lease.client, lease.epoch) == ("a", 1)


def test_a_holder_without_a_name_is_named_by_its_client_id() -> None:
    lease = Lease()
    lease.take("desk-a", "", NOW)
    with pytest.raises(Held, match="desk-a"):
        lease.take("b", "Bo", NOW)


def test_taking_over_begins_the_next_epoch_and_tells_from_whom() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    assert lease.take("b", "Bo", NOW + 1, take_over=True) == (2, "Anna")
    assert not lease.beat("a", NOW + 2)
    assert lease.beat("b", NOW + 2)


def test_the_holder_that_comes_back_in_time_keeps_its_epoch() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    assert lease.take("a", "Anna", NOW + TTL_S - 0.1) == (1, "")
    assert lease.held(NOW + 2 * TTL_S - 0.2), "coming back is a heartbeat"


def test_it_ends_ten_seconds_after_the_last_heartbeat() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    lease.beat("a", NOW + 7)
    assert lease.held(NOW + 16.9)
    assert not lease.held(NOW + 17)


def test_after_it_ended_anybody_takes_it_from_nobody() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    assert lease.take("b", "Bo", NOW + TTL_S) == (2, "")


def test_the_former_holder_begins_a_new_epoch_once_it_ended() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    assert lease.take("a", "Anna", NOW + TTL_S) == (2, "")


def test_who_does_not_hold_it_can_neither_beat_nor_release_it() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    assert not lease.beat("b", NOW + 5)
    assert not lease.release("b")
    assert lease.held(NOW + 9.9)
    assert not lease.held(NOW + 10)


def test_released_it_is_free_at_once_and_cannot_be_beaten() -> None:
    lease = Lease()
    lease.take("a", "Anna", NOW)
    assert lease.release("a")
    assert not lease.held(NOW)
    assert not lease.beat("a", NOW)
    assert lease.take("b", "Bo", NOW) == (2, "")
