"""A newcomer's whole evening in the real window on a real X display, by mouse alone and by keyboard alone, in both languages."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.driving import Keyboard, Mouse, Window, opened_window
from tests.fakes import TIMEOUT_S

pytestmark = pytest.mark.e2e


@pytest.fixture(params=["en", "da"])
def window(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Window]:
    with opened_window(tmp_path, request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("window", "hand"), [("da", Mouse), ("en", Keyboard)], ids=["da-mouse", "en-keyboard"], indirect=["window"]
)
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


def alarms(window: Window) -> list[tuple[str, str]]:
    return [(alarm["level"], alarm["code"]) for alarm in window.state()["alarms"]]


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
    until(lambda: ("critical", "lost") in alarms(window), "the alarm")
    until(lambda: any(w.startswith(person.name("ALARM")) for w in window.ask("words")), "the alarm in words")
    unplugged.unlink()
    until(lambda: ("critical", "lost") not in alarms(window), "the camera to be back")
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
    window.process.wait(TIMEOUT_S)
    again = Window(window.display, window.home, window.language)
    try:
        hand = Mouse(again)
        again.until(lambda: hand.name("Welcome back") in again.ask("words"), "the question")
        assert again.state()["show"]["title"] == "My show"
        assert again.state()["stream"]["status"] == "off", "nobody goes on air unasked"
        again.until(lambda: again.state()["panic"], "the curtain to be down still")
        hand.press("Go back on air")
        again.until(lambda: again.state()["stream"]["status"] == "live", "the way back")
        again.until(lambda: again.state()["show"]["state"] == "live", "the show to be live")
        os.kill(again.state()["link"]["server_pid"], signal.SIGTERM)  # adopted, it would outlive this desktop as well
    finally:
        again.close()
