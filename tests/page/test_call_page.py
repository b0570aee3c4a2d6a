"""`<vitrine-call>` against a call server of our own making, with an advisor in another page: the whole way of a customer."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.axe import AXE, wrong
from tests.page.devices import FLAGS, NO_DEVICES, REFUSE
from tests.page.fake_calls import METTE, OIL, OPEN, SECRET, FakeCalls, advisor
from tests.page.fake_show import BAD, HOME, NO, YES, turn, until

CALL = "document.querySelector('vitrine-call')"
COLOUR = """() => {
  const video = document.querySelector('vitrine-call').shadowRoot.querySelector('.tile video');
  const small = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  const draw = small.getContext('2d');
  draw.drawImage(video, 0, 0, 8, 8);
  const [red, green, blue] = draw.getImageData(4, 4, 1, 1).data;
  return video.videoWidth === 320 && red > 150 && green < 90 && blue < 90;
}"""
HEARD = """async () => {
  let energy = 0;
  const [partner] = document.querySelector('vitrine-call').session.legs.partners.values();
  (await partner.leg.connection.getStats()).forEach((report) => {
    if (report.type === 'inbound-rtp' && report.kind === 'audio') energy = report.totalAudioEnergy ?? 0;
  });
  return energy > 0.1;
}"""
SHARE = """navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 400 });
  const paint = canvas.getContext('2d');
  setInterval(() => { paint.fillStyle = '#2030d0'; paint.fillRect(0, 0, 640, 400); }, 50);
  return canvas.captureStream(20);
};"""
EVENTS = "window.heard = []; document.addEventListener('vitrine:call', (event) => heard.push(event.detail.state))"
CART = """window.carts = []; document.addEventListener('vitrine:add-to-cart', ({ detail }) => {
  carts.push({ lines: detail.lines, attribution: detail.attribution });
  detail.answer(window.shop ?? { status: 'ok', cart: { count: 1 } });
});"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium(*FLAGS, sound=False, light=True) as running:
        yield running


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    """One visitor's browser, whose pages must stay free of errors and keep to the policy."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", timezone_id="Europe/Copenhagen")
    made.set_default_timeout(TIMEOUT_MS)
    wrong: list[str] = []
    made.on("weberror", lambda error: wrong.append(str(error.error)))
    made.on("console", lambda message: wrong.extend([message.text] if "Content Security Policy" in message.text else []))
    yield made
    made.close()
    assert wrong == []


@pytest.fixture
def calls(context: Any) -> FakeCalls:
    return FakeCalls(context)


@pytest.fixture
def page(context: Any) -> Any:
    return context.new_page()


def part(page: Any, selector: str, **filters: Any) -> Any:
    return page.locator("vitrine-call").locator(selector, **filters)


def press(page: Any, words: str) -> None:
    page.locator("vitrine-call").get_by_role("button", name=words, exact=True).click()


def choose(page: Any, kind: str) -> None:
    part(page, ".launcher").click()
    part(page, f".way[data-kind={kind}]").click()


def in_line(calls: FakeCalls, page: Any, kind: str = "text", path: str = "/") -> None:
    """Somebody who waits."""
    calls.open(page, path)
    choose(page, kind)
    if kind != "text":
        part(page, ".check .primary:enabled").click()
    part(page, ".panel[data-view=waiting]").wait_for()


def in_call(calls: FakeCalls, page: Any, kind: str = "text", **changes: Any) -> None:
    in_line(calls, page, kind)
    calls.answer(**changes)
    part(page, ".panel[data-view=room]").wait_for()


def talking(calls: FakeCalls, page: Any, kind: str = "video") -> Any:
    """A call with an advisor in another page; the advisor's page."""
    other = advisor(page.context)
    page.bring_to_front()
    in_call(calls, page, kind)
    part(page, ".tile[data-status=connected]").wait_for()
    return other


# The button


def test_the_button_says_that_somebody_is_there(calls: FakeCalls, page: Any) -> None:
    calls.open(page)
    launcher = part(page, ".launcher")
    expect(launcher).to_have_attribute("data-tone", "free")
    expect(launcher).to_contain_text("Talk to an advisor")
    expect(launcher).to_contain_text("An advisor is free now")
    assert calls.sockets == [], "the socket opens with the panel"


@pytest.mark.parametrize(
    ("language", "desk", "words"),
    [
        ("en", {"free": False, "waiting": 3, "wait_s": 190}, "Busy · about 3 minutes"),
        ("da", {"free": False, "waiting": 3, "wait_s": 65}, "Optaget · ca. 1 minut"),
        ("da", {"open": False, "change_ms": 1_700_000_000_000 + 3_600_000}, "Lukket · åbner i morgen kl. 00.13"),
        ("en", {"open": False, "change_ms": 1_700_000_000_000 + 60_000}, "Closed · opens at 23:14"),
        ("da", {"open": False, "change_ms": 1_700_000_000_000 + 4 * 86_400_000}, "Lukket · åbner lørdag kl. 23.13"),
        ("da", {"open": False, "change_ms": 1_700_000_000_000 + 40 * 86_400_000}, "Lukket · åbner 24. december kl. 23.13"),
        ("da", {"open": False}, "Lukket"),
    ],
)
def test_the_button_says_how_long_or_when(calls: FakeCalls, page: Any, language: str, desk: dict[str, Any], words: str) -> None:
    calls.lang = language
    calls.desk |= desk
    calls.open(page)
    expect(part(page, ".launcher .line")).to_have_text(words)


def test_a_shop_without_advisors_has_no_button(calls: FakeCalls, page: Any) -> None:
    page.route("**/api/calls/desk", lambda route: route.fulfill(status=404))
    page.goto(f"{HOME}/")
    page.wait_for_function(f"{CALL}?.desk?.asked > 0")
    turn(page)
    expect(part(page, ".launcher")).to_be_hidden()


