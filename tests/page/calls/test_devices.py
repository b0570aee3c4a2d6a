"""Camera and microphone are tried before it rings; whoever has none, or refuses them, is helped and can still talk."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.calls.customer import CALL, choose, part, press
from tests.page.devices import NO_DEVICES, REFUSE
from tests.page.fake_calls import FakeCalls
from tests.page.fake_show import until


def test_camera_and_microphone_are_tried_before_it_rings(calls: FakeCalls, page: Page) -> None:
    calls.open(page)
    choose(page, "video")
    page.wait_for_function(f"{CALL}.shadowRoot.querySelector('.preview video').videoWidth === 1280")
    expect(part(page, ".meter + .fine")).to_have_text("You can be heard.")
    assert calls.told("ring") == []
    press(page, "Call now")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    [ring] = calls.told("ring")
    assert ring["card"] == {"camera": "granted", "microphone": "granted"}


def test_who_goes_back_is_seen_by_nobody(calls: FakeCalls, page: Page) -> None:
    calls.open(page)
    choose(page, "video")
    part(page, ".check .primary:enabled").wait_for()
    page.evaluate(f"window.track = {CALL}.session.media.devices.tracks.camera")
    press(page, "Back")
    page.wait_for_function("track.readyState === 'ended'")
    assert page.evaluate(f"{CALL}.session.media.devices.tracks") == {"camera": None, "microphone": None}


@pytest.mark.parametrize(
    ("error", "state", "words", "told"),
    [
        ("NotAllowedError", "denied", "The camera is blocked for this page.", "denied"),
        ("NotAllowedError", "prompt", "The camera was not allowed.", "prompt"),
        ("NotFoundError", "prompt", "The camera was not found.", "missing"),
        ("NotReadableError", "granted", "The camera is in use by another program.", "granted"),
    ],
)
def test_who_has_no_camera_can_call_without(calls: FakeCalls, page: Page, error: str, state: str, words: str, told: str) -> None:
    faults = NO_DEVICES.format(camera_state=state, microphone_state="granted") + REFUSE.format(camera=error, microphone="")
    if told == "missing":
        faults += "navigator.mediaDevices.enumerateDevices = async () => [{ kind: 'audioinput', deviceId: 'm', label: 'M' }];"
    page.add_init_script(faults)
    calls.open(page)
    choose(page, "video")
    expect(part(page, ".trouble .what")).to_have_text(words)
    expect(part(page, ".check .primary")).to_have_text("Call without a camera")
    part(page, ".check .primary:enabled").click()
    until(page, lambda: bool(calls.told("ring")), "the ring")
    [ring] = calls.told("ring")
    assert (ring["kind"], ring["card"]) == ("watch", {"camera": told, "microphone": "granted"})


def test_a_guide_says_what_to_do_and_trying_again_helps(calls: FakeCalls, page: Page) -> None:
    faults = NO_DEVICES.format(camera_state="denied", microphone_state="denied")
    page.add_init_script(faults + REFUSE.format(camera="NotAllowedError", microphone="NotAllowedError"))
    calls.open(page)
    choose(page, "video")
    expect(part(page, ".trouble .what")).to_have_text(
        ["The microphone is blocked for this page.", "The camera is blocked for this page."]
    )
    expect(part(page, ".trouble").first).to_contain_text("Press the icon to the left of the address")
    assert page.evaluate("asked") == 1, "nobody is asked twice"
    expect(part(page, ".check .primary")).to_be_hidden()
    page.evaluate("window.cured = true")
    part(page, ".trouble button").first.click()
    part(page, ".check .primary:enabled", has_text="Call now").wait_for()
    expect(part(page, ".trouble")).to_have_count(0)


def test_who_cannot_be_heard_can_write(calls: FakeCalls, page: Page) -> None:
    faults = NO_DEVICES.format(camera_state="granted", microphone_state="denied")
    page.add_init_script(faults + REFUSE.format(camera="", microphone="NotAllowedError"))
    calls.open(page)
    choose(page, "sound")
    expect(part(page, ".trouble .what")).to_have_text("The microphone is blocked for this page.")
    press(page, "Write instead")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    assert calls.told("ring")[0]["kind"] == "text"


def test_a_page_without_https_says_so(calls: FakeCalls, page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    calls.open(page)
    choose(page, "video")
    expect(part(page, ".trouble .what").first).to_contain_text("only works on pages with a secure address")
    assert part(page, ".trouble button").count() == 0, "trying again does not help"
