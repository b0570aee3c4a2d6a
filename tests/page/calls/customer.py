"""What a customer does on the page: rings, waits, talks."""

from typing import Any

from playwright.sync_api import Locator, Page

from tests.page.fake_calls import FakeCalls, advisor

CALL = "document.querySelector('vitrine-call')"
COLOUR = """() => {
  const video = document.querySelector('vitrine-call').shadowRoot.querySelector('.tile video');
  const small = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  const draw = small.getContext('2d');
  draw.drawImage(video, 0, 0, 8, 8);
  const [red, green, blue] = draw.getImageData(4, 4, 1, 1).data;
  return video.videoWidth === 320 && red > 150 && green < 90 && blue < 90;
}"""


def part(page: Page, selector: str, **filters: Any) -> Locator:
    return page.locator("vitrine-call").locator(selector, **filters)


def press(page: Page, words: str) -> None:
    page.locator("vitrine-call").get_by_role("button", name=words, exact=True).click()


def choose(page: Page, kind: str) -> None:
    part(page, ".launcher").click()
    part(page, f".way[data-kind={kind}]").click()


def in_line(calls: FakeCalls, page: Page, kind: str = "text", path: str = "/") -> None:
    """Somebody who waits."""
    calls.open(page, path)
    choose(page, kind)
    if kind != "text":
        part(page, ".check .primary:enabled").click()
    part(page, ".panel[data-view=waiting]").wait_for()


def in_call(calls: FakeCalls, page: Page, kind: str = "text", **changes: Any) -> None:
    in_line(calls, page, kind)
    calls.answer(**changes)
    part(page, ".panel[data-view=room]").wait_for()


def talking(calls: FakeCalls, page: Page, kind: str = "video") -> Page:
    """A call with an advisor in another page; the advisor's page."""
    other = advisor(page.context)
    page.bring_to_front()
    in_call(calls, page, kind)
    part(page, ".tile[data-status=connected]").wait_for()
    return other
