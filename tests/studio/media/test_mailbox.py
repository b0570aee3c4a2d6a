"""Newest wins; or a short queue that says what it loses."""

import threading

from studio.media.mailbox import BoundedQueue, Mailbox
from studio.media.worker import Worker


def test_an_empty_mailbox_has_nothing() -> None:
    box: Mailbox[str] = Mailbox()
    assert box.peek() is None
    assert box.serial == 0


def test_the_newest_wins() -> None:
    box: Mailbox[str] = Mailbox()
    box.put("old")
    box.put("new")
    assert box.peek() == "new"
    assert box.serial == 2


def test_a_queue_gives_the_oldest_first() -> None:
    queue: BoundedQueue[int] = BoundedQueue(3)
    for number in range(3):
        assert queue.put(number) is None
    assert [queue.get(0) for _ in range(4)] == [0, 1, 2, None]


def test_a_full_queue_gives_back_its_oldest_and_counts_it() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2)
    assert [queue.put(number) for number in range(4)] == [None, None, 0, 1]
    assert queue.dropped == 2
    assert len(queue) == 2
    assert queue.get(0) == 2


def test_closing_wakes_whoever_waits() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2)
    got: list[object] = []
    waiting = threading.Event()

    def read(stop: threading.Event) -> None:
        waiting.set()
        got.append(queue.get(30))

    reader = Worker("reader", read)
    reader.start()
    waiting.wait(5)
    queue.close()
    reader.close()
    assert got == [None]


def test_a_closed_queue_still_gives_what_it_has() -> None:
    queue: BoundedQueue[int] = BoundedQueue(2)
    queue.put(1)
    queue.close()
    assert [queue.get(5), queue.get(5)] == [1, None]