def test_the_desk_is_asked_again_each_minute_that_somebody_looks(calls: FakeCalls, page: Any) -> None:
    page.clock.install()
    calls.open(page)
    calls.desk = OPEN | {"open": False}
    page.clock.fast_forward(61_000)
    expect(part(page, ".launcher")).to_have_attribute("data-tone", "closed")
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    asked = calls.asked_desk
    page.clock.fast_forward(200_000)
    turn(page)
    assert calls.asked_desk == asked, "nobody looks"
    calls.desk = dict(OPEN)
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(part(page, ".launcher")).to_have_attribute("data-tone", "free")


def test_outside_hours_it_says_when_and_has_no_button_that_does_nothing(calls: FakeCalls, page: Any) -> None:
    calls.desk |= {"open": False, "change_ms": 1_700_000_000_000 + 60_000}
    calls.open(page)
    part(page, ".launcher").click()
    expect(part(page, ".after-hours")).to_contain_text("opens at 23:14")
    assert part(page, ".panel button:visible").all_inner_texts() == [""], "only the cross"
    calls.desk = dict(OPEN)
    until(page, lambda: bool(calls.sockets), "the socket")
    calls.say(t="desk", **calls.desk)
    part(page, ".way").first.wait_for()


def test_an_element_with_content_stands_where_the_page_has_put_it(calls: FakeCalls, page: Any) -> None:
    calls.body = "<vitrine-call><b>Ask Mette</b></vitrine-call>"
    calls.open(page)
    expect(page.get_by_role("button", name="Ask Mette An advisor is free now")).to_be_visible()
    assert part(page, ".launcher").evaluate("(button) => getComputedStyle(button).position") == "relative"


def test_a_topic_is_chosen_before_and_the_name_is_remembered(calls: FakeCalls, page: Any) -> None:
    calls.attributes = 'topic="hair"'
    calls.desk["topics"] = [{"id": "skin", "name": "Skin"}, {"id": "hair", "name": "Hair"}]
    calls.open(page)
    part(page, ".launcher").click()
    expect(part(page, "#call-topic")).to_have_value("hair")
    part(page, "#call-name").fill("Anne")
    part(page, ".way[data-kind=text]").click()
    until(page, lambda: bool(calls.told("ring")), "the ring")
    [ring] = calls.told("ring")
    assert (ring["topic"], ring["name"], ring["kind"], ring["language"]) == ("hair", "Anne", "text", "en")
    assert page.evaluate("JSON.parse(sessionStorage.getItem('vitrine')).name") == "Anne"


def test_who_is_refused_is_told_why(calls: FakeCalls, page: Any) -> None:
    calls.refusals = [{"refused": "slow", "wait_s": 4.2}, {"refused": "something new"}]
    calls.open(page)
    choose(page, "text")
    expect(part(page, ".panel > .note")).to_have_text("A little slower. Try again in 5 s.")
    part(page, ".way[data-kind=text]").click()
    expect(part(page, ".panel > .note")).to_have_text("You cannot call right now. Try again in a moment.")
    expect(part(page, ".panel")).to_have_attribute("data-view", "choose")


# Camera and microphone


def test_camera_and_microphone_are_tried_before_it_rings(calls: FakeCalls, page: Any) -> None:
    calls.open(page)
    choose(page, "video")
    page.wait_for_function(f"{CALL}.shadowRoot.querySelector('.preview video').videoWidth === 1280")
    expect(part(page, ".meter + .fine")).to_have_text("You can be heard.")
    assert calls.told("ring") == []
    press(page, "Call now")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    [ring] = calls.told("ring")
    assert ring["card"] == {"camera": "granted", "microphone": "granted"}


def test_who_goes_back_is_seen_by_nobody(calls: FakeCalls, page: Any) -> None:
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
def test_who_has_no_camera_can_call_without(calls: FakeCalls, page: Any, error: str, state: str, words: str, told: str) -> None:
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


def test_a_guide_says_what_to_do_and_trying_again_helps(calls: FakeCalls, page: Any) -> None:
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


def test_who_cannot_be_heard_can_write(calls: FakeCalls, page: Any) -> None:
    faults = NO_DEVICES.format(camera_state="granted", microphone_state="denied")
    page.add_init_script(faults + REFUSE.format(camera="", microphone="NotAllowedError"))
    calls.open(page)
    choose(page, "sound")
    expect(part(page, ".trouble .what")).to_have_text("The microphone is blocked for this page.")
    press(page, "Write instead")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    assert calls.told("ring")[0]["kind"] == "text"


def test_a_page_without_https_says_so(calls: FakeCalls, page: Any) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    calls.open(page)
    choose(page, "video")
    expect(part(page, ".trouble .what").first).to_contain_text("only works on pages with a secure address")
    assert part(page, ".trouble button").count() == 0, "trying again does not help"


# The line


def test_in_line_one_knows_where_one_stands(calls: FakeCalls, page: Any) -> None:
    page.add_init_script(EVENTS)
    in_line(calls, page)
    told = part(page, ".told[role=status]")
    expect(told).to_contain_text("You are number 2 in line")
    expect(told).to_contain_text("about 3 minutes")
    calls.update(place=1, wait_s=20)
    expect(told).to_contain_text("You are next")
    expect(told).to_contain_text("less than a minute")
    calls.update(state="ringing", wait_s=None)
    expect(told).to_contain_text("It is ringing at an advisor")
    page.keyboard.press("Escape")
    expect(part(page, ".panel")).to_be_hidden()
    expect(part(page, ".launcher")).to_contain_text("You are next")
    calls.answer()
    expect(part(page, ".panel")).to_be_visible()
    assert page.evaluate("heard") == ["waiting", "ringing", "live"]
    assert page.evaluate(f"{CALL}.state") == "live"


