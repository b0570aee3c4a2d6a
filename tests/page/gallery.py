"""Pictures of the page: `python -m tests.page.gallery FOLDER [show|call|guest]`.

A live demo show with pins, chat and a poll, a call in each of its states, and a guest from the invitation to the end; desktop
and phone, wide and upright, Danish and English, light and dark.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from studio import paths
from studio.bench import stage
from studio.bench.browser import chromium
from studio.bench.studio_process import RunningStudio, running_studio
from studio.cli import do
from tests.page.devices import FLAGS, NO_DEVICES, REFUSE
from tests.page.fake_calls import OIL, FakeCalls, advisor
from tests.page.fake_guests import FakeGuests, fake_guests
from tests.page.test_guest_page import DENIED, connected, invited, part, put_on_air

SIZES = {"desktop": (1280, 800, 1), "phone": (390, 844, 2)}
SETTINGS = {"video.rendition": "720"}


@contextmanager
def selling_show(upright: bool) -> Iterator[RunningStudio]:
    """The demo show, live, with things going on."""
    folder = paths.assets() / "demo"
    show = json.loads((folder / "demo.show.json").read_text())
    for source in show["sources"]:
        if "path" in source.get("settings", {}):
            source["settings"]["path"] = str(folder / source["settings"]["path"])
    show["sources"] = [source for source in show["sources"] if source["kind"] != "microphone"]
    if upright:
        show["canvas"] = {"width": 1080, "height": 1920}
        show["scenes"][0]["items"] = [
            {"id": "host", "source": "host", "transform": {"fit": "fill", "width": 1080, "height": 1920}}
        ]
    with stage.folder() as home, running_studio(home, show, SETTINGS) as studio:
        for words in (
            ("product.pin", "product=hand-cream"),
            ("product.pin", "product=rose-oil"),
            ("poll.open", "question=Hvilken duft skal vi lave næste gang?", 'answers=["Rose","Lavendel","Grøn te"]'),
            ("chat.say", "text=Velkommen! Fri fragt i aften over 299 kr.", "name=Jonas · rådgiver"),
        ):
            _do(home, *words)
        yield studio


def _do(home: Path, *words: str) -> None:
    import os

    os.environ["VITRINE_HOME"] = str(home)
    do.main(list(words))


def pictures(folder: Path) -> list[Path]:
    """Take them all; where they are."""
    made: list[Path] = []
    for upright in (False, True):
        with selling_show(upright) as studio, chromium(sound=False) as browser:
            for size, (width, height, scale) in SIZES.items():
                for language in ("da", "en"):
                    for scheme in ("light", "dark"):
                        context = browser.new_context(
                            viewport={"width": width, "height": height},
                            device_scale_factor=scale,
                            locale=language,
                            color_scheme=scheme,
                            has_touch=size == "phone",
                        )
                        name = f"{size}-{'upright' if upright else 'wide'}-{language}-{scheme}.png"
                        _take(context.new_page(), f"{studio.viewer}?lang={language}", folder / name)
                        made.append(folder / name)
                        context.close()
    return made


def _take(page: Page, address: str, path: Path) -> None:
    page.goto(address)
    page.wait_for_selector("vitrine-show[state=playing]", timeout=30_000)
    page.locator("vitrine-show .consent .choice").first.click()
    page.locator("vitrine-show .pin").first.wait_for()
    page.wait_for_timeout(600)  # the card is still coming
    page.screenshot(path=path)


WORDS = {
    "da": (
        "Ansigtsolie med rose",
        "Hudpleje til tør og sart hud",
        ("Hej, jeg er i tvivl om, hvad der passer til min hud om vinteren.", "Hej Anne! Er den mest tør eller mest sart?"),
    ),
    "en": (
        "Rose facial oil",
        "Care for dry and sensitive skin",
        ("Hello, I am not sure what suits my skin in winter.", "Hello Anne! Is it more dry, or more sensitive?"),
    ),
}
BLOCKED = NO_DEVICES.format(camera_state="denied", microphone_state="granted") + REFUSE.format(
    camera="NotAllowedError", microphone=""
)


def call_pictures(folder: Path) -> list[Path]:
    """Every state of a call; where they are."""
    made: list[Path] = []
    with chromium(*FLAGS, sound=False) as browser:
        for size, (width, height, scale) in SIZES.items():
            for language in ("da", "en"):
                for scheme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        device_scale_factor=scale,
                        locale=language,
                        color_scheme=scheme,
                        timezone_id="Europe/Copenhagen",
                        has_touch=size == "phone",
                    )
                    take = _Taker(folder, f"call-{size}-{language}-{scheme}")
                    _states(context, language, take)
                    made += take.made
                    context.close()
    return made


class _Taker:
    """Takes one picture after the other of a page."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.made: list[Path] = []

    def __call__(self, page: Page, state: str) -> None:
        path = self._folder / f"{self._name}-{len(self.made):02}-{state}.png"
        page.wait_for_timeout(350)  # what moves has arrived
        page.screenshot(path=path)
        self.made.append(path)


