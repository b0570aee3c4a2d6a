"""`<vitrine-guest>` against a server of our own making, with a desktop behind it: the whole way of a show's guest."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from studio.bench.browser import chromium
from studio.server.guests.words import Hello
from tests.fakes import TIMEOUT_MS
from tests.page.axe import AXE, wrong
from tests.page.devices import FLAGS, LET_GO, NO_DEVICES, REFUSE, TRACKS
from tests.page.fake_guests import TOKEN, FakeGuests, fake_guests
from tests.page.fake_show import BAD, turn, until

GUEST = "document.querySelector('vitrine-guest')"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
DENIED = NO_DEVICES.format(camera_state="denied", microphone_state="denied") + REFUSE.format(
    camera="NotAllowedError", microphone="NotAllowedError"
)
NO_CAMERA = NO_DEVICES.format(camera_state="prompt", microphone_state="granted") + REFUSE.format(
    camera="NotFoundError", microphone=""
)
RED = f"""() => {{
  const video = {GUEST}.shadowRoot.querySelector('.tile video');
  const draw = Object.assign(document.createElement('canvas'), {{ width: 8, height: 8 }}).getContext('2d');
  draw.drawImage(video, 0, 0, 8, 8);
  const [red, green, blue] = draw.getImageData(4, 4, 1, 1).data;
  return video.videoWidth === 320 && red > 150 && green < 90 && blue < 90;
}}"""
HEARD = f"""async () => {{
  let energy = 0;
  (await {GUEST}.session.partner.leg.connection.getStats()).forEach((report) => {{
    if (report.type === 'inbound-rtp' && report.kind === 'audio') energy = report.totalAudioEnergy ?? 0;
  }});
  return energy > 0.1;
}}"""
SAID = f"""window.said = []; new MutationObserver(() => said.push({GUEST}.alert.textContent))
  .observe({GUEST}.alert, {{ childList: true }});"""
ASKED = """window.wishes = []; {
  const take = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function (what) { wishes.push(what); return take.call(this, what); };
}"""
WAKE = """window.wake = 0; Object.defineProperty(navigator, 'wakeLock', { value: { request: async () => {
  window.wake += 1;
  return Object.assign(new EventTarget(), { release: async () => { window.wake -= 1; } });
} } });"""
TORCH = """{
  const can = MediaStreamTrack.prototype.getCapabilities;
  MediaStreamTrack.prototype.getCapabilities = function () { return { ...can.call(this), torch: this.kind === 'video' }; };
  const apply = MediaStreamTrack.prototype.applyConstraints;
  MediaStreamTrack.prototype.applyConstraints = async function (wanted) {
    const [light] = wanted?.advanced ?? [];
    if (light && 'torch' in light) window.light = light.torch;
    else return apply.call(this, wanted);
  };
}"""
UPRIGHT = """MediaDevices.prototype.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 180, height: 320 });
  const paint = canvas.getContext('2d');
  setInterval(() => { paint.fillStyle = '#2030d0'; paint.fillRect(0, 0, 180, 320); }, 50);
  return canvas.captureStream(20);
};"""
TICKING = """window.ticking = new Map(); {
  const [set, clear] = [window.setInterval, window.clearInterval];
  window.setInterval = (work, ms) => { const n = set(work, ms); ticking.set(n, String(work)); return n; };
  window.clearInterval = (n) => { ticking.delete(n); clear(n); };
}"""
"""What goes on by itself."""
BLOCKED_SOUND = """{
  let touched = false;
  addEventListener('pointerdown', () => { touched = true; }, true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (this.muted || touched) return play.call(this);
    return Promise.reject(new DOMException('', 'NotAllowedError'));
  };
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(*FLAGS, "--use-fake-device-for-media-stream=device-count=2", sound=False, light=True) as running:
        yield running


@pytest.fixture
def guests() -> Iterator[FakeGuests]:
    with fake_guests() as server:
        yield server


Guest = Callable[..., Any]


@pytest.fixture
def guest(browser: Any, guests: FakeGuests) -> Iterator[Guest]:
    """Makes a page in a browser of its own, which must stay free of errors and keep to the policy."""
    made: list[Any] = []
    problems: list[str] = []

    def make(*scripts: str, **settings: Any) -> Any:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 720}, "locale": "en-GB"} | settings)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", lambda message: problems.extend([message.text] if "Security Policy" in message.text else []))
        made.append(context)
        page = context.new_page()
        for script in (TRACKS, *scripts):
            page.add_init_script(script)
        return page

    yield make
    for context in made:
        context.close()
    assert problems == []