def test_the_answer_does_not_take_the_keyboard_from_who_writes(calls: FakeCalls, page: Any) -> None:
    in_line(calls, page)
    part(page, ".talk textarea").fill("While I wait")
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    page.keyboard.press("Enter")
    until(page, lambda: [said["text"] for said in calls.told("say")] == ["While I wait"], "the line")


def test_one_may_change_ones_mind_in_line(calls: FakeCalls, page: Any) -> None:
    in_line(calls, page, "sound")
    assert page.evaluate(f"{CALL}.session.legs.spare.connection.signalingState") == "have-local-offer", "made while one waits"
    press(page, "Talk in another way")
    part(page, ".ask .way[data-kind=video]").click()
    part(page, ".waiting .preview video").wait_for()
    assert [word["kind"] for word in calls.told("kind")] == ["video"]
    press(page, "Leave the line")
    expect(part(page, ".after .headline")).to_have_text("You have left the line")
    expect(part(page, ".rating")).to_be_hidden()
    assert page.evaluate(f"{CALL}.session.media.devices.tracks") == {"camera": None, "microphone": None}


def test_what_is_written_in_line_is_kept(calls: FakeCalls, page: Any) -> None:
    in_line(calls, page)
    part(page, ".write textarea").fill("Does it help dry skin?")
    page.keyboard.press("Enter")
    expect(part(page, ".line.ours:not(.sending) .said")).to_have_text("Does it help dry skin?")
    calls.answer()
    calls.line("advisor", "It does: https://shop.test/oil.")
    expect(part(page, ".line.theirs a")).to_have_attribute("href", "https://shop.test/oil")
    assert part(page, ".lines .said").all_inner_texts() == ["Does it help dry skin?", "It does: https://shop.test/oil."]


def test_the_cards_permissions_are_kept_up_to_date(calls: FakeCalls, page: Any) -> None:
    in_line(calls, page)
    assert calls.told("ring")[0]["card"]["camera"] in ("prompt", "granted")
    page.evaluate(f"{CALL}.session.permissions.learn('camera', 'missing')")
    until(page, lambda: bool(calls.told("card")), "the card")
    assert calls.told("card")[-1]["card"]["camera"] == "missing"


# The call


