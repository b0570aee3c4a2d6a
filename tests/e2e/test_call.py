"""Face to face: a customer in a real browser, advisors at real windows, with camera, microphone and a shop."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from studio.bench.browser import ARGUMENTS, chromium
from tests.e2e.driving import Keyboard, Mouse, Window, opened_window
from tests.e2e.reading import near, wait_colour, wait_state
from tests.fakes import TIMEOUT_MS, TIMEOUT_S

pytestmark = pytest.mark.e2e
ORANGE = (218, 57, 15)
"""What the customer's camera shows."""
FLAGS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required")
LOUD = """async () => {
  const video = document.querySelector('vitrine-call')?.shadowRoot?.querySelector('.tile video');
  if (!video?.srcObject) return false;
  const audio = (window.ears ??= new AudioContext());
  const analyser = (window.analyser ??= (() => {
    const made = audio.createAnalyser();
    audio.createMediaStreamSource(video.srcObject).connect(made);
    return made;
  })());
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  return Math.max(...samples.map(Math.abs)) > 0.03;
}"""
FRAMES = """() => document.querySelector('vitrine-call')?.shadowRoot?.querySelector('.tile video')
  ?.getVideoPlaybackQuality().totalVideoFrames ?? 0"""
SEES = """() => {
  const video = document.querySelector('vitrine-call')?.shadowRoot?.querySelector('.tile video');
  return (video?.videoWidth ?? 0) >= 640 && video.getVideoPlaybackQuality().totalVideoFrames > 5;
}"""


@contextlib.contextmanager
def voice(fifo: Path) -> Iterator[None]:
    """Something that speaks: syllables, not a steady tone, which noise suppression would take for noise."""
    over = threading.Event()

    def make() -> None:
        dice = np.random.default_rng(3)
        at = np.arange(4800) / 48_000
        with open(fifo, "r+b", buffering=0) as pipe:
            os.set_blocking(pipe.fileno(), False)
            while not over.wait(0.1):
                pitch, strength = 140 + dice.uniform(0, 80), dice.uniform(0.1, 0.6)
                wave = np.sum([np.sin(2 * np.pi * pitch * part * at) / part for part in range(1, 8)], axis=0)
                with contextlib.suppress(BlockingIOError):
                    pipe.write((wave * strength * 12_000).astype(np.int16).tobytes())

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the customer's camera shows: orange, as Chromium reads it."""
    path = tmp_path_factory.mktemp("camera") / "orange.y4m"
    luma, u, v = (105, 85, 201)
    frame = b"FRAME\n" + bytes([luma]) * (640 * 360) + bytes([u]) * (320 * 180) + bytes([v]) * (320 * 180)
    path.write_bytes(b"YUV4MPEG2 W640 H360 F30:1 Ip A1:1 C420jpeg\n" + frame * 30)
    return path


@pytest.fixture(scope="module")
def browser(film: Path) -> Iterator[Any]:
    with chromium(*FLAGS, f"--use-file-for-fake-video-capture={film}", sound=False) as running:
        yield running


@pytest.fixture
def other_browser(browser: Any, film: Path) -> Iterator[Any]:
    """A second one, in processes of its own."""
    path = shutil.which("chromium")
    arguments = [*ARGUMENTS, *FLAGS, f"--use-file-for-fake-video-capture={film}"]
    other = browser.browser_type.launch(executable_path=path, args=arguments)
    yield other
    other.close()


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    with opened_window(tmp_path, "en", voice) as opened:
        yield opened


def pixel(window: Window, name: str) -> tuple[int, int, int]:
    """The colour on the screen in the middle of a widget."""
    from Xlib.display import Display

    where = window.ask("where", name=name)
    if where is None:
        return (0, 0, 0)
    display = Display(window.display)
    try:
        image = display.screen().root.get_image(where[0], where[1] - 60, 1, 1, 2, 0xFFFFFFFF)
        blue, green, red = image.data[0], image.data[1], image.data[2]
        return red, green, blue
    finally:
        display.close()


def remote(window: Window, field: str) -> Any:
    """What a window knows of the customer's picture and sound."""
    remotes = window.state()["call_media"]["remotes"]
    return remotes[0][field] if remotes else None


def advising(window: Window) -> tuple[str, str]:
    """What an advisor does, and with which call."""
    state = window.state()["advising"]
    return state["status"], (state["call"] or {"id": ""})["id"]


