"""A running show server of the test's own."""

from collections.abc import AsyncIterator

import pytest

from tests.studio.link.show_server import ShowServer


@pytest.fixture
async def server() -> AsyncIterator[ShowServer]:
    async with ShowServer().running() as running:
        yield running