def test_both_see_and_hear_each_other(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    page.wait_for_function(COLOUR)
    other.wait_for_function("look().size[0] > 0 && look().pixel[1] > 100 && look().pixel[2] < 80")
    other.wait_for_function("received().then(({ frames, energy }) => frames > 20 && energy > 0.001)")
    page.wait_for_function(HEARD)
    offer = next(one for one in other.evaluate("heard") if one["type"] == "offer")
    lines = offer["sdp"].split("\r\n")
    assert [line.split()[0] for line in lines if line.startswith("m=")] == ["m=audio", "m=video"]
    assert lines.count("a=sendrecv") == 2
    assert any(line.startswith("a=group:BUNDLE 0 1") for line in lines)
    opus = next(line for line in lines if "opus/48000" in line).split(":")[1].split()[0]
    assert f"a=rtcp-fb:{opus} nack" in lines
    assert any(line.startswith(f"a=fmtp:{opus} ") and "useinbandfec=1" in line for line in lines)
    video = next(line for line in lines if line.startswith("m=video")).split()[3]
    codec = next(line for line in lines if line.startswith(f"a=rtpmap:{video} "))
    assert codec.endswith(("H264/90000", "VP8/90000"))
    if "H264" in codec:
        form = next(line for line in lines if line.startswith(f"a=fmtp:{video} "))
        assert "profile-level-id=42e01f" in form
        assert "packetization-mode=1" in form
    sends = [one for one in other.evaluate("heard") if one["type"] == "sends"][-1]
    assert sends == {"type": "sends", "picture": True, "sound": True, "screen": False}
    assert other.evaluate("leg") == 1


def test_muted_and_unseen_nothing_goes_out_and_nothing_is_renegotiated(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    senders = (
        f"[...{CALL}.session.legs.partners.values()][0].leg.connection.getSenders().map((sender) => sender.track?.kind ?? null)"
    )
    assert page.evaluate(senders) == ["audio", "video"]
    press(page, "Mute the microphone")
    press(page, "Turn the camera off")
    other.wait_for_function("!heard.at(-1).picture && !heard.at(-1).sound")
    assert page.evaluate(senders) == [None, None]
    expect(part(page, ".own")).to_be_hidden()
    press(page, "Turn the camera on")
    press(page, "Turn the microphone on")
    other.wait_for_function("heard.at(-1).picture && heard.at(-1).sound")
    page.wait_for_function(f"{senders}.join() === 'audio,video'")
    other.evaluate("say({ type: 'sends', picture: false, sound: true, screen: false })")
    expect(part(page, ".cover")).to_have_text("MMette has the camera off")
    assert [one["type"] for one in other.evaluate("heard")].count("offer") == 1


def test_on_hold_nothing_goes_out(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    calls.update(held=True)
    expect(part(page, ".hold")).to_contain_text("You are neither seen nor heard.")
    other.wait_for_function("!heard.at(-1).picture && !heard.at(-1).sound")
    calls.update(held=False)
    other.wait_for_function("heard.at(-1).picture && heard.at(-1).sound")
    expect(part(page, ".hold")).to_be_hidden()


def test_a_connection_that_the_advisor_loses_is_made_again(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    other.evaluate("connection.close()")
    other.wait_for_function("leg === 2 && connection.connectionState === 'connected'")
    part(page, ".tile[data-status=connected]").wait_for()
    page.wait_for_function(COLOUR)
    other.evaluate("say({ type: 'again' })")
    other.wait_for_function("leg === 3 && connection.connectionState === 'connected'")


def test_an_offer_that_nobody_answers_is_made_again(calls: FakeCalls, page: Any) -> None:
    page.clock.install()
    other = advisor(page.context)
    other.evaluate("window.answering = false")
    page.bring_to_front()
    in_call(calls, page, "sound")
    other.wait_for_function("heard.some((one) => one.type === 'offer')")
    other.evaluate("window.answering = true")
    page.clock.fast_forward(9000)
    other.wait_for_function("leg === 2")
    assert {"type": "bye", "leg": 1} in other.evaluate("heard")


def test_a_reload_comes_back_to_the_call_with_everything(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    press(page, "Mute the microphone")
    calls.line("advisor", "Hello")
    part(page, ".line.theirs").wait_for()
    page.goto(f"{HOME}/cream")
    part(page, ".tile[data-status=connected]").wait_for()
    hello = calls.told("hello")[-1]
    assert (hello["call"], hello["secret"], hello["visitor"]) == ("c1", SECRET, "v1")
    other.wait_for_function("leg === 2 && connection.connectionState === 'connected'")
    other.wait_for_function("heard.at(-1).picture && !heard.at(-1).sound")
    expect(part(page, ".line.theirs .said")).to_have_text("Hello")
    page.wait_for_function(COLOUR)
    assert SECRET not in page.content()


def test_a_lost_socket_comes_back_and_leaves_the_picture_alone(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    calls.lost = True
    calls.drop()
    part(page, ".banner", has_text="The connection is lost").wait_for()
    part(page, ".write textarea").fill("Are you there?")
    page.keyboard.press("Enter")
    expect(part(page, ".line.waiting")).to_contain_text("Sent as soon as the connection is back")
    calls.lost = False
    expect(part(page, ".line.ours:not(.waiting) .said")).to_have_text("Are you there?")
    assert [word["text"] for word in calls.told("say")] == ["Are you there?"]
    assert other.evaluate("leg") == 1
    assert other.evaluate("connection.connectionState") == "connected"


def test_a_line_whose_answer_was_lost_is_not_written_twice(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page)
    calls.silent = True
    part(page, ".write textarea").fill("Once")
    page.keyboard.press("Enter")
    until(page, lambda: bool(calls.told("say")), "the line")
    calls.lines.append({"id": "x", "at_ms": 1_700_000_000_000, "author": "customer", "name": "", "text": "Once", "product": ""})
    calls.silent = False
    calls.drop()
    until(page, lambda: len(calls.told("hello")) == 2, "the page comes back")
    expect(part(page, ".line.ours:not(.sending):not(.waiting) .said")).to_have_text("Once")
    turn(page)
    assert len(calls.told("say")) == 1


def test_a_call_that_is_gone_is_over(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page)
    calls.call = None
    calls.drop()
    expect(part(page, ".after .headline")).to_have_text("The call has ended")
    assert page.evaluate("sessionStorage.getItem('vitrine.call')") is None
    page.reload()
    part(page, ".launcher").wait_for()
    assert len(calls.sockets) == 2, "nothing is remembered"


def test_a_duplicated_tab_leaves_the_call_where_it_is(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page)
    kept = page.evaluate("sessionStorage.getItem('vitrine.call')")
    other = page.context.new_page()
    other.add_init_script(f"sessionStorage.setItem('vitrine.call', {json.dumps(kept)})")
    other.goto(f"{HOME}/cream")
    other.wait_for_function("sessionStorage.getItem('vitrine.call') === null")
    assert len(calls.sockets) == 1


def test_a_voice_call_becomes_a_picture(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page, "sound")
    assert not part(page, ".tile video").evaluate("(video) => video.checkVisibility({ visibilityProperty: true })")
    press(page, "Turn the camera on")
    other.wait_for_function("heard.at(-1).picture")
    page.wait_for_function(COLOUR)
    assert [word["kind"] for word in calls.told("kind")] == ["video"]
    assert other.evaluate("leg") == 1


def test_a_text_call_has_no_connection_until_it_becomes_one(calls: FakeCalls, page: Any) -> None:
    other = advisor(page.context)
    page.bring_to_front()
    in_call(calls, page)
    assert calls.told("signal") == []
    press(page, "Talk instead")
    part(page, ".ask .way[data-kind=watch]").click()
    part(page, ".tile[data-status=connected]").wait_for()
    other.wait_for_function("!heard.at(-1).picture && heard.at(-1).sound")


def test_the_screen_is_shown_and_pointed_at(calls: FakeCalls, page: Any) -> None:
    page.add_init_script(SHARE)
    other = talking(calls, page, "watch")
    press(page, "Show your screen")
    other.wait_for_function("heard.at(-1).screen && look().pixel[2] > 120 && look().pixel[0] < 90")
    assert other.evaluate("look().size[0] / look().size[1]") == pytest.approx(1.6, abs=0.02)
    other.evaluate("say({ type: 'point', places: [[0.25, 0.5], [0.5, 0.5], ['x', 2]] })")
    expect(part(page, ".own path")).to_have_attribute("d", "M0.2500 0.5000L0.5000 0.5000")
    expect(part(page, ".own path")).to_have_attribute("d", "")
    press(page, "Stop showing your screen")
    other.wait_for_function("!heard.at(-1).screen && !heard.at(-1).picture")


def test_ones_own_picture_goes_to_the_corner_one_takes_it_to(calls: FakeCalls, page: Any) -> None:
    talking(calls, page)
    own = part(page, ".own")
    box, stage = own.bounding_box(), part(page, ".stage").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(stage["x"] + 40, stage["y"] + stage["height"] - 40, steps=4)
    page.mouse.up()
    expect(own).to_have_attribute("data-x", "left")
    expect(own).to_have_attribute("data-y", "bottom")
    own.focus()
    page.keyboard.press("ArrowRight")
    expect(own).to_have_attribute("data-x", "right")


def test_a_second_advisor_has_a_connection_of_their_own(calls: FakeCalls, page: Any) -> None:
    talking(calls, page)
    calls.update(people=[METTE, {"peer": "p2", "name": "Jonas"}])
    expect(part(page, ".tile")).to_have_count(2)
    until(
        page, lambda: any(word["peer"] == "p2" and word["data"]["type"] == "offer" for word in calls.told("signal")), "an offer"
    )
    calls.update(people=[{"peer": "p2", "name": "Jonas"}])
    expect(part(page, ".tile")).to_have_count(1)
    assert {"type": "bye", "leg": 1} in [word["data"] for word in calls.told("signal") if word["peer"] == "p1"]


def test_hanging_up_is_asked_twice(calls: FakeCalls, page: Any) -> None:
    talking(calls, page)
    part(page, ".end").click()
    expect(part(page, ".confirm")).to_be_visible()
    page.keyboard.press("Escape")
    expect(part(page, ".confirm")).to_be_hidden()
    assert calls.told("hang_up") == []
    part(page, ".end").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(part(page, ".after .headline")).to_have_text("Thank you for calling")
    assert len(calls.told("hang_up")) == 1
    assert page.evaluate(f"{CALL}.session.legs.partners.size") == 0


def test_who_hangs_up_without_a_connection_is_heard_later(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page)
    calls.lost = True
    calls.drop()
    press(page, "End")
    part(page, ".ask").get_by_role("button", name="End", exact=True).click()
    part(page, ".after").wait_for()
    assert calls.told("hang_up") == []
    calls.lost = False
    until(page, lambda: len(calls.told("hang_up")) == 1, "the goodbye")


def test_sound_that_the_browser_holds_back_is_let_go_by_a_touch(calls: FakeCalls, page: Any) -> None:
    page.add_init_script("""const play = HTMLMediaElement.prototype.play;
      HTMLMediaElement.prototype.play = function () {
        return this.muted || window.touched ? play.call(this) : Promise.reject(new DOMException('', 'NotAllowedError'));
      };""")
    talking(calls, page)
    page.wait_for_function(COLOUR)
    assert part(page, ".tile video").evaluate("(video) => video.muted"), "the picture runs at least"
    page.evaluate("window.touched = true")
    press(page, "Tap to hear the advisor")
    expect(part(page, ".prompt")).to_be_hidden()
    assert not part(page, ".tile video").evaluate("(video) => video.muted")


def test_an_answer_takes_the_keyboard_from_nobody_who_writes(calls: FakeCalls, page: Any) -> None:
    calls.body = "<input id='address'><vitrine-call></vitrine-call>"
    in_line(calls, page)
    page.keyboard.press("Escape")
    page.locator("#address").focus()
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    expect(page.locator("#address")).to_be_focused()


def test_a_page_that_is_not_looked_at_is_heard(calls: FakeCalls, page: Any) -> None:
    advisor(page.context)
    page.bring_to_front()
    in_line(calls, page, "sound")
    page.evaluate("window.requestAnimationFrame = () => 0")
    calls.answer()
    page.wait_for_function(f"{CALL}.shadowRoot.querySelector('.tile video')?.currentTime > 0", polling=50)


def test_two_elements_have_one_call(calls: FakeCalls, page: Any) -> None:
    calls.body = "<vitrine-call></vitrine-call><vitrine-call inline id='second'></vitrine-call>"
    page.goto(f"{HOME}/")
    page.locator("#second .launcher").wait_for()
    page.locator("vitrine-call").first.locator(".launcher").click()
    page.locator("vitrine-call").first.locator(".way[data-kind=text]").click()
    page.locator("vitrine-call").first.locator(".panel[data-view=waiting]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#second .launcher").click()
    expect(page.locator("vitrine-call").first.locator(".panel")).to_be_visible()
    expect(page.locator("#second .panel")).to_be_hidden()


# A window of its own, and the corner


def test_in_a_window_of_its_own_it_keeps_its_buttons(calls: FakeCalls, page: Any) -> None:
    talking(calls, page)
    assert page.evaluate("'documentPictureInPicture' in window")
    with page.context.expect_page() as opened:
        press(page, "Picture in picture")
    window = opened.value
    window.get_by_role("button", name="Mute the microphone").wait_for()
    expect(part(page, ".elsewhere")).to_contain_text("The call is in a window of its own")
    window.get_by_role("button", name="Mute the microphone").click()
    window.get_by_role("button", name="Turn the microphone on").wait_for()
    assert page.evaluate(f"{CALL}.session.media.muted")
    assert (
        window.evaluate("getComputedStyle(document.querySelector('div').shadowRoot.querySelector('.round')).borderRadius")
        == "50%"
    )
    icon = "getComputedStyle(document.querySelector('div').shadowRoot.querySelector('.end')).getPropertyValue('--icon')"
    assert window.evaluate(icon) == f'url("{HOME}/assets/viewer/call/icons/hang-up.svg")'
    press(page, "Bring it back")
    part(page, ".stage .tile").wait_for()
    page.wait_for_function(COLOUR)


def test_small_it_leaves_the_page_to_the_customer(calls: FakeCalls, page: Any) -> None:
    talking(calls, page)
    press(page, "Make it small")
    page.wait_for_function(f"{CALL}.shadowRoot.querySelector('.panel').getBoundingClientRect().width <= 320")
    page.reload()
    part(page, ".tile[data-status=connected]").wait_for()
    expect(part(page, ".panel")).to_have_class("panel small")
    press(page, "Make it large")
    expect(part(page, ".side")).to_be_visible()


# The shop


def test_a_product_is_shown_and_taken(calls: FakeCalls, page: Any) -> None:
    page.add_init_script(CART)
    in_call(calls, page, shown=OIL)
    card = part(page, ".product")
    expect(card).to_contain_text("Rose oil")
    expect(card).to_contain_text("DKK 249")
    expect(card.get_by_role("link", name="See it")).to_have_attribute("href", f"{HOME}/oil")
    card.get_by_role("button", name="Add to cart").click()
    expect(card.get_by_role("button")).to_have_text("In your cart")
    [cart] = page.evaluate("carts")
    assert cart["lines"] == [{"product": "oil", "variant": "", "cart_id": "", "sku": "", "gtin": "", "quantity": 1, "code": ""}]
    assert cart["attribution"] == {"show": "", "product": "oil", "media_ms": 0, "part": "call", "call": "c1"}
    calls.update(shown=None)
    expect(card).to_be_hidden()


def test_a_product_with_kinds_is_chosen_at_the_shop(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page, shown=OIL | {"variants": 3})
    expect(part(page, ".product button")).to_have_count(0)
    part(page, ".product").get_by_role("link", name="Choose an option").click()
    page.wait_for_url("**/oil")
    part(page, ".panel[data-view=room]").wait_for()


def test_what_the_advisor_puts_into_the_cart_is_said_and_answered_once(calls: FakeCalls, page: Any) -> None:
    page.add_init_script(CART)
    in_call(calls, page, shown=OIL)
    calls.say(t="cart", n=7, product="oil", variant="30ml", quantity=2)
    expect(part(page, ".panel > .note")).to_have_text("Mette has put Rose oil into your cart.")
    expect(part(page, ".line.note")).to_have_text("Mette has put Rose oil into your cart.")
    calls.say(t="cart", n=7, product="oil", variant="30ml", quantity=2)
    until(page, lambda: len(calls.told("carted")) == 2, "both answers")
    assert calls.told("carted") == [{"t": "carted", "n": 7, "status": "ok", "message": ""}] * 2
    assert [(line["variant"], line["quantity"]) for cart in page.evaluate("carts") for line in cart["lines"]] == [("30ml", 2)]
    page.evaluate("window.shop = { status: 'out-of-stock', message: 'Only one is left.' }")
    calls.say(t="cart", n=8, product="oil", variant="", quantity=9)
    until(page, lambda: len(calls.told("carted")) == 3, "the answer")
    assert calls.told("carted")[-1] == {"t": "carted", "n": 8, "status": "out-of-stock", "message": "Only one is left."}
    expect(part(page, ".panel > .note")).to_have_text("Mette wanted to put Rose oil into your cart. Only one is left.")


def test_a_page_without_a_cart_says_so(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page, shown=OIL)
    calls.say(t="cart", n=1, product="oil", variant="", quantity=1)
    until(page, lambda: bool(calls.told("carted")), "the answer")
    assert calls.told("carted")[0]["status"] == "error"


# What the advisor asks


@pytest.mark.parametrize("ask", ["recording", "air"])
def test_a_yes_is_always_in_sight_and_can_be_taken_back(calls: FakeCalls, page: Any, ask: str) -> None:
    talking(calls, page)
    calls.update(asked=[{"ask": ask, "yes": None}])
    dialog = part(page, "dialog.ask:modal")
    dialog.wait_for()
    dialog.get_by_role("button", name="Yes").click()
    pill = part(page, ".pill.air")
    pill.wait_for()
    assert calls.told("agree") == [{"t": "agree", "ask": ask, "yes": True}]
    press(page, "Make it small")
    expect(pill).to_be_visible()
    pill.get_by_role("button").click()
    expect(pill).to_be_hidden()
    assert calls.told("agree")[-1] == {"t": "agree", "ask": ask, "yes": False}


def test_on_air_is_unmistakable_and_can_be_ended(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    said = f"{CALL}.agreed.said.textContent"
    calls.update(asked=[{"ask": "air", "yes": True}])
    pill = part(page, ".pill.air")
    expect(pill).to_contain_text("Ready for the show")
    expect(part(page, ".stage")).not_to_have_attribute("data-air", "")
    other.evaluate("say({ type: 'sends', picture: true, sound: true, screen: false, air: true })")
    expect(pill).to_contain_text("everybody sees and hears you")
    expect(part(page, ".stage")).to_have_attribute("data-air", "")
    assert page.evaluate(said) == "You are on air. Everybody who watches the show sees and hears you."
    press(page, "Take me off air")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "air", "yes": False}], "the no")
    expect(pill).to_contain_text("ON AIR")  # it is over when the studio says so
    other.evaluate("say({ type: 'sends', picture: true, sound: true, screen: false, air: false })")
    expect(pill).to_have_count(0)
    assert page.evaluate(said) == "You are off air. The show does not see or hear you any more."


def test_a_recording_has_its_sign_and_its_end(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page, "video", asked=[{"ask": "recording", "yes": True}])
    expect(part(page, ".pill.air")).to_contain_text("Recording")
    press(page, "Stop recording")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "recording", "yes": False}], "the no")
    expect(part(page, ".pill.air")).to_have_count(0)


def test_a_no_is_a_no(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page, asked=[{"ask": "recording", "yes": None}])
    part(page, "dialog.ask:modal").wait_for()
    page.keyboard.press("Escape")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "recording", "yes": False}], "the no")
    expect(part(page, "dialog.ask:modal")).to_have_count(0)


