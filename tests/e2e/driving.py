"""The real window on a real X display, and a person in front of it: a mouse, or a keyboard."""

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from studio.bench import stage
from studio.i18n import translate
from tests.fakes import TIMEOUT_S

WAIT_S = TIMEOUT_S
"""How fast something is is measured, not tested here: the machine may be busy."""
STILL_S = 1.0
"""A key that moved nothing for so long moves nothing."""


class Window:
    """The application in its own process, and questions to it."""

    def __init__(self, display: str, home: Path, language: str, *arguments: str) -> None:
        self.display, self.home, self.language = display, home, language
        environment = os.environ | {
            "DISPLAY": display,
            "VITRINE_HOME": str(home),
            "VITRINE_LANGUAGE": language,
            "QT_QPA_PLATFORM": "xcb",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.window_app", *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(WAIT_S)
        finally:
            for stream in (self.process.stdin, self.process.stdout):
                assert stream is not None
                stream.close()

    def ask(self, what: str, **more: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"ask": what, **more}) + "\n")
        self.process.stdin.flush()
        while True:
            if not select.select([self.process.stdout], [], [], WAIT_S)[0]:
                raise AssertionError(f"the window does not answer {what} {more}")
            line = self.process.stdout.readline()
            assert line, "the application is gone"
            if line.startswith("ANSWER "):
                return json.loads(line.removeprefix("ANSWER "))

    def until(self, done: Callable[[], Any], what: str) -> Any:
        """Wait for a condition."""
        deadline = time.monotonic() + WAIT_S
        while not (value := done()):
            if time.monotonic() > deadline:
                self.picture()
                raise AssertionError(f"waited in vain for {what}; the window says {self.ask('words')}")
            time.sleep(0.05)
        return value

    def picture(self) -> None:
        """What it looked like, for who reads the failure."""
        if folder := os.environ.get("VITRINE_PICTURES"):
            subprocess.run(["import", "-display", self.display, "-window", "root", f"{folder}/failed.png"], check=False)

    def state(self) -> Any:
        return self.ask("state")

    def x(self, *words: str) -> None:
        """Real events, through the X server."""
        subprocess.run(["xdotool", *words], check=True, env=os.environ | {"DISPLAY": self.display}, timeout=WAIT_S)


class Mouse:
    """Points and clicks."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def name(self, english: str) -> str:
        return translate(english, self.window.language).replace("&", "").rstrip()

    def _point(self, english: str, **words: Any) -> None:
        name = self.name(english).format(**words) if words else self.name(english)
        before: Any = None

        def settled() -> Any:
            """Where it is, once it is there twice: windows move while they are laid out."""
            nonlocal before
            before, there = self.window.ask("where", name=name), before
            return before if before == there else None

        x, y = self.window.until(settled, name)
        self.window.x("mousemove", str(x), str(y))

    def press(self, english: str, **words: Any) -> None:
        self._point(english, **words)
        self.window.x("click", "1")

    def write(self, field: str, text: str) -> None:
        """Click into it, and type once it has the focus: a click goes through the window manager, keys may overtake it."""
        name = self.name(field)
        self.press(field)
        self.window.until(lambda: name in self.window.ask("focus"), f"the cursor in {name}")
        self.window.x("type", text)

    def hold(self, english: str) -> None:
        self._point(english)
        self._held("mousedown", "mouseup", "1")

    def _held(self, down: str, up: str, what: str) -> None:
        """Until the show has gone live or has ended."""
        before = self.window.state()["show"]["state"]
        self.window.x(down, what)
        self.window.until(lambda: self.window.state()["show"]["state"] != before, "what is held for")
        self.window.x(up, what)

    def menu(self, title: str, entry: str) -> None:
        self.press(title)
        self.press(entry)

    def take_scene(self, name: str, number: int) -> None:
        self.press(name)

    def mute(self) -> None:
        self.press("Unmute" if self.window.state()["mixer"]["channels"][0]["muted"] else "Mute")


class Keyboard(Mouse):
    """Types: Tab to get somewhere, Enter to press, hotkeys."""

    def key(self, *keys: str) -> None:
        self.window.x("key", *keys)

    def press(self, english: str, **words: Any) -> None:
        self._reach(self.name(english).format(**words) if words else self.name(english))
        self.key("Return")

    def hold(self, english: str) -> None:
        self._reach(self.name(english))
        self._held("keydown", "keyup", "Return")

    def menu(self, title: str, entry: str) -> None:
        self.window.until(lambda: self.window.ask("main"), "the window in front")
        self.key({"Shows …": "ctrl+o", "Producer's workspace": "ctrl+2", "Host's workspace": "ctrl+1"}[entry])

    def take_scene(self, name: str, number: int) -> None:
        self.key(f"F{number}")

    def _moved(self, key: str, before: list[str]) -> list[str]:
        """What has the focus after a key; a busy window takes it later. At the end of a row of tabs nothing moves."""
        now: list[str]
        self.key(key)
        deadline = time.monotonic() + STILL_S
        while (now := self.window.ask("focus")) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        return now

    def _reach(self, name: str) -> None:
        """Tab until it has the focus; tabs of a dialog are gone through with the arrow keys."""
        self.window.until(lambda: self.window.ask("where", name=name) is not None or name in self.window.ask("focus"), name)
        for _step in range(120):
            focus = self.window.ask("focus")
            if name in focus:
                return
            if "QTabBar" in focus:
                if name in (moved := self._moved("Right", focus)):
                    return
                if moved != focus:
                    self._moved("Left", moved)
            self._moved("Tab", self.window.ask("focus"))
        raise AssertionError(f"Tab does not reach {name}; the focus is on {self.window.ask('focus')}")


@contextlib.contextmanager
def room_noise(fifo: Path) -> Iterator[None]:
    """What a microphone in a quiet room delivers."""
    over = threading.Event()

    def make() -> None:
        noise = np.random.default_rng(3).integers(-60, 60, 4800, np.int16).tobytes()
        with open(fifo, "r+b", buffering=0) as pipe:
            os.set_blocking(pipe.fileno(), False)
            while not over.wait(0.02):
                pipe.write(noise)

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join(5)


@contextlib.contextmanager
def opened_window(
    home: Path, language: str, heard: Callable[[Path], contextlib.AbstractContextManager[None]] = room_noise, *arguments: str
) -> Iterator[Window]:
    """The application on a display of its own, with a microphone: in a quiet room, or where something else is heard."""
    (home / "config").mkdir()
    settings = {"language": language} | ({"assistant.done": True} if arguments else {})
    (home / "config" / "settings.json").write_text(json.dumps(settings))
    with stage.screen(1440, 900) as display, stage.folder() as short, stage.sound(short) as fifo, heard(fifo):
        with stage.process([stage.need("openbox", "openbox")], env=os.environ | {"DISPLAY": display, "HOME": str(short)}):
            opened = Window(display, home, language, *arguments)
            try:
                yield opened
            finally:
                opened.close()