@pytest.fixture
def page(guest: Guest) -> Any:
    return guest()


def part(page: Any, selector: str) -> Any:
    return page.locator("vitrine-guest").locator(selector)


def press(page: Any, words: str) -> None:
    page.locator("vitrine-guest").get_by_role("button", name=words, exact=True).click()


def invited(guests: FakeGuests, page: Any) -> None:
    """Before the green room, with camera and microphone."""
    page.goto(guests.link)
    part(page, ".go .primary:enabled").wait_for()


def enter(guests: FakeGuests, page: Any) -> None:
    """Into the green room, connected."""
    invited(guests, page)
    part(page, ".go .primary").click()
    connected(page)


def connected(page: Any) -> None:
    page.locator("vitrine-guest[connection=connected]").wait_for()


def put_on_air(guests: FakeGuests, page: Any) -> None:
    guests.sends(air=True)
    page.locator("vitrine-guest[air]").wait_for()


# Before


def test_who_is_invited_sees_by_whom_and_to_what(guests: FakeGuests, page: Any) -> None:
    invited(guests, page)
    expect(part(page, ".invites")).to_have_text("Maison Lund invites you")
    expect(part(page, "h1")).to_have_text("The spring show")
    expect(part(page, "#guest-name")).to_have_value("Anne Holm")
    page.wait_for_function(f"{GUEST}.shadowRoot.querySelector('.preview video').videoWidth === 1280")
    expect(part(page, ".before .preview video")).to_have_class("mirrored")
    expect(part(page, ".before .meter + .fine")).to_have_text("You can be heard.")
    expect(part(page, ".go [role=status]")).to_contain_text("Nobody sees or hears you yet.")
    assert guests.desktop.heard == [], "nothing is offered before the green room"
    assert guests.told(Hello)[0].name == "", "they are called as they were invited"