def advisor_at(window: Window, *, first: bool = True) -> Mouse:
    """Whoever answers calls there."""
    person = Mouse(window)
    if first:
        window.until(lambda: "Welcome to Vitrine" in window.ask("words"), "the assistant")
        person.press("Only look at the demo show")
        window.until(lambda: "Welcome to Vitrine" not in window.ask("words"), "the assistant to be gone")
    window.until(lambda: window.state()["shop"]["products"], "the products")
    window.until(lambda: window.ask("main"), "the window in front")
    window.x("key", "ctrl+3")
    window.until(lambda: "You are not available" in window.ask("words"), "the support workspace")
    person.press("Be available")
    window.until(lambda: window.state()["advising"]["status"] == "free", "being available")
    return person


def ring(page: Any, base: str, kind: str = "video") -> Any:
    """Choose a way, look into the mirror, and ring."""
    page.goto(f"{base}/demo/shop/product.html?id=night-cream&lang=en")
    call = page.locator("vitrine-call")
    call.locator(".launcher").click()
    call.locator(f".way[data-kind={kind}]").click()
    if kind != "text":
        call.locator(".check .primary:enabled").click()
    call.locator(".panel[data-view=waiting]").wait_for()
    return call


def tell(window: Window, *words: str) -> Any:
    """What the command line beside the window answers."""
    done = subprocess.run(
        [sys.executable, "-m", "studio", "do", *words],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        env=os.environ | {"VITRINE_HOME": str(window.home)},
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)["ok"]


def soon() -> dict[str, Any]:
    """Opening hours of a shop that is closed and opens within five minutes, in a time zone where that is today."""
    now = datetime.now(UTC)
    zone = "UTC" if 2 <= now.hour < 20 else "Pacific/Port_Moresby"
    local = now.astimezone(ZoneInfo(zone))
    opens = (local.hour * 60 + local.minute) // 5 * 5 + 5
    return {"zone": zone, "week": [[{"begins": opens, "ends": 1440}]] * 7}


def test_a_customer_rings_and_is_advised(window: Window, page: Any) -> None:
    person = advisor_at(window)
    base = window.state()["link"]["url"]
    call = ring(page, base)
    window.until(lambda: window.state()["advising"]["status"] == "ringing", "the ring")
    card = window.state()["advising"]["call"]["card"]
    assert (card["camera"], card["microphone"]) == ("granted", "granted")
    window.x("key", "Return")
    page.wait_for_function(SEES, timeout=TIMEOUT_MS)
    page.wait_for_function(LOUD, timeout=TIMEOUT_MS)
    window.until(lambda: remote(window, "picture"), "the customer's picture")
    window.until(lambda: remote(window, "heard_ms"), "the customer's voice")
    window.until(lambda: near(pixel(window, "CallPicture"), ORANGE, 40), "orange in the window")

    call.locator(".talk textarea, .talk input").first.fill("Is it good for dry skin?")
    page.keyboard.press("Enter")
    window.until(
        lambda: any(line["text"].startswith("Is it good") for line in window.state()["advising"]["lines"]), "the question"
    )
    person.write("Write to the customer", "Yes, two drops")
    window.x("key", "Return")
    call.get_by_text("Yes, two drops").first.wait_for()

    product = window.state()["shop"]["products"][1]["title"]
    person.press("Show the customer the card of {product}", product=product)
    call.get_by_text(product).first.wait_for()
    person.press("Put {product} into the cart", product=product)
    window.until(lambda: any("is in the cart" in word for word in window.ask("words")), "the shop's answer")

    person.press("End call")
    person.press("End call")
    window.until(lambda: window.state()["advising"]["status"] == "wrap_up", "the wrap-up")
    call.locator(".panel[data-view=after]").wait_for()
    person.press("Helped")
    person.press("Ready for the next call")
    window.until(lambda: window.state()["advising"]["status"] == "free", "being free again")
    counted(window, 1)
    window.until(lambda: window.state()["call_media"]["remotes"] == [], "the connection to be over")


def counted(window: Window, calls: int) -> None:
    """So many were answered today, when the server has counted."""
    window.until(lambda: window.state()["calls"]["today"]["answered"] == calls, "the count of the day")


def in_call(window: Window, page: Any) -> Any:
    """Ring, answer with Enter, and see each other."""
    call = ring(page, window.state()["link"]["url"])
    window.until(lambda: window.state()["advising"]["status"] == "ringing", "the ring")
    window.x("key", "Return")
    page.wait_for_function(SEES, timeout=TIMEOUT_MS)
    window.until(lambda: remote(window, "picture"), "the customer's picture")
    return call


