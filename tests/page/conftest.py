"""Browsers on a busy machine are given time."""

from playwright.sync_api import expect

from tests.fakes import TIMEOUT_S

expect.set_options(timeout=1000 * TIMEOUT_S)
