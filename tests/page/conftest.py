"""Browsers on a busy machine are given time."""

from playwright.sync_api import expect

from tests.fakes import TIMEOUT_MS

expect.set_options(timeout=TIMEOUT_MS)
