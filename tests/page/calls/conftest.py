"""A visitor's browser, and the shop's page with `<vitrine-call>` in it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from studio.bench.browser import chromium
from tests.fakes import TIMEOUT_MS
from tests.page.devices import FLAGS
from tests.page.fake_calls import FakeCalls

Visitor = Callable[..., BrowserContext]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium(*FLAGS, sound=False, light=True) as running:
        yield running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Makes one visitor's browser, whose pages must stay free of errors and keep to the policy."""
    made: list[BrowserContext] = []
    problems: list[str] = []

    def make(**settings: Any) -> BrowserContext:
        usual = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "timezone_id": "Europe/Copenhagen"}
        context = browser.new_context(**usual | settings)
        context.set_default_timeout(TIMEOUT_MS)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", lambda message: problems.extend([message.text] if "Security Policy" in message.text else []))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert problems == []


@pytest.fixture
def context(visitor: Visitor) -> BrowserContext:
    return visitor()


@pytest.fixture
def calls(context: BrowserContext) -> FakeCalls:
    return FakeCalls(context)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
