"""Browsers on pages of the brand's shop."""

import aiohttp
import pytest

from studio.server.app import ShowServer
from tests.server.fakes import PushedClock
from tests.server.relation.shop import SHOP, NewPage, Page


@pytest.fixture
async def new_page(server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock) -> NewPage:
    """Browsers on pages of the shop."""
    server.tokens.add(SHOP, "shop")
    return lambda device="desktop": Page(http, server, hands, device)