def test_who_is_asked_for_their_camera_is_helped_with_it(calls: FakeCalls, page: Any) -> None:
    faults = NO_DEVICES.format(camera_state="denied", microphone_state="granted")
    page.add_init_script(faults + REFUSE.format(camera="NotAllowedError", microphone=""))
    in_call(calls, page, "sound", asked=[{"ask": "camera", "yes": None}])
    part(page, "dialog.ask").get_by_role("button", name="Turn the camera on").click()
    expect(part(page, "dialog.ask .trouble")).to_contain_text("The camera is blocked for this page.")
    assert calls.told("agree") == []
    page.evaluate("window.cured = true")
    press(page, "Try again")
    until(page, lambda: calls.told("agree") == [{"t": "agree", "ask": "camera", "yes": True}], "the yes")
    assert [word["kind"] for word in calls.told("kind")] == ["video"]
    part(page, ".own video").wait_for()


# The end


def test_how_it_was_and_what_was_written(calls: FakeCalls, page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    in_call(calls, page)
    calls.line("customer", "Hello")
    calls.line("advisor", "Hello Anne")
    calls.line("advisor", "", "oil")
    part(page, ".line.product").wait_for()
    calls.update(state="ended", ending="hung_up")
    expect(part(page, ".after .headline")).to_have_text("Thank you for calling")
    part(page, ".star input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(part(page, ".word")).to_have_text("Good")
    part(page, "#call-rate-text").fill("Kind and clear")
    press(page, "Send")
    expect(part(page, ".rating [role=status]")).to_have_text("Thank you.")
    [rate] = calls.told("rate")
    assert (rate["stars"], rate["text"]) == (4, "Kind and clear")
    press(page, "Copy")
    part(page, ".after button", has_text="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(
        "Talk to an advisor · 14 November 2023\n\n23:13 You: Hello\n23:14 Mette: Hello Anne\n23:15 Mette: Shown: oil"
    )
    with page.expect_download() as download:
        press(page, "Download")
    assert download.value.suggested_filename == "conversation.txt"
    assert Path(download.value.path()).read_text() == text
    part(page, ".after footer button").click()
    expect(part(page, ".panel")).to_be_hidden()
    expect(part(page, ".launcher")).to_be_focused()
    assert page.evaluate(f"{CALL}.state") == "none"


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        ("no_answer", "Nobody could answer"),
        ("closed", "We have closed"),
        ("blocked", "The call was ended"),
        ("left", "The call has ended"),
    ],
)
def test_every_end_has_its_words(calls: FakeCalls, page: Any, ending: str, words: str) -> None:
    in_line(calls, page)
    calls.update(state="ended", ending=ending)
    expect(part(page, ".after .headline")).to_have_text(words)
    expect(part(page, ".rating")).to_be_hidden()


