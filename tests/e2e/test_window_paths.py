"""A newcomer's whole evening in the real window on a real X display, by mouse alone and by keyboard alone, in both languages."""

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
import pytest

from studio.bench import stage
from studio.i18n import translate

pytestmark = pytest.mark.e2e

WAIT_S = 20.0
HOLD_S = 1.8


class Window:
    """The application in its own process, and questions to it."""

    def __init__(self, display: str, home: Path, language: str) -> None:
        self.display, self.home, self.language = display, home, language
        environment = os.environ | {
            "DISPLAY": display,
            "VITRINE_HOME": str(home),
            "VITRINE_LANGUAGE": language,
            "QT_QPA_PLATFORM": "xcb",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.window_app"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
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
        subprocess.run(["xdotool", *words], check=True, env=os.environ | {"DISPLAY": self.display}, timeout=20)


class Mouse:
    """Points and clicks."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def name(self, english: str) -> str:
        return translate(english, self.window.language).replace("&", "").rstrip()

    def _point(self, english: str, **words: Any) -> None:
        name = self.name(english).format(**words) if words else self.name(english)
        x, y = self.window.until(lambda: self.window.ask("where", name=name), name)
        self.window.x("mousemove", str(x), str(y))

    def press(self, english: str, **words: Any) -> None:
        self._point(english, **words)
        self.window.x("click", "1")

    def hold(self, english: str) -> None:
        self._point(english)
        self.window.x("mousedown", "1")
        time.sleep(HOLD_S)  # the hold itself
        self.window.x("mouseup", "1")

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
        self.window.x("keydown", "Return")
        time.sleep(HOLD_S)  # the hold itself
        self.window.x("keyup", "Return")

    def menu(self, title: str, entry: str) -> None:
        self.key({"Shows …": "ctrl+o", "Producer's workspace": "ctrl+2", "Host's workspace": "ctrl+1"}[entry])

    def take_scene(self, name: str, number: int) -> None:
        self.key(f"F{number}")

    def _reach(self, name: str) -> None:
        """Tab until it has the focus; tabs of a dialog are gone through with the arrow keys."""
        self.window.until(lambda: self.window.ask("where", name=name) is not None or name in self.window.ask("focus"), name)
        for _step in range(120):
            focus = self.window.ask("focus")
            if name in focus:
                return
            if "QTabBar" in focus:
                self.key("Right")
                if name in (moved := self.window.ask("focus")):
                    return
                if moved != focus:
                    self.key("Left")
            self.key("Tab")
        raise AssertionError(f"Tab does not reach {name}; the focus is on {self.window.ask('focus')}")


@pytest.fixture(params=["en", "da"])
def window(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Window]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.json").write_text(json.dumps({"language": request.param}))
    with stage.screen(1440, 900) as display, stage.folder() as short, stage.sound(short) as fifo, room_noise(fifo):
        with stage.process([stage.need("openbox", "openbox")], env=os.environ | {"DISPLAY": display, "HOME": str(short)}):
            opened = Window(display, tmp_path, request.param)
            yield opened
            opened.close()


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


@pytest.mark.parametrize("hand", [Mouse, Keyboard], ids=["mouse", "keyboard"])
def test_a_newcomer_builds_rehearses_and_holds_a_show(window: Window, hand: type[Mouse]) -> None:
    person, until = hand(window), window.until
    until(lambda: person.name("Welcome to Vitrine") in window.ask("words"), "the assistant")
    person.press("Only look at the demo show")
    person.menu("&Show", "Shows …")
    until(lambda: person.name("Empty") in window.ask("words"), "the templates")
    person.press("Empty")
    until(lambda: len(window.state()["scenes"]["scenes"]) == 1, "the new show")

    build(window, person)
    rehearse(window, person)
    hold_the_show(window, person)


def build(window: Window, person: Mouse) -> None:
    """A camera with a lower third, and a scene with the slides."""
    until = window.until
    person.menu("&View", "Producer's workspace")
    for kind in ("Camera", "Microphone", "Lower third"):
        person.press("Add a source to this scene")
        person.press(kind)
        if kind != "Lower third":
            person.press("Add")
        until(lambda: not window.ask("where", name=person.name("Cancel")), "the dialog to close")
    until(lambda: len(window.state()["scenes"]["scenes"][0]["items"]) == 2, "two items")
    person.press("Add a scene")
    person.press("OK")
    until(lambda: len(window.state()["scenes"]["scenes"]) == 2, "two scenes")
    second = window.state()["scenes"]["scenes"][1]["id"]
    until(lambda: window.state()["scenes"]["preview"] == second, "the new scene in preview")
    person.press("Add a source to this scene")
    person.press("Screen")
    person.press("Add")
    until(lambda: len(window.state()["scenes"]["scenes"][1]["items"]) == 1, "the slides")
    until(lambda: {s["status"] for s in window.state()["sources"]} == {"live"}, "all sources to be live")


def rehearse(window: Window, person: Mouse) -> None:
    """Everything as on air, for nobody."""
    until = window.until
    person.menu("&View", "Host's workspace")
    person.press("Rehearse")
    until(lambda: window.state()["show"]["state"] == "rehearsal" and window.state()["stream"]["status"] == "live", "a rehearsal")
    until(lambda: window.state()["rehearsal"]["viewers"] > 0, "simulated viewers")
    assert not window.state()["show"]["on_air"] or window.state()["show"]["readers"] == 0
    person.press("End rehearsal")
    until(lambda: window.state()["show"]["state"] == "draft" and window.state()["stream"]["status"] == "off", "its end")


def hold_the_show(window: Window, person: Mouse) -> None:
    """Live, switch, lose the camera and get it back, end."""
    until = window.until
    person.hold("Hold to go live")
    until(lambda: window.state()["show"]["state"] == "live", "live")
    scenes = window.state()["scenes"]
    first, second = (scene["id"] for scene in scenes["scenes"])
    person.take_scene(scenes["scenes"][1]["name"], 2)
    until(lambda: window.state()["scenes"]["program"] == second, "the second scene on air")
    person.take_scene(scenes["scenes"][0]["name"], 1)
    until(lambda: window.state()["scenes"]["program"] == first, "the first scene on air")
    person.mute()
    until(lambda: window.state()["mixer"]["channels"][0]["muted"], "the microphone to be muted")
    person.mute()
    until(lambda: not window.state()["mixer"]["channels"][0]["muted"], "the microphone to be heard")
    unplugged = window.home / "unplugged"
    unplugged.touch()
    until(lambda: [a["code"] for a in window.state()["alarms"] if a["level"] == "critical"] == ["lost"], "the alarm")
    until(lambda: any(w.startswith(person.name("ALARM")) for w in window.ask("words")), "the alarm in words")
    unplugged.unlink()
    until(lambda: window.state()["alarms"] == [], "the camera to be back")
    assert window.state()["show"]["state"] == "live"
    person.hold("Hold to end show")
    until(lambda: window.state()["show"]["state"] == "ended", "the end")


@pytest.mark.parametrize("window", ["en"], indirect=True)
def test_after_a_crash_on_air_the_show_is_open_as_it_was_and_one_is_asked(window: Window) -> None:
    person = Mouse(window)
    window.until(lambda: person.name("Welcome to Vitrine") in window.ask("words"), "the assistant")
    person.press("Only look at the demo show")
    person.menu("&Show", "Shows …")
    person.press("One camera")
    window.until(lambda: window.state()["show"]["title"] == "My show", "the new show")
    window.until(lambda: window.state()["link"]["status"] == "connected", "the server")
    person.hold("Hold to go live")
    window.until(lambda: window.state()["stream"]["status"] == "live" and window.state()["show"]["state"] == "live", "live")
    person.press("Panic curtain")
    window.until(lambda: window.state()["panic"], "panic")
    note = window.home / "data" / "session.json"
    window.until(
        lambda: json.loads(note.read_text()) | {"on_air": True, "panic": True} == json.loads(note.read_text()), "the note"
    )
    window.process.kill()
    window.process.wait(10)
    again = Window(window.display, window.home, window.language)
    try:
        hand = Mouse(again)
        again.until(lambda: hand.name("Welcome back") in again.ask("words"), "the question")
        assert again.state()["show"]["title"] == "My show"
        assert again.state()["stream"]["status"] == "off", "nobody goes on air unasked"
        again.until(lambda: again.state()["panic"], "the curtain to be down still")
        hand.press("Go back on air")
        again.until(lambda: again.state()["stream"]["status"] == "live", "the way back")
        assert again.state()["show"]["state"] == "live"
    finally:
        again.close()