def test_the_server_is_killed_while_it_rings_and_while_they_talk_and_the_page_goes_and_comes(window: Window, page: Any) -> None:
    advisor_at(window)
    ring(page, window.state()["link"]["url"])
    window.until(lambda: window.state()["advising"]["status"] == "ringing", "the ring")
    call = window.state()["advising"]["call"]["id"]
    kill_server(window)
    window.until(lambda: advising(window) == ("ringing", call), "the same ring")
    window.x("key", "Return")
    page.wait_for_function(SEES, timeout=TIMEOUT_MS)
    window.until(lambda: remote(window, "picture"), "the customer's picture")
    frames = page.evaluate(FRAMES)
    kill_server(window)
    page.wait_for_function(f"({FRAMES})() > {frames} + 30", timeout=TIMEOUT_MS)
    window.until(lambda: window.state()["advising"]["status"] == "busy", "the call, which outlived its server")
    element = page.locator("vitrine-call")
    element.locator(".talk textarea, .talk input").first.fill("Still there?")
    page.keyboard.press("Enter")
    window.until(lambda: "Still there?" in str(window.state()["advising"]["lines"]), "what was written")
    window.until(lambda: remote(window, "status") == "connected", "the connection")
    page.goto("about:blank")
    window.until(lambda: (window.state()["advising"]["call"] or {}).get("state") == "away", "the customer to be away")
    page.go_back()
    page.wait_for_function(SEES, timeout=TIMEOUT_MS)
    window.until(lambda: (window.state()["advising"]["call"] or {}).get("state") == "live", "the customer to be back")
    window.until(lambda: remote(window, "status") == "connected", "the connection")


def kill_server(window: Window) -> None:
    """-9, and wait for another one."""
    before = window.state()["link"]["server_pid"]
    os.kill(before, signal.SIGKILL)
    window.until(lambda: window.state()["link"]["server_pid"] not in (before, 0), "another server")
    window.until(lambda: window.state()["link"]["status"] == "connected", "the link")


def test_a_call_is_passed_on_to_a_colleague_and_the_next_is_answered(
    window: Window, page: Any, tmp_path: Path, other_browser: Any
) -> None:
    person = advisor_at(window)
    in_call(window, page)
    note = json.loads(next(tmp_path.rglob("server.json")).read_text())
    token = tmp_path / "token"
    token.write_text(note["token"])
    home = tmp_path / "colleague"
    home.mkdir()
    reach = ("--demo", "--server", window.state()["link"]["url"], "--token-file", str(token))
    with opened_window(home, "en", voice, *reach) as other:
        advisor_at(other, first=False)
        window.until(lambda: len(window.state()["calls"]["advisors"]) == 2, "the colleague")
        person.press("Transfer")
        window.until(lambda: "Note for the colleague" in window.ask("words"), "the dialog")
        person.write("Note for the colleague", "Wants the rose oil")
        Keyboard(window).press("Transfer")
        other.until(lambda: other.state()["advising"]["status"] == "ringing", "the ring at the colleague's")
        assert (other.state()["advising"]["call"] or {}).get("note") == "Wants the rose oil"
        other.x("key", "Return")
        other.until(lambda: remote(other, "picture"), "the customer at the colleague's")
        other.until(lambda: near(pixel(other, "CallPicture"), ORANGE, 40), "orange in the colleague's window")
        window.until(lambda: window.state()["advising"]["status"] == "wrap_up", "the first advisor's wrap-up")
        page.wait_for_function(SEES, timeout=TIMEOUT_MS)
        context = other_browser.new_context()
        second = context.new_page()
        waits = ring(second, window.state()["link"]["url"], "text")
        window.until(lambda: window.state()["calls"]["waiting"] == 1, "the second customer in line")
        person.press("Helped")
        person.press("Ready for the next call")
        window.until(lambda: window.state()["advising"]["status"] == "ringing", "the second customer's ring")
        window.x("key", "Return")
        waits.locator(".talk textarea").fill("Hello from the other browser")  # the answer may come while one writes
        second.keyboard.press("Enter")
        window.until(lambda: "other browser" in str(window.state()["advising"]["lines"]), "what the second customer writes")
        assert "other browser" not in str(other.state()["advising"]["lines"])
        counted(window, 2)
        context.close()