def test_the_token_leaves_the_address_and_stands_in_no_request(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    assert page.url == f"{guests.url}/guest"
    page.reload()
    connected(page)
    assert page.evaluate("history.length") <= 2
    assert [hello.token for hello in guests.told(Hello)] == [TOKEN, TOKEN]
    assert len(guests.requests) > 20
    assert [asked for asked in guests.requests if TOKEN in asked or "0badcafe" in asked] == []


def test_without_a_link_nobody_is_asked_for_anything(guests: FakeGuests, guest: Guest) -> None:
    page = guest(ASKED)
    page.goto(f"{guests.url}/guest")
    expect(part(page, "h1")).to_have_text("A link is needed")
    assert (guests.sockets, page.evaluate("wishes")) == (0, [])
    page.goto(f"{guests.url}/guest#{TOKEN}")  # the same page: only what stands after # is another
    expect(part(page, ".invites")).to_have_text("Maison Lund invites you")


@pytest.mark.parametrize(("why", "heading"), [("unknown", "This link is not valid"), ("slow", "Too many wrong links")])
def test_a_link_that_does_not_hold(guests: FakeGuests, guest: Guest, why: str, heading: str) -> None:
    guests.known, guests.refusal = False, why
    page = guest(ASKED)
    page.goto(guests.link)
    expect(part(page, "h1")).to_have_text(heading)
    assert part(page, "button:visible").count() == 0
    assert (guests.sockets, page.evaluate("wishes")) == (1, [])
    kept = TOKEN in page.evaluate("sessionStorage.getItem('vitrine.guest')")
    assert kept == (why == "slow"), "it may be a true one, and is to be opened once more"


@pytest.mark.parametrize(("language", "words"), [("da", "Maison Lund inviterer dig"), ("en", "Maison Lund invites you")])
def test_the_page_speaks_the_guests_language(guests: FakeGuests, guest: Guest, language: str, words: str) -> None:
    page = guest(locale=language)
    invited(guests, page)
    expect(part(page, ".invites")).to_have_text(words)


def test_who_has_no_permission_is_helped(guests: FakeGuests, guest: Guest) -> None:
    page = guest(DENIED)
    page.goto(guests.link)
    expect(part(page, ".trouble .what")).to_have_text(
        ["The microphone is blocked for this page.", "The camera is blocked for this page."]
    )
    expect(part(page, ".trouble").first).to_contain_text("Press the icon to the left of the address")
    page.evaluate("window.cured = true")
    part(page, ".trouble button").first.click()
    expect(part(page, ".trouble")).to_have_count(0)
    page.wait_for_function(f"{GUEST}.shadowRoot.querySelector('.preview video').videoWidth === 1280")


def test_who_has_no_camera_is_heard(guests: FakeGuests, guest: Guest) -> None:
    page = guest(NO_CAMERA)
    page.goto(guests.link)
    expect(part(page, ".trouble .what")).to_have_text("The camera was not found.")
    part(page, ".go .primary:enabled").click()
    connected(page)
    expect(part(page, ".plate [role=status]")).to_have_text("The host hears you, the audience does not.")
    until(page, lambda: guests.desktop.loudest > 500, "the sound")
    assert guests.desktop.told("sends")[-1] == {"type": "sends", "picture": False, "sound": True, "screen": False}


def test_a_page_without_https_says_so(guests: FakeGuests, guest: Guest) -> None:
    page = guest("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    page.goto(guests.link)
    expect(part(page, ".trouble").first).to_contain_text("Ask the host for a link that begins with https.")


# The green room


def test_in_the_green_room_the_host_sees_and_hears(guests: FakeGuests, guest: Guest) -> None:
    page = guest(ASKED)
    invited(guests, page)
    sound = page.evaluate("wishes")[0]["audio"]
    assert {"echoCancellation": True, "noiseSuppression": True, "autoGainControl": True}.items() <= sound.items()
    part(page, ".go .primary").click()
    connected(page)
    until(page, lambda: guests.desktop.frames > 3 and guests.desktop.loudest > 500, "picture and sound")
    until(page, lambda: guests.desktop.size[1] >= 360, "a picture of its size")
    expect(part(page, "h1")).to_have_text("Green room")
    expect(part(page, ".plate [role=status]")).to_have_text("The host sees and hears you, the audience does not.")
    assert guests.desktop.told("sends")[-1] == {"type": "sends", "picture": True, "sound": True, "screen": False}
    offer = guests.desktop.told("offer")[0]["sdp"]
    assert re.findall(r"^m=(\w+)", offer, re.MULTILINE) == ["audio", "video"]
    assert offer.count("a=sendrecv") == 2
    assert re.search(r"a=rtcp-fb:\d+ nack\r\n", offer)


def test_the_programme_comes_back_with_its_sound(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    guests.sends(air=False)
    page.wait_for_function(RED)
    page.wait_for_function(HEARD)
    assert page.evaluate(f"{GUEST}.shadowRoot.querySelector('.tile video').muted") is False


def test_a_browser_that_wants_a_touch_before_sound_gets_a_button(guests: FakeGuests, guest: Guest) -> None:
    page = guest()
    enter(guests, page)
    page.add_init_script(BLOCKED_SOUND)
    page.reload()  # nobody has touched this page yet
    connected(page)
    button = page.locator("vitrine-guest").get_by_role("button", name="Turn sound on")
    button.click()
    expect(button).to_be_hidden()
    assert page.evaluate(f"{GUEST}.shadowRoot.querySelector('.tile video').muted") is False


def test_another_name_is_told_to_the_server(guests: FakeGuests, page: Any) -> None:
    invited(guests, page)
    part(page, "#guest-name").fill("  Ane H. ")
    page.keyboard.press("Enter")
    connected(page)
    assert [hello.name for hello in guests.told(Hello)] == ["", "Ane H."]
    assert [offer["leg"] for offer in guests.desktop.told("offer")] == [1]


def test_on_air_is_shown_said_and_stands_in_the_title(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    guests.sends(air=False)
    page.evaluate(SAID)
    expect(page).to_have_title("Green room · The spring show")
    put_on_air(guests, page)
    expect(part(page, "h1")).to_have_text("ON AIR")
    expect(part(page, ".plate [role=status]")).to_have_text("The audience sees and hears you.")
    expect(page).to_have_title("● ON AIR · Green room · The spring show")
    frame = f"getComputedStyle({GUEST}.shadowRoot.querySelector('.green'), '::after').borderTopWidth"
    assert page.evaluate(frame) == "8px"
    assert part(page, ".plate").evaluate("(plate) => getComputedStyle(plate).backgroundColor") == "rgb(201, 37, 43)"
    guests.sends(air=False)
    expect(part(page, "h1")).to_have_text("Green room")
    expect(page).to_have_title("Green room · The spring show")
    assert page.evaluate("said") == ["You are on air. The audience sees and hears you.", "You are off air."]
    assert page.evaluate(f"{GUEST}.alert.getAttribute('aria-live')") == "assertive"


def test_what_is_said_on_air_is_true(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    put_on_air(guests, page)
    why = part(page, ".plate [role=status]")
    page.keyboard.press("m")
    expect(why).to_have_text("The audience sees you, and does not hear you.")
    page.keyboard.press("v")
    expect(why).to_have_text("You are in the show, but neither seen nor heard.")
    page.keyboard.press("M")
    expect(why).to_have_text("The audience hears you, and does not see you.")


def test_on_air_is_said_from_within_a_dialog(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    press(page, "Devices")
    put_on_air(guests, page)
    assert page.evaluate(f"{GUEST}.alert.closest('dialog:modal')?.localName") == "dialog"


def test_muted_is_muted_and_the_camera_goes_dark(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    page.evaluate(f"window.track = {GUEST}.session.media.devices.tracks.camera")
    press(page, "Mute the microphone")
    expect(part(page, ".top .pill").first).to_have_text("You are muted")
    press(page, "Turn the camera off")
    page.wait_for_function("track.readyState === 'ended'")
    wanted = {"type": "sends", "picture": False, "sound": False, "screen": False}
    until(page, lambda: guests.desktop.told("sends")[-1] == wanted, "what is sent")
    expect(part(page, ".own")).to_be_hidden()
    page.reload()
    connected(page)
    expect(part(page, ".top .pill:visible")).to_have_text(["You are muted", "Your camera is off"])
    press(page, "Turn the camera on")
    expect(part(page, ".own")).to_be_visible()


def test_who_speaks_while_muted_is_told(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    assert page.evaluate(f"{GUEST}.views.green.speaking.level.track") is None, "nobody listens to who is not muted"
    press(page, "Mute the microphone")
    page.wait_for_function(f"{GUEST}.views.green.speaking.level.track !== null")  # it begins to listen anew, from nothing
    page.evaluate(f"window.clearInterval({GUEST}.views.green.speaking.level.timer)")  # the fake microphone only beeps
    look = f"{GUEST}.views.green.speaking.look"
    page.evaluate(f"for (const level of [0.1, 0.9, 0.1, 0.1]) {look}(level)")
    turn(page)
    expect(part(page, ".banner")).to_have_text("")
    page.evaluate(f"for (const level of [0.9, 0.2, 0.9, 0.9]) {look}(level)")
    expect(part(page, ".banner")).to_have_text("You are speaking, but you are muted.")
    page.evaluate(f"for (let n = 0; n < 40; n += 1) {look}(0.1)")
    expect(part(page, ".banner")).to_have_text("")


def test_keys_can_be_switched_off(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    expect(part(page, ".green .control").first).to_have_attribute("aria-keyshortcuts", "M")
    press(page, "Devices")
    part(page, "#guest-keys").uncheck()
    press(page, "Done")
    page.keyboard.press("m")
    turn(page)
    expect(part(page, ".green .control").first).to_have_attribute("aria-label", "Mute the microphone")
    assert part(page, ".green .control").first.get_attribute("aria-keyshortcuts") is None


def test_another_camera_is_chosen_without_a_new_connection(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    press(page, "Devices")
    select = part(page, "dialog #call-camera")
    other = select.locator("option").nth(1)
    label = other.inner_text()
    select.select_option(index=1)
    # Chromium's second fake camera gives no pictures here: that it is the one that is sent has to do.
    page.wait_for_function(f"(label) => {GUEST}.session.partner.leg.picture.sender.track?.label === label", arg=label)
    press(page, "Done")
    assert guests.desktop.leg == 1


def test_the_screen_stays_awake_as_long_as_one_is_there(guests: FakeGuests, guest: Guest) -> None:
    page = guest(WAKE)
    invited(guests, page)
    assert page.evaluate("wake") == 0
    part(page, ".go .primary").click()
    page.wait_for_function("wake === 1")
    press(page, "Leave")
    page.wait_for_function("wake === 0")


# When something is in the way


def test_a_studio_that_is_not_there_yet_is_waited_for(guests: FakeGuests, page: Any) -> None:
    guests.here = False
    invited(guests, page)
    part(page, ".go .primary").click()
    expect(part(page, ".cover p")).to_have_text("The studio is not here yet. Stay: you are connected by itself.")
    assert guests.desktop.heard == []
    guests.desktop_is(True)
    connected(page)
    until(page, lambda: guests.desktop.frames > 3, "the picture")


def test_a_lost_socket_comes_back_and_the_connection_stays(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    until(page, lambda: guests.desktop.frames > 3, "the picture")
    guests.lost = True
    guests.shut()
    expect(part(page, ".banner")).to_have_text("The connection is lost. It is coming back by itself.")
    guests.lost = False
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, lambda: len(guests.told(Hello)) == 2, "the second hello")
    expect(part(page, ".banner")).to_have_text("")
    assert guests.desktop.leg == 1, "sound and picture went on"


def test_another_desktop_asks_again_and_gets_the_next_leg(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    until(page, lambda: guests.desktop.frames > 3, "the picture")
    guests.restart_desktop()
    until(page, lambda: guests.desktop.leg >= 2, "another offer")  # the page may have seen it go, and offered to nobody
    until(page, lambda: guests.desktop.frames > 3 and guests.desktop.loudest > 500, "picture and sound")
    connected(page)


def test_a_reload_comes_back_into_the_green_room(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    page.reload()
    connected(page)
    until(page, lambda: guests.desktop.leg == 2, "legs go on counting")
    expect(part(page, "h1")).to_have_text("Green room")


# The phone that is a camera


def test_a_phone_can_be_only_a_camera(guests: FakeGuests, guest: Guest) -> None:
    page = guest(ASKED, WAKE, **PHONE)
    invited(guests, page)
    part(page, "#guest-phone").check()
    part(
        page,
        ".go .primary:enabled",
    ).filter(has_text="Begin to film").click()
    connected(page)
    until(page, lambda: guests.desktop.frames > 3, "the picture")
    last = page.evaluate("wishes").pop()
    assert "audio" not in last
    assert last["video"]["facingMode"] == "environment"
    assert (last["video"]["width"], last["video"]["height"]) == ({"ideal": 1280}, {"ideal": 720})
    assert page.evaluate("tracks.filter((track) => track.readyState === 'live').map((track) => track.kind)") == ["video"]
    assert guests.desktop.told("sends")[-1] == {"type": "sends", "picture": True, "sound": False, "screen": False}
    assert guests.desktop.loudest == 0
    assert page.evaluate(f"[...{GUEST}.shadowRoot.querySelectorAll('video')].every((video) => video.muted)")
    expect(part(page, "h1")).to_have_text("Camera ready")
    expect(part(page, ".plate [role=status]")).to_have_text("The host sees this picture, the audience does not.")
    expect(part(page, ".stage video")).not_to_have_class("mirrored")
    assert page.evaluate("wake") == 1
    put_on_air(guests, page)
    expect(part(page, ".plate [role=status]")).to_have_text("The audience sees this picture.")


def test_a_phone_has_its_other_camera_and_its_light(guests: FakeGuests, guest: Guest) -> None:
    page = guest(TORCH, **PHONE)
    invited(guests, page)
    part(page, "#guest-phone").check()
    part(page, ".go .primary:enabled").filter(has_text="Begin to film").click()
    connected(page)
    press(page, "Turn the light on")
    page.wait_for_function("window.light === true")
    before = page.evaluate(f"{GUEST}.session.media.devices.tracks.camera.id")
    press(page, "Other camera")
    page.wait_for_function(
        f"(before) => ![before, undefined].includes({GUEST}.session.media.devices.tracks.camera?.id)", arg=before
    )
    expect(page.locator("vitrine-guest").get_by_role("button", name="Turn the light on")).to_be_visible()


def test_a_phone_that_stands_upright_is_to_be_turned(guests: FakeGuests, guest: Guest) -> None:
    page = guest(UPRIGHT, **PHONE)
    invited(guests, page)
    part(page, "#guest-phone").check()
    part(page, ".go .primary:enabled").filter(has_text="Begin to film").click()
    connected(page)
    expect(part(page, ".banner")).to_have_text("Turn the phone on its side: the show is filmed wide.")


def test_a_desk_has_neither(guests: FakeGuests, page: Any) -> None:
    invited(guests, page)
    expect(part(page, ".only").first).to_be_hidden()
    expect(page.locator("vitrine-guest").get_by_role("button", name="Other camera")).to_be_hidden()


# Afterwards


def test_who_leaves_is_let_go_of(guests: FakeGuests, guest: Guest) -> None:
    page = guest(TICKING)
    enter(guests, page)
    press(page, "Mute the microphone")
    assert page.evaluate("ticking.size") > 0
    press(page, "Leave")
    expect(part(page, "h1")).to_have_text("You have left")
    page.wait_for_function(LET_GO)
    until(page, lambda: guests.ended == 1, "the socket")
    assert guests.desktop.told("bye") == [{"type": "bye", "leg": 1}]
    left = f"[{GUEST}.session.socket.closed, {GUEST}.session.legs.partners.size, {GUEST}.views.green.speaking.level.context]"
    assert page.evaluate(left) == [True, 0, None]
    assert page.evaluate("[...ticking.values()]") == []
    press(page, "Come back")
    part(page, ".go .primary:enabled").click()
    connected(page)
    assert guests.desktop.leg == 2


def test_who_is_on_air_is_asked_before_they_leave(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    put_on_air(guests, page)
    press(page, "Leave")
    question = page.locator("vitrine-guest").get_by_role("alertdialog")
    expect(question).to_contain_text("You are on air. Leave the show?")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    press(page, "Leave")
    question.get_by_role("button", name="Leave").click()
    expect(part(page, "h1")).to_have_text("You have left")
    expect(page).to_have_title("Green room · The spring show")


def test_who_is_sent_away_stays_away(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    put_on_air(guests, page)
    guests.shut(4003)
    expect(part(page, "h1")).to_have_text("Your visit is over")
    page.wait_for_function(LET_GO)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    turn(page)
    assert (guests.sockets, part(page, "button:visible").count()) == (1, 0)
    page.reload()
    expect(part(page, "h1")).to_have_text("A link is needed")


def test_a_place_that_is_taken_can_be_taken_back(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    guests.shut(4001)
    expect(part(page, "h1")).to_have_text("You are here on another page")
    page.wait_for_function(LET_GO)
    page.reload()
    expect(part(page, "h1")).to_have_text("You are here on another page")
    assert guests.sockets == 1, "a reload takes nobody's place"
    press(page, "Continue here")
    connected(page)
    assert (guests.sockets, guests.desktop.leg) == (2, 2)


def test_an_element_that_is_taken_away_leaves_nothing(guests: FakeGuests, page: Any) -> None:
    enter(guests, page)
    page.evaluate(f"window.gone = {GUEST}; gone.remove()")
    page.wait_for_function(LET_GO)
    until(page, lambda: guests.ended == 1, "the socket")
    assert page.evaluate("[gone.session.socket.closed, gone.drawing, gone.session.wake.held]") == [True, 0, False]


# Strangers, and everybody


def test_what_the_server_says_is_text(guests: FakeGuests, page: Any) -> None:
    guests.brand = guests.title = guests.name = BAD
    enter(guests, page)
    put_on_air(guests, page)
    for data in ({"type": "sends", "air": "yes"}, {"type": "answer", "leg": 1, "sdp": 3}, {"type": BAD}, {}):
        guests.signal(**data)
    guests.say(t="signal", data=None)
    guests.say(t=BAD)
    expect(part(page, "h1")).to_have_text("Green room")
    expect(part(page, ".plate .of")).to_have_text(f"{BAD} · {BAD}")
    assert page.evaluate("window.bad") is None


@pytest.mark.parametrize(("scheme", "settings"), [("light", {}), ("dark", PHONE)])
def test_nobody_is_shut_out(guests: FakeGuests, guest: Guest, scheme: str, settings: dict[str, Any]) -> None:
    if not AXE.exists():
        pytest.skip("npm ci --prefix tests/page")
    page = guest(color_scheme=scheme, reduced_motion="reduce", bypass_csp=True, **settings)
    found: dict[str, list[str]] = {}
    look: Callable[[str], None] = lambda name: found.update({name: wrong(page)})  # noqa: E731
    invited(guests, page)
    page.evaluate(AXE.read_text())
    look("before")
    part(page, ".go .primary").click()
    connected(page)
    assert page.evaluate(f"{GUEST}.shadowRoot.activeElement.localName") == "h1", "the keyboard is in the new view"
    look("green room")
    press(page, "Mute the microphone")
    put_on_air(guests, page)
    look("on air")
    press(page, "Leave")
    look("leave?")
    page.keyboard.press("Escape")
    press(page, "Devices")
    look("devices")
    page.keyboard.press("Escape")
    guests.shut(4001)
    part(page, ".over").wait_for()
    look("elsewhere")
    press(page, "Continue here")
    connected(page)
    press(page, "Leave")
    press(page, "Come back")
    if settings:
        part(page, "#guest-phone").check()
        look("a phone, before")
        part(page, ".go .primary:enabled").filter(has_text="Begin to film").click()
        connected(page)
        look("filming")
    assert {name: sentences for name, sentences in found.items() if sentences} == {}


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (360, 740), (740, 360), (640, 360), (320, 640)])
def test_everything_fits(guests: FakeGuests, guest: Guest, width: int, height: int) -> None:
    """Also at 200 %: half as many pixels."""
    page = guest(viewport={"width": width, "height": height}, locale="da")
    outside = f"""() => [...{GUEST}.shadowRoot.querySelectorAll('button, input, select, h1, .plate p, .pill')]
      .filter((one) => one.checkVisibility()).filter((one) => {{
        const {{ left, right }} = one.getBoundingClientRect();
        return left < -1 || right > innerWidth + 1;
      }}).map((one) => one.outerHTML)"""
    below = f"""() => [...{GUEST}.shadowRoot.querySelectorAll('.green :is(button, h1)')].filter((one) => one.checkVisibility())
      .filter((one) => one.getBoundingClientRect().bottom > innerHeight + 1).map((one) => one.outerHTML)"""
    invited(guests, page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(outside) == []
    part(page, ".go .primary").click()
    connected(page)
    put_on_air(guests, page)
    assert page.evaluate(outside) == []
    assert page.evaluate(below) == []
