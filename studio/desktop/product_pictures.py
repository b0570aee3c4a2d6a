"""Pictures of products, fetched from the server when something draws them."""

import asyncio
import logging

from studio.errors import StudioError
from studio.link.link import Link
from studio.overlays.shop_data import ShopData
from studio.tasks import Tasks

log = logging.getLogger(__name__)

BYTES_MAX, RETRY_S = 4 << 20, 5.0


class ProductPictures:
    """On the studio's loop; overlays ask from their own thread."""

    def __init__(self, shop_data: ShopData, link: Link) -> None:
        self._shop_data = shop_data
        self._link = link
        self._tasks = Tasks(log)
        self._loop = asyncio.get_running_loop()
        shop_data.want = self._wanted

    async def close(self) -> None:
        """Fetch no more."""
        self._shop_data.want = lambda path: None
        await self._tasks.close()

    def _wanted(self, path: str) -> None:
        """Any thread."""
        self._loop.call_soon_threadsafe(self._want, path)

    def _want(self, path: str) -> None:
        self._tasks.spawn(self._fetch(path), "product-picture")

    async def _fetch(self, path: str) -> None:
        data = b""
        try:
            data = await self._link.fetch(path, BYTES_MAX)
        except StudioError as error:
            log.info("a product's picture cannot be had: %s", error)
            await asyncio.sleep(RETRY_S)
        await asyncio.to_thread(self._shop_data.brought, path, data)