# What is told


def test_the_card_tells_nothing_of_the_visitor_without_consent(calls: FakeCalls, page: Any) -> None:
    calls.open(page)
    page.evaluate("vitrine.seen({ id: 'oil', title: 'Rose oil', price_minor: 24900 }); vitrine.cart({ count: 1 })")
    page.evaluate(f"{CALL}.extra = {{ 'Skin test': 'dry' }}")
    assert page.evaluate("sessionStorage.getItem('vitrine.seen')") is None
    choose(page, "text")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    assert set(calls.told("ring")[0]["card"]) == {"camera", "microphone"}
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    until(page, lambda: bool(calls.told("card")), "the card")
    card = calls.told("card")[-1]["card"]
    assert card["seen"] == [{"id": "oil", "title": "Rose oil", "price_minor": 24900}]
    assert card["extra"] == {"Skin test": "dry"}
    assert (card["page"], card["title"]) == ("/", "Rose oil")
    page.evaluate("(choices) => vitrine.consent(choices)", NO)
    until(page, lambda: len(calls.told("card")) == 2, "the card without it")
    assert set(calls.told("card")[-1]["card"]) == {"camera", "microphone"}
    assert page.evaluate("sessionStorage.getItem('vitrine.seen')") is None


def test_with_consent_the_card_tells_of_the_visit(calls: FakeCalls, page: Any) -> None:
    calls.open(page)
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    page.evaluate("for (let n = 0; n < 30; n += 1) vitrine.seen({ id: `p${n}`, title: 'x'.repeat(999), price_minor: n })")
    calls.open(page, "/cream")
    page.evaluate("""() => {
      vitrine.seen({ id: 'p20' });
      vitrine.seen({ id: 'y'.repeat(99) });
      vitrine.cart({ count: 3, total_minor: 74700, currency: 'DKK', lines: [
        { product: 'oil', variant: '30ml', title: '\\ud83d', quantity: 3, price_minor: 24900.5 },
        { product: '', quantity: 1 }, { product: 'x', quantity: -1 } ] });
      const rows = [...Array(20).keys()].map((n) => [`k${n}`, '😀'.repeat(300)]);
      document.querySelector('vitrine-call').extra = Object.fromEntries(rows);
    }""")
    choose(page, "text")
    until(page, lambda: bool(calls.told("ring")), "the ring")
    card = calls.told("ring")[0]["card"]
    assert [one["id"] for one in card["seen"]] == [f"p{n}" for n in range(10, 30) if n != 20] + ["p20"]
    assert card["seen"][-1] == {"id": "p20", "title": "", "price_minor": None}
    assert card["cart"] == [{"id": "oil", "title": "", "variant": "30ml", "quantity": 3, "price_minor": None}]
    assert (card["cart_minor"], card["currency"]) == (74700, "DKK")
    assert len(card["extra"]) == 10
    assert len(card["extra"]["k0"]) == 200


