"""One window of `vitrine bench window`, in a process of its own: `window_session SECONDS` prints its figures as JSON."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from studio import paths, wire
from studio.bench.machine import stolen_s
from studio.bench.report import percentile
from studio.commands.scene import ScenePreview
from studio.commands.show import ShowStart
from studio.commands.stream import StreamStart
from studio.desktop.studio import StudioOptions
from studio.errors import Confirm
from studio.settings import Settings
from studio.show.chat import ChatLine
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.state import Product, Scene, SceneItem, Transform
from ui import theme
from ui.bridge import Bridge
from ui.main_window import MainWindow

SCENES, PRODUCTS, LINES, LINES_A_SECOND = 8, 1000, 10_000, 20
BEAT_S = 0.005
ROUNDS = 200
WARM_UP_MS = 3000


class Watchdog(QObject):
    """A thread asks the main thread for a sign every 5 ms, and notes how long it took; another only sleeps, as a witness."""

    asked = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.blocked_ms: list[float] = []
        self.witness_ms: list[float] = []
        self._over = threading.Event()
        self._answered = threading.Event()
        self.asked.connect(self._answer)
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._ask, self._sleep)]
        for thread in self._threads:
            thread.start()

    def clear(self) -> None:
        """From now on."""
        self.blocked_ms, self.witness_ms = [], []

    def close(self) -> None:
        """Enough."""
        self._over.set()
        self._answered.set()
        for thread in self._threads:
            thread.join(2)

    def _ask(self) -> None:
        while not self._over.wait(BEAT_S):
            self._answered.clear()
            self.asked.emit(time.monotonic())
            self._answered.wait(10)

    def _answer(self, asked_s: float) -> None:
        self.blocked_ms.append((time.monotonic() - asked_s) * 1000)
        self._answered.set()

    def _sleep(self) -> None:
        while not self._over.is_set():
            begun_s = time.monotonic()
            time.sleep(BEAT_S)
            self.witness_ms.append((time.monotonic() - begun_s - BEAT_S) * 1000)


def show() -> ShowFile:
    """Eight scenes that move, and a thousand products."""
    products = tuple(
        Product(id=f"p{n}", title=f"Night cream number {n}", price_minor=100 + n, stock=n % 40) for n in range(PRODUCTS)
    )
    sources = (
        FileSource(id="film", kind="media_file", name="Film", settings={"path": str(paths.assets() / "demo" / "clip.mp4")}),
        FileSource(id="name", kind="lower_third", name="Name", settings={"title": "Mette Holm", "subtitle": "Advisor"}),
        FileSource(id="words", kind="text", name="Words", settings={"text": "Tonight only"}),
    )
    items = (
        SceneItem(id="1", source="film", transform=Transform(fit="fill")),
        SceneItem(id="2", source="name", transform=Transform(x=90, y=800)),
        SceneItem(id="3", source="words", transform=Transform(x=1200, y=90)),
    )
    scenes = tuple(Scene(id=f"s{n}", name=f"Scene {n + 1}", items=items) for n in range(SCENES))
    info = ShowInfo(id="bench-window", title="Bench", products=products)
    return ShowFile(show=info, sources=sources, scenes=scenes, program="s0", preview="s1", transition="cut")


class Session:
    """The steps, one after the other, on Qt's loop."""

    def __init__(self, app: QApplication, seconds: float, begun_s: float) -> None:
        self.app, self.seconds, self.begun_s = app, seconds, begun_s
        self.figures: dict[str, Any] = {}
        settings = Settings()
        self.bridge = Bridge(StudioOptions(show(), database=settings.path.parent / "bench.sqlite", linger_s=1), settings)
        self.bridge.started.connect(self._started)
        self.bridge.failed.connect(lambda reason: (print(reason, file=sys.stderr), app.exit(1)))
        self.bridge.refused.connect(self._confirm)
        self.window: MainWindow
        self._chat = QTimer()
        self._chat.timeout.connect(self._say)
        self._said = 0
        self._steps: Iterator[int] = iter(())

    def _started(self) -> None:
        self.window = MainWindow(self.bridge, self.bridge.settings)
        self.window.resize(1920, 1040)
        self.window.show()
        self._until(lambda: self.window.workspaces.host.program.painted > 0, self._opened)

    def _opened(self) -> None:
        self.figures["open_s"] = time.monotonic() - self.begun_s
        if not self.seconds:
            self._finish()
            return
        self._steps = self._run()
        self._next()

    def _next(self) -> None:
        wait_ms = next(self._steps, None)
        if wait_ms is None:
            self._finish()
        else:
            QTimer.singleShot(wait_ms, self._next)

    def _run(self) -> Iterator[int]:
        """Each `yield` lets so many milliseconds pass."""
        bridge, window = self.bridge, self.window
        watchdog = Watchdog()
        while bridge.state.link.status != "connected":
            yield 50
        bridge.run(StreamStart(), lambda _result: bridge.run(ShowStart()))
        self._chat.start(1000 // LINES_A_SECOND)
        yield WARM_UP_MS
        bridge.call(self._demand)
        yield WARM_UP_MS
        late = bridge._studio.program.stats.late  # type: ignore[union-attr]
        watchdog.clear()
        painted, begun_s = window.workspaces.host.program.painted, time.monotonic()
        yield round(self.seconds * 1000)
        took_s = time.monotonic() - begun_s
        self.figures["program_fps"] = (window.workspaces.host.program.painted - painted) / took_s
        self.figures["blocked_ms"] = [percentile(watchdog.blocked_ms, 99.9), max(watchdog.blocked_ms)]
        self.figures["witness_ms"] = percentile(watchdog.witness_ms, 99.9)
        self.figures["sent_mbit"] = bridge.state.stream.kbps / 1000
        self.figures["late"] = bridge._studio.program.stats.late - late  # type: ignore[union-attr]
        rounds: list[float] = []
        for number in range(ROUNDS):
            self._round(number, rounds)
            yield 40
        self.figures["round_ms"] = percentile(rounds, 95)
        window.show_workspace("producer")
        yield 2000
        views = {"preview_fps": window.workspaces.producer.stage, "both_fps": window.workspaces.producer.program}
        before, begun_s = {name: view.painted for name, view in views.items()}, time.monotonic()
        yield 10_000
        for name, view in views.items():
            self.figures[name] = (view.painted - before[name]) / (time.monotonic() - begun_s)
        window.show_workspace("host")
        yield from self._long_lists(watchdog)
        watchdog.close()

    def _long_lists(self, watchdog: Watchdog) -> Iterator[int]:
        chat, products = self.window.workspaces.host.chat, self.window.workspaces.host.products
        self.bridge.chatted.emit([self._line() for _n in range(LINES)])
        while chat._seen < self.window.chat.count:
            yield 50
        yield 1000
        watchdog.clear()
        bar = chat.view.verticalScrollBar()
        for step in range(50):
            bar.setValue(bar.maximum() * step // 50)
            yield 33
        self.figures["chat_ms"] = percentile(watchdog.blocked_ms, 99.9)
        watchdog.clear()
        scroll = products.list.verticalScrollBar()
        for step in range(50):
            products.search.setText("" if step % 5 else str(step))
            scroll.setValue(scroll.maximum() * step // 50)
            yield 33
        self.figures["products_ms"] = percentile(watchdog.blocked_ms, 99.9)

    def _round(self, number: int, rounds: list[float]) -> None:
        """Preview another scene, and see when the window knows."""
        wanted, clock = f"s{1 + number % 7}", QElapsedTimer()

        def changed() -> None:
            if self.bridge.state.scenes.preview == wanted:
                rounds.append(clock.nsecsElapsed() / 1e6)
                self.bridge.changed.disconnect(changed)

        self.bridge.changed.connect(changed)
        clock.start()
        self.bridge.run(ScenePreview(scene=wanted))

    async def _demand(self, studio: Any) -> None:
        """As if somebody read the largest rendition, so that it is encoded."""
        studio.stream.demanded(wire.Demand(rendition=1080, readers=1, max_kbps=0))

    def _line(self) -> ChatLine:
        self._said += 1
        words = "Is it good for very dry skin, and how long does one bottle last when I use it every evening?"
        return ChatLine(id=str(self._said), at_ms=int(time.time() * 1000), name="Sofie", text=words)

    def _say(self) -> None:
        self.bridge.chatted.emit((self._line(),))

    def _confirm(self, error: Exception) -> None:
        if isinstance(error, Confirm):
            self.bridge.run(ShowStart(confirm=error.confirm))

    def _until(self, done: Callable[[], bool], then: Callable[[], None]) -> None:
        if done():
            then()
        else:
            QTimer.singleShot(5, lambda: self._until(done, then))

    def _finish(self) -> None:
        self._chat.stop()
        self.window._leave()
        self.app.exit(0)


def main() -> int:
    """Measure, print, end."""
    begun_s = time.monotonic() - _age_s()
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    stolen = stolen_s()
    session = Session(app, float(sys.argv[1]), begun_s)
    session.bridge.start()
    status = app.exec()
    session.bridge.close()
    print(json.dumps(session.figures | {"stolen_s": stolen_s() - stolen}))
    return status


def _age_s() -> float:
    """How long this process has existed (Linux; proc(5))."""
    import os

    try:
        started = int(Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        return float(Path("/proc/uptime").read_text(encoding="utf-8").split()[0]) - started
    except OSError:
        return 0.0


if __name__ == "__main__":
    sys.exit(main())
