"""A one-to-one call on loopback: answer pressed → both see and hear; how old picture and sound are; what it costs.

The advisor's desktop films the clapperboard and has its microphone; the customer is a real Chromium with its test camera.
The way from the customer is measured by the capture times that the browser sends (RTCP), both clocks being one here; what
the window's paint adds is not in it; for the speakers' queue and device 60 ms are assumed and added. Pictures are held until
their sound is due, so that side's skew is not measured but made. At the customer it is what the browser says of itself, by which
it holds its pictures too, once it has had time for that (it moves some milliseconds a second): a sound that is taken out of the
connection to be measured takes a longer way than one that is played.
"""

import os
import time
from typing import Any

from studio.bench import stage
from studio.bench.browser import chromium, measure, measured
from studio.bench.latency import clapper_show
from studio.bench.machine import cpu_s
from studio.bench.report import Row, median, percentile
from studio.bench.studio_client import WAIT_S, StudioClient
from studio.bench.studio_process import RunningStudio, running_studio
from studio.commands.call import CallHangUp, CallWrapUp

ROUNDS = 12
KEEP = """window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...words) { super(...words); connections.push(this); }
};"""
DECODED = """async () => {
  let frames = 0;
  for (const connection of connections) for (const report of (await connection.getStats()).values()) {
    if (report.type === 'inbound-rtp' && report.kind === 'video') frames += report.framesDecoded ?? 0;
  }
  return frames;
}"""
LAG = """async () => {
  let lag = null;
  for (const connection of connections) if (connection.connectionState === 'connected') {
    const came = [...(await connection.getStats()).values()].filter((report) => report.type === 'inbound-rtp');
    const played = (kind) => came.find((report) => report.kind === kind)?.estimatedPlayoutTimestamp;
    const [video, audio] = [played('video'), played('audio')];
    if (video && audio) lag = video - audio;
  }
  return lag;
}"""
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SEES = """async () => {
  const video = document.querySelector('vitrine-call').shadowRoot.querySelector('.tile video');
  if (!video) return 0;
  if (!video.counted) {
    video.counted = true;
    const seen = (now, frame) => { window.sawMs ||= performance.timeOrigin + frame.expectedDisplayTime; };
    video.requestVideoFrameCallback(seen);
  }
  return window.sawMs ?? 0;
}"""


def run(seconds: float = 20.0) -> list[Row]:
    """Twelve calls, the last of them measured for `seconds`."""
    with stage.folder() as folder, stage.screen() as display, stage.sound(folder) as fifo, stage.clapper(display, fifo):
        os.environ["VITRINE_HOME"] = str(folder)
        show = clapper_show(display)
        with (
            running_studio(folder, show, {"video.rendition": "720"}, "--take-calls", go_live=False) as studio,
            StudioClient() as advisor,
        ):
            with chromium(*FAKE) as browser:
                context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 720})
                page = context.new_page()
                page.add_init_script(KEEP)
                waits = [_round(page, studio, advisor, last=False) for _ in range(ROUNDS - 1)]
                waits.append(_round(page, studio, advisor, last=True))
                return _rows(waits, page, studio, advisor, seconds)


def _round(page: Any, studio: RunningStudio, advisor: StudioClient, *, last: bool) -> tuple[float, float, float]:
    """One call: ms from the press until the customer sees, the advisor sees, the advisor hears."""
    page.goto(f"{studio.viewer.partition('/shows/')[0]}/demo/shop/product.html?id=night-cream")
    element = page.locator("vitrine-call")
    element.locator(".launcher").click()
    element.locator(".way[data-kind=video]").click()
    element.locator(".check .primary:enabled").click()
    pressed_ms = studio.line("answered_ms")["answered_ms"]
    while not (saw_ms := page.evaluate(SEES)):
        if time.time() * 1000 - pressed_ms > WAIT_S * 1000:
            raise TimeoutError("the customer sees nothing")
    media = advisor.until(
        "call_media",
        lambda media: media and media["remotes"] and media["remotes"][0].get("seen_ms") and media["remotes"][0].get("heard_ms"),
        "picture and sound",
    )
    remote = media["remotes"][0]
    if not last:
        advisor.execute(CallHangUp())
        advisor.execute(CallWrapUp(outcome="helped"))
        advisor.until("calls", lambda calls: calls and not calls["queue"] and not calls["live"], "the end")
        page.goto("about:blank")
    return saw_ms - pressed_ms, remote["seen_ms"] - pressed_ms, remote["heard_ms"] - pressed_ms


def _rows(
    waits: list[tuple[float, float, float]], page: Any, studio: RunningStudio, advisor: StudioClient, seconds: float
) -> list[Row]:
    both = [max(three) for three in waits]
    measure(page)
    time.sleep(3)
    begun, cpu = time.monotonic(), cpu_s(studio.child.pid)
    seen, decoded = len(measured(page)["delays"]), page.evaluate(DECODED)
    pictures: list[float] = []
    sounds: list[float] = []
    lags: list[float] = []
    while time.monotonic() - begun < seconds:
        time.sleep(0.5)
        remote = advisor.state["call_media"]["remotes"][0]
        pictures.append(remote.get("picture_age_ms", 0))
        sounds.append(remote.get("sound_age_ms", 0))
        lags += filter(None, [page.evaluate(LAG)])
    passed = time.monotonic() - begun
    used, decoded = (cpu_s(studio.child.pid) - cpu) / passed, (page.evaluate(DECODED) - decoded) / passed
    delays, settled = measured(page)["delays"][seen:], lags[len(lags) // 2 :]
    remote = advisor.state["call_media"]["remotes"][0]
    return [
        Row(name="answer pressed → both see and hear, p50", value=percentile(both, 50), unit="ms", most=1000),
        Row(name="answer pressed → both see and hear, p95", value=percentile(both, 95), unit="ms", most=1800),
        Row(name="advisor → customer, picture, p50", value=percentile(delays, 50), unit="ms", most=150),
        Row(name="advisor → customer, sound after picture, median", value=abs(median(settled)), unit="ms", most=45),
        Row(name="customer → advisor, picture ready, p50", value=percentile(pictures, 50), unit="ms", most=150),
        Row(name="customer → advisor, sound heard, p50", value=percentile(sounds, 50), unit="ms", most=150),
        Row(name="pictures a second decoded at the customer", value=decoded, unit="fps", least=28),
        Row(name="of them shown (this browser draws in software)", value=len(delays) / seconds, unit="fps"),
        Row(name="desktop's processor, both ways, without a window", value=used, unit="cores", most=0.7),
        Row(name="received from the customer", value=remote.get("kbps_in", 0), unit="kbit/s"),
        Row(name="sent to the customer", value=remote.get("kbps_out", 0), unit="kbit/s"),
    ]