def test_the_demo_shop_and_its_advisor(calls: FakeCalls, page: Any) -> None:
    calls.open(page, "/demo/shop/product.html?id=micellar&lang=en")
    page.evaluate("(choices) => vitrine.consent(choices)", YES)
    page.get_by_role("button", name="Add to cart").click()
    choose(page, "text")
    part(page, ".panel[data-view=waiting]").wait_for()
    calls.answer()
    part(page, ".panel[data-view=room]").wait_for()
    calls.say(t="cart", n=1, product="vitamin-c", variant="", quantity=1)
    expect(part(page, ".line.note")).to_contain_text("is sold out")
    calls.say(t="cart", n=2, product="night-cream", variant="", quantity=2)
    until(page, lambda: len(calls.told("carted")) == 2, "the answers")
    assert [word["status"] for word in calls.told("carted")] == ["out-of-stock", "ok"]
    expect(page.locator(".top .badge")).to_have_text("Cart (3)")
    until(page, lambda: len((calls.told("card") or calls.told("ring"))[-1]["card"].get("cart", [])) == 2, "the cart")
    card = calls.told("card")[-1]["card"]
    assert [(one["id"], one["quantity"]) for one in card["cart"]] == [("micellar", 1), ("night-cream", 2)]
    assert [one["id"] for one in card["seen"]] == ["micellar"]
    page.get_by_role("link", name="Cart (3)").click()
    page.wait_for_url("**/cart.html**")
    part(page, ".panel[data-view=room]").wait_for()
    expect(part(page, ".launcher")).to_have_attribute("aria-expanded", "true")
    until(page, lambda: calls.told("card")[-1]["card"].get("page") == "/demo/shop/cart.html", "where they are")