def _states(context: BrowserContext, language: str, take: _Taker) -> None:
    title, topic, lines = WORDS[language]
    calls = FakeCalls(context)
    calls.lang = language
    calls.heading = title
    calls.desk["topics"] = [{"id": "skin", "name": topic}, {"id": "hair", "name": "Hair"}]
    other = advisor(context)
    other.evaluate("dress('/assets/demo/poster.webp')")
    page = context.new_page()
    element = page.locator("vitrine-call")
    shown = OIL | {"title": title, "before_minor": 32900, "stock": 4, "image": "/assets/demo/products/01.webp"}

    for name, desk in (
        ("closed", {"open": False, "change_ms": 1_700_000_000_000 + 40_000_000}),
        ("busy", {"free": False, "waiting": 4, "wait_s": 300}),
    ):
        before, calls.desk = calls.desk, calls.desk | desk
        calls.open(page)
        take(page, f"button-{name}")
        element.locator(".launcher").click()
        element.locator(".panel :is(.after-hours, .way):visible").first.wait_for()
        take(page, f"choose-{name}")
        calls.desk = before
    calls.open(page)
    element.locator(".launcher").click()
    element.locator(".way[data-kind=video]").click()
    element.locator(".check .primary:enabled").wait_for()
    take(page, "check")
    element.locator(".check .primary").click()
    element.locator(".panel[data-view=waiting]").wait_for()
    calls.line("customer", lines[0])
    take(page, "waiting")
    calls.answer()
    element.locator(".tile[data-status=connected]").wait_for()
    calls.line("advisor", lines[1])
    calls.line("customer", "Tør.")
    page.wait_for_timeout(1500)  # the picture becomes sharp
    take(page, "call")
    calls.update(shown=shown, asked=[{"ask": "recording", "yes": True}, {"ask": "air", "yes": True}])
    take(page, "call-shown")
    if element.locator(".chat-button").is_visible():
        element.locator(".chat-button").click()
        take(page, "call-chat")
        element.locator(".shut-talk").click()
        element.locator(".more-button").click()
        take(page, "call-more")
        element.locator(".more-button").click()
    element.locator(".end").click()
    take(page, "call-confirm")
    page.keyboard.press("Escape")
    calls.update(shown=None, asked=[{"ask": "camera", "yes": None}])
    take(page, "asked")
    page.keyboard.press("Escape")
    calls.update(held=True)
    take(page, "held")
    calls.update(held=False)
    other.evaluate("say({ type: 'sends', picture: false, sound: true, screen: false })")
    take(page, "unseen")
    page.evaluate("document.querySelector('vitrine-call').shrink()")
    take(page, "small")
    page.evaluate("document.querySelector('vitrine-call').enlarge()")
    calls.update(kind="text", shown=shown)
    take(page, "text")
    calls.update(state="ended", ending="hung_up", people=[])
    element.locator(".star input").nth(3).check(force=True)
    take(page, "after")
    calls.update(ending="no_answer")
    blocked = context.new_page()
    blocked.add_init_script(BLOCKED)
    calls.open(blocked)
    blocked.locator("vitrine-call .launcher").click()
    blocked.locator("vitrine-call .way[data-kind=video]").click()
    blocked.locator("vitrine-call .trouble").wait_for()
    take(blocked, "check-denied")


