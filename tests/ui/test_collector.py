"""Garbage with Qt's objects in it is collected in the window's thread, whoever else is busy."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.collector import Collector
from ui.widgets.button import Button


@pytest.fixture
def collector(qapp: object) -> Iterator[Collector]:
    parent = QObject()
    made = Collector(parent)
    made.start()
    yield made
    made.stop()


class Take(Button):
    """It holds itself, and has a connection that ends with it."""

    def __init__(self) -> None:
        super().__init__("Take")
        self.itself = self
        self.clicked.connect(self.taken)

    def taken(self) -> None:
        self.setText("Taken")


def drop_a_button(threads: list[str]) -> None:
    """One that only a collection frees."""
    button = Take()
    weakref.finalize(button, lambda: threads.append(threading.current_thread().name))


def work() -> None:
    for _ in range(200_000):
        kept: list[object] = []
        kept.append(kept)


def test_a_busy_thread_collects_nothing_and_the_window_does(collector: Collector, qtbot: QtBot) -> None:
    threads: list[str] = []
    drop_a_button(threads)
    busy = threading.Thread(target=work, name="busy")
    busy.start()
    busy.join()
    assert threads == []
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [threading.main_thread().name]


def test_python_does_it_again_when_the_studio_has_stopped(collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