# What others may send


def test_nothing_that_is_told_becomes_a_part_of_the_page(calls: FakeCalls, page: Any) -> None:
    calls.desk["topics"] = [{"id": "a", "name": BAD}, {"id": "b", "name": "B"}, {"id": 3}, None]
    in_line(calls, page)
    shown = OIL | {"title": BAD, "url": "javascript:window.bad=1", "image": "javascript:window.bad=1"}
    calls.answer({"peer": "p1", "name": BAD}, shown=shown)
    calls.line("advisor", BAD + " javascript:alert(1) https://a.test/<b>")
    part(page, ".line.theirs").wait_for()
    expect(part(page, ".names h2")).to_have_text(BAD)
    expect(part(page, ".product .name")).to_have_text(BAD)
    expect(part(page, ".product a")).to_have_count(0)
    expect(part(page, ".line a")).to_have_count(1)
    calls.say(t="line", line={"id": 5})
    calls.say(t="signal", peer="nobody", data={"type": "answer", "leg": 1, "sdp": "x"})
    calls.say(t="signal", peer="p1", data=None)
    calls.say(t="unknown")
    calls.sockets[-1].send("not json")
    calls.update(shown={"id": "oil", "currency": "nonsense", "price_minor": 1})
    calls.update(asked=[{"ask": "passport", "yes": None}], shown=None)
    calls.line("advisor", "The end")
    part(page, ".line", has_text="The end").wait_for()
    assert not page.evaluate("window.bad")
    assert part(page, "script, img").count() == 0


def test_an_answer_that_is_no_answer_is_followed_by_another_offer(calls: FakeCalls, page: Any) -> None:
    in_call(calls, page, "sound")
    until(page, lambda: any(word["data"]["type"] == "offer" for word in calls.told("signal")), "the offer")
    calls.say(t="signal", peer="p1", data={"type": "answer", "leg": 1, "sdp": "v=0 nonsense"})
    until(page, lambda: {2} & {word["data"].get("leg") for word in calls.told("signal")} != set(), "the next one")


# Bad networks


def test_on_a_bad_network_the_picture_goes_before_the_sound(calls: FakeCalls, page: Any) -> None:
    other = talking(calls, page)
    capacity = f"(kbps) => {{ [...{CALL}.session.legs.partners.values()][0].leg.capacity = async () => kbps }}"
    page.evaluate(capacity, 100)
    other.wait_for_function("!heard.at(-1).picture && heard.at(-1).sound")
    expect(part(page, ".banner")).to_contain_text("Your network is slow")
    page.evaluate(capacity, 900)
    other.wait_for_function("heard.at(-1).picture")
    expect(part(page, ".banner")).to_be_hidden()


def test_the_budget_of_a_picture(calls: FakeCalls, page: Any) -> None:
    calls.open(page)
    paused = page.evaluate(
        """async () => {
          const { PictureBudget } = await import('/assets/viewer/call/picture-budget.js');
          const run = (capacity) => {
            const budget = new PictureBudget();
            return [...Array(120).keys()].filter((second) => budget.judge(capacity(second), second));
          };
          return [run(() => 149), run((s) => (s % 4 ? 100 : 200)), run(() => null), run((s) => (s < 10 ? 50 : 400))];
        }"""
    )
    tried = [second for second in range(4, 120) if second not in paused[0]]
    assert paused[0][0] == 4
    assert tried, "again now and then"
    assert paused[1:3] == [[], []]
    assert paused[3] == list(range(4, 15))


# Everybody


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_nobody_is_shut_out(browser: Any, scheme: str, width: int) -> None:
    if not AXE.exists():
        pytest.skip("npm ci --prefix tests/page")
    context = browser.new_context(
        viewport={"width": width, "height": 844}, locale="en-GB", color_scheme=scheme, reduced_motion="reduce"
    )
    calls = FakeCalls(context)
    calls.desk["topics"] = [{"id": "skin", "name": "Skin"}, {"id": "hair", "name": "Hair"}]
    page = context.new_page()
    found: dict[str, list[str]] = {}
    look: Callable[[str], None] = lambda name: found.update({name: wrong(page)})  # noqa: E731
    calls.open(page)
    page.evaluate(AXE.read_text())
    look("button")
    part(page, ".launcher").click()
    part(page, ".way").first.wait_for()
    look("choose")
    part(page, ".way[data-kind=video]").click()
    part(page, ".check .primary:enabled").wait_for()
    look("check")
    part(page, ".check .primary").click()
    part(page, ".panel[data-view=waiting]").wait_for()
    part(page, ".write textarea").fill("Hello")
    page.keyboard.press("Enter")
    part(page, ".line.ours:not(.sending)").wait_for()
    look("line")
    calls.answer(shown=OIL, asked=[{"ask": "recording", "yes": True}])
    part(page, ".panel[data-view=room]").wait_for()
    calls.line("advisor", "Hello")
    part(page, ".product").wait_for()
    look("call")
    part(page, ".end").click()
    look("hang up?")
    page.keyboard.press("Escape")
    calls.update(held=True)
    look("hold")
    calls.update(asked=[{"ask": "camera", "yes": None}])
    part(page, "dialog.ask:modal").wait_for()
    look("asked")
    page.keyboard.press("Escape")
    calls.update(state="ended", ending="hung_up")
    part(page, ".star").first.wait_for()
    part(page, ".star input").nth(3).check(force=True)
    look("after")
    context.close()
    assert {name: sentences for name, sentences in found.items() if sentences} == {}
