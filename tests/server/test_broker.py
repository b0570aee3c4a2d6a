"""Waking whoever follows a show."""

from studio.server.broker import Broker


def test_news_wakes_every_follower_of_that_show_and_nobody_else() -> None:
    broker, woken = Broker(), []
    broker.follow("a", lambda: woken.append("one"))
    broker.follow("a", lambda: woken.append("two"))
    broker.follow("b", lambda: woken.append("other"))
    broker.wake("a")
    assert sorted(woken) == ["one", "two"]


def test_who_stopped_following_sleeps() -> None:
    broker, woken = Broker(), []
    stop = broker.follow("a", lambda: woken.append(1))
    stop()
    broker.wake("a")
    assert not woken


def test_a_follower_may_stop_while_it_is_woken() -> None:
    broker, woken = Broker(), []

    def once() -> None:
        woken.append(1)
        stop()

    stop = broker.follow("a", once)
    broker.follow("a", lambda: woken.append(2))
    broker.wake("a")
    broker.wake("a")
    assert sorted(woken) == [1, 2, 2]


def test_news_of_a_show_nobody_follows_is_no_trouble() -> None:
    Broker().wake("unknown")
