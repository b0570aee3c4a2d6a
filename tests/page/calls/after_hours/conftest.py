"""The shop's page at night, when nobody answers and messages and bookings are taken."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.page.calls.after_hours.night import at_night, closed
from tests.page.fake_calls import FakeCalls


@pytest.fixture
def calls(context: BrowserContext) -> FakeCalls:
    return closed(context)


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return at_night(context)