GUEST_SIZES = {
    "desktop": (1280, 720, 1, False),
    "phone": (360, 740, 2, True),
    "phone-wide": (740, 360, 2, True),
    "twice": (640, 360, 2, False),
    "phone-twice": (320, 640, 2, True),
}
"""Width, height, scale, touched; `twice`: at 200 %."""


def guest_pictures(folder: Path) -> list[Path]:
    """A guest's whole way; where they are."""
    made: list[Path] = []
    with chromium(*FLAGS, "--use-fake-device-for-media-stream=device-count=2", sound=False) as browser:
        for size, (width, height, scale, touched) in GUEST_SIZES.items():
            for language, scheme in (("da", "light"), ("en", "dark"), ("en", "light"), ("da", "dark")):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    device_scale_factor=scale,
                    locale=language,
                    color_scheme=scheme,
                    has_touch=touched,
                    is_mobile=touched,
                )
                take = _Taker(folder, f"guest-{size}-{language}-{scheme}")
                with fake_guests() as guests:
                    guests.picture = paths.assets() / "demo" / "poster.webp"
                    _guest_states(context, guests, take, touched=touched)
                made += take.made
                context.close()
    return made


def _guest_states(context: BrowserContext, guests: FakeGuests, take: _Taker, *, touched: bool) -> None:
    page = context.new_page()
    page.goto(f"{guests.url}/guest")
    part(page, ".over").wait_for()
    take(page, "no-link")
    page.goto("about:blank")
    invited(guests, page)
    page.wait_for_timeout(1200)  # the fake microphone beeps once a second
    take(page, "before")
    page.evaluate("scrollTo(0, 1e6)")
    take(page, "before-end")
    guests.here = False
    page.reload()
    part(page, ".go .primary:enabled").click()
    take(page, "away")
    guests.desktop_is(True)
    connected(page)
    guests.sends(air=False)
    page.wait_for_timeout(1500)  # the picture becomes sharp
    take(page, "green-room")
    page.keyboard.press("m")
    page.wait_for_timeout(2500)  # it beeps, and is muted
    take(page, "muted")
    page.keyboard.press("m")
    put_on_air(guests, page)
    take(page, "on-air")
    page.keyboard.press("v")
    take(page, "on-air-unseen")
    page.keyboard.press("v")
    part(page, ".green .control.leave").click()
    take(page, "leave")
    page.keyboard.press("Escape")
    part(page, ".green .control:nth-child(4)").click()
    take(page, "devices")
    page.keyboard.press("Escape")
    guests.sends(air=False)
    page.locator("vitrine-guest:not([air])").wait_for()
    part(page, ".green .control.leave").click()
    take(page, "left")
    part(page, ".over .primary").click()
    part(page, ".go .primary:enabled").wait_for()
    if touched:
        part(page, "#guest-phone").check()
        part(page, ".go .primary:enabled").wait_for()
        take(page, "phone-before")
        part(page, ".go .primary").click()
        connected(page)
        take(page, "filming")
        put_on_air(guests, page)
        take(page, "filming-on-air")
    guests.shut(4001)
    part(page, ".over").wait_for()
    take(page, "elsewhere")
    blocked = context.new_page()
    blocked.add_init_script(DENIED)
    blocked.goto(guests.link)
    part(blocked, ".trouble").first.wait_for()
    take(blocked, "denied")
    guests.shut(4003)
    part(blocked, ".over").wait_for()
    take(blocked, "sent-away")
    guests.known = False
    blocked.goto(guests.link)
    part(blocked, ".over").wait_for()
    take(blocked, "unknown")


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "page-pictures")
    target.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:] or ["show", "call", "guest"]
    for take_all, name in ((pictures, "show"), (call_pictures, "call"), (guest_pictures, "guest")):
        for picture in take_all(target) if name in wanted else ():
            print(picture)