def test_after_hours_one_leaves_a_voice_and_another_books_and_comes_back(window: Window, page: Any, other_browser: Any) -> None:
    person = advisor_at(window)
    rules = {"hours": soon(), "bookings": True, "minutes": 5, "notice_minutes": 0, "messages": True}
    tell(window, "call.rules", f"rules={json.dumps(rules)}")
    address = f"{window.state()['link']['url']}/demo/shop/product.html?id=night-cream&lang=en"

    page.goto(address)
    call = page.locator("vitrine-call")
    call.locator(".launcher").click()
    call.get_by_role("button", name="Leave a message").click()
    call.get_by_role("radio", name="Voice").click()
    call.get_by_role("button", name="Record", exact=True).click()
    call.get_by_text("00:02").wait_for()
    call.get_by_role("button", name="Stop").click()
    call.get_by_role("button", name="Play").wait_for()
    call.locator("[autocomplete=email]").fill("anne@example.com")
    call.get_by_role("button", name="Send the message").click()
    call.get_by_text("anne@example.com").wait_for()
    (message,) = window.until(lambda: window.state()["calls"]["messages"], "the message")
    assert (message["kind"], message["contact"], message["state"]) == ("sound", "anne@example.com", "new")
    assert message["size"] > 2000
    window.until(lambda: any("message" in word for word in window.ask("words")), "the message in the window")

    context = other_browser.new_context(viewport={"width": 390, "height": 844})
    second = context.new_page()
    second.goto(address)
    booked = second.locator("vitrine-call")
    booked.locator(".launcher").click()
    booked.get_by_role("button", name="Book a time").click()
    booked.locator(".time-choice").first.click()
    booked.locator("[autocomplete=email]").fill("birgit@example.com")
    booked.get_by_role("button", name="Book this time").click()
    booked.get_by_role("button", name="Call now").wait_for()
    (booking,) = window.until(lambda: window.state()["calls"]["bookings"], "the booking")
    assert booking["contact"] == "birgit@example.com"
    token = second.evaluate("() => sessionStorage.getItem('vitrine.booking')")
    context.close()

    context = other_browser.new_context()  # another machine, with nothing but the link
    third = context.new_page()
    third.goto(f"{address}&vitrine-call={token}")
    linked = third.locator("vitrine-call")
    linked.get_by_role("button", name="Call now").click()
    assert token not in third.url
    linked.locator(".check .primary:enabled").click()
    window.until(lambda: window.state()["advising"]["status"] == "ringing", "the booked call's ring")
    window.until(lambda: any("Appointment" in word for word in window.ask("words")), "the appointment on the card")
    window.x("key", "Return")
    third.wait_for_function(SEES, timeout=TIMEOUT_MS)
    window.until(lambda: remote(window, "picture"), "the customer's picture")
    person.press("End call")
    person.press("End call")
    window.until(lambda: window.state()["advising"]["status"] == "wrap_up", "the wrap-up")
    counted(window, 1)
    context.close()


def test_a_guest_is_shown_to_the_audience_and_sent_away(window: Window, page: Any, other_browser: Any) -> None:
    person = Mouse(window)
    window.until(lambda: "Welcome to Vitrine" in window.ask("words"), "the assistant")
    person.press("Only look at the demo show")
    window.until(lambda: window.state()["shop"]["products"], "the show")
    link = str(tell(window, "guest.invite", "name=Mette"))
    guest = link.partition("#")[2].partition(".")[0]
    context = other_browser.new_context()
    theirs = context.new_page()
    theirs.goto(link.replace("#", "?lang=en#"))
    theirs.locator("vitrine-guest").get_by_role("button", name="Enter the green room").click()
    theirs.locator("vitrine-guest[connection=connected]").wait_for(timeout=TIMEOUT_MS)
    assert "#" not in theirs.url
    media = {"peer": guest, "status": "connected", "picture": True}
    window.until(lambda: [one | media == one for one in window.state()["guest_media"]] == [True], "the guest's picture")

    person.menu("&Show", "Guests …")
    window.until(lambda: "Green room" in window.ask("words"), "the dialog")
    person.press("Show {name} in preview", name="Mette")
    window.until(lambda: any(one["kind"] == "guest" for one in window.state()["sources"]), "the source")
    assert theirs.locator("vitrine-guest[air]").count() == 0
    tell(window, "stream.start")
    tell(window, "show.start", "--yes")
    tell(window, "scene.take", "transition=cut")
    theirs.locator("vitrine-guest[air]").wait_for(timeout=TIMEOUT_MS)
    window.until(lambda: any("In the programme" in word for word in window.ask("words")), "the pill")
    page.goto(window.state()["link"]["viewer_url"])
    wait_state(page, "playing")
    wait_colour(page, ORANGE, timeout_ms=TIMEOUT_MS)

    tell(window, "guest.remove", f"guest={guest}")
    window.until(lambda: window.state()["guest_media"] == [] and window.state()["guests"] == [], "the guest to be gone")
    theirs.locator("vitrine-guest:not([air])").wait_for()
    context.close()
