"""The panel leaves room: one's own picture in a corner, the call small or in a window of its own. Everybody can use it."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.page.axe import AXE, wrong
from tests.page.calls.customer import CALL, COLOUR, part, press, talking
from tests.page.fake_calls import OIL, FakeCalls
from tests.page.fake_show import HOME


def test_ones_own_picture_goes_to_the_corner_one_takes_it_to(calls: FakeCalls, page: Page) -> None:
    talking(calls, page)
    own = part(page, ".own")
    box, stage = own.bounding_box(), part(page, ".stage").bounding_box()
    assert box is not None
    assert stage is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(stage["x"] + 40, stage["y"] + stage["height"] - 40, steps=4)
    page.mouse.up()
    expect(own).to_have_attribute("data-x", "left")
    expect(own).to_have_attribute("data-y", "bottom")
    own.focus()
    page.keyboard.press("ArrowRight")
    expect(own).to_have_attribute("data-x", "right")


def test_in_a_window_of_its_own_it_keeps_its_buttons(calls: FakeCalls, page: Page) -> None:
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


def test_small_it_leaves_the_page_to_the_customer(calls: FakeCalls, page: Page) -> None:
    talking(calls, page)
    press(page, "Make it small")
    page.wait_for_function(f"{CALL}.shadowRoot.querySelector('.panel').getBoundingClientRect().width <= 320")
    page.reload()
    part(page, ".tile[data-status=connected]").wait_for()
    expect(part(page, ".panel")).to_have_class("panel small")
    press(page, "Make it large")
    expect(part(page, ".side")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_nobody_is_shut_out(browser: Browser, scheme: Literal["light", "dark"], width: int) -> None:
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
