"""Customer and advisor see and hear each other, as much as both want and the network carries."""

import pytest
from playwright.sync_api import Page, expect

from tests.page.calls.customer import CALL, COLOUR, in_call, in_line, part, press, talking
from tests.page.fake_calls import METTE, FakeCalls, advisor
from tests.page.fake_show import until

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


def test_both_see_and_hear_each_other(calls: FakeCalls, page: Page) -> None:
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


def test_muted_and_unseen_nothing_goes_out_and_nothing_is_renegotiated(calls: FakeCalls, page: Page) -> None:
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


def test_on_hold_nothing_goes_out(calls: FakeCalls, page: Page) -> None:
    other = talking(calls, page)
    calls.update(held=True)
    expect(part(page, ".hold")).to_contain_text("You are neither seen nor heard.")
    other.wait_for_function("!heard.at(-1).picture && !heard.at(-1).sound")
    calls.update(held=False)
    other.wait_for_function("heard.at(-1).picture && heard.at(-1).sound")
    expect(part(page, ".hold")).to_be_hidden()


def test_a_voice_call_becomes_a_picture(calls: FakeCalls, page: Page) -> None:
    other = talking(calls, page, "sound")
    assert not part(page, ".tile video").evaluate("(video) => video.checkVisibility({ visibilityProperty: true })")
    press(page, "Turn the camera on")
    other.wait_for_function("heard.at(-1).picture")
    page.wait_for_function(COLOUR)
    assert [word["kind"] for word in calls.told("kind")] == ["video"]
    assert other.evaluate("leg") == 1


def test_a_text_call_has_no_connection_until_it_becomes_one(calls: FakeCalls, page: Page) -> None:
    other = advisor(page.context)
    page.bring_to_front()
    in_call(calls, page)
    assert calls.told("signal") == []
    press(page, "Talk instead")
    part(page, ".ask .way[data-kind=watch]").click()
    part(page, ".tile[data-status=connected]").wait_for()
    other.wait_for_function("!heard.at(-1).picture && heard.at(-1).sound")


def test_the_screen_is_shown_and_pointed_at(calls: FakeCalls, page: Page) -> None:
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


def test_a_second_advisor_has_a_connection_of_their_own(calls: FakeCalls, page: Page) -> None:
    talking(calls, page)
    calls.update(people=[METTE, {"peer": "p2", "name": "Jonas"}])
    expect(part(page, ".tile")).to_have_count(2)
    until(
        page, lambda: any(word["peer"] == "p2" and word["data"]["type"] == "offer" for word in calls.told("signal")), "an offer"
    )
    calls.update(people=[{"peer": "p2", "name": "Jonas"}])
    expect(part(page, ".tile")).to_have_count(1)
    assert {"type": "bye", "leg": 1} in [word["data"] for word in calls.told("signal") if word["peer"] == "p1"]


def test_sound_that_the_browser_holds_back_is_let_go_by_a_touch(calls: FakeCalls, page: Page) -> None:
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


def test_a_page_that_is_not_looked_at_is_heard(calls: FakeCalls, page: Page) -> None:
    advisor(page.context)
    page.bring_to_front()
    in_line(calls, page, "sound")
    page.evaluate("window.requestAnimationFrame = () => 0")
    calls.answer()
    page.wait_for_function(f"{CALL}.shadowRoot.querySelector('.tile video')?.currentTime > 0", polling=50)


# Connections that fail


def test_a_connection_that_the_advisor_loses_is_made_again(calls: FakeCalls, page: Page) -> None:
    other = talking(calls, page)
    other.evaluate("connection.close()")
    other.wait_for_function("leg === 2 && connection.connectionState === 'connected'")
    part(page, ".tile[data-status=connected]").wait_for()
    page.wait_for_function(COLOUR)
    other.evaluate("say({ type: 'again' })")
    other.wait_for_function("leg === 3 && connection.connectionState === 'connected'")


def test_an_offer_that_nobody_answers_is_made_again(calls: FakeCalls, page: Page) -> None:
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


def test_an_answer_that_is_no_answer_is_followed_by_another_offer(calls: FakeCalls, page: Page) -> None:
    in_call(calls, page, "sound")
    until(page, lambda: any(word["data"]["type"] == "offer" for word in calls.told("signal")), "the offer")
    calls.say(t="signal", peer="p1", data={"type": "answer", "leg": 1, "sdp": "v=0 nonsense"})
    until(page, lambda: {2} & {word["data"].get("leg") for word in calls.told("signal")} != set(), "the next one")


def test_on_a_bad_network_the_picture_goes_before_the_sound(calls: FakeCalls, page: Page) -> None:
    other = talking(calls, page)
    capacity = f"(kbps) => {{ [...{CALL}.session.legs.partners.values()][0].leg.capacity = async () => kbps }}"
    page.evaluate(capacity, 100)
    other.wait_for_function("!heard.at(-1).picture && heard.at(-1).sound")
    expect(part(page, ".banner")).to_contain_text("Your network is slow")
    page.evaluate(capacity, 900)
    other.wait_for_function("heard.at(-1).picture")
    expect(part(page, ".banner")).to_be_hidden()


def test_the_budget_of_a_picture(calls: FakeCalls, page: Page) -> None:
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
