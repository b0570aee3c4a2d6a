"""The demo shop as the show server serves it, with a stand-in for the show's own script."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

from aiohttp import web

ASSETS = Path(__file__).parents[2] / "assets"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
EMBED = """
const calls = [];
const record = (name, answer) => (value) => { calls.push([name, structuredClone(value)]); return answer; };
const order = record('order', Promise.resolve({ ok: true }));
export const vitrine = { choices: null, calls, order, cart: record('cart'), seen: record('seen') };
window.vitrine = vitrine;
"""


def _file(path: Path, root: Path) -> web.Response:
    path = path.resolve()
    if not (path.is_relative_to(root) and path.is_file()):
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], headers={"Content-Security-Policy": POLICY})


async def _shop(request: web.Request) -> web.Response:
    root = ASSETS / "demo" / "shop"
    return _file(root / (request.match_info["name"] or "index.html"), root)


async def _asset(request: web.Request) -> web.Response:
    return _file(ASSETS / request.match_info["name"], ASSETS)


async def _embed(_request: web.Request) -> web.Response:
    return web.Response(text=EMBED, content_type="text/javascript")


async def _relation(_request: web.Request) -> web.Response:
    return web.Response(text="export {};", content_type="text/javascript")


async def _serve(told: "Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]]") -> None:
    app = web.Application()
    app.add_routes(
        [
            web.get("/demo/shop/{name:[^/]*}", _shop),
            web.get("/assets/{name:.+}", _asset),
            web.get("/embed.js", _embed),
            web.get("/relation.js", _relation),
        ]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    enough = asyncio.Event()
    told.set_result((f"http://127.0.0.1:{runner.addresses[0][1]}/demo/shop/", asyncio.get_running_loop(), enough))
    await enough.wait()
    await runner.cleanup()


@contextlib.contextmanager
def demo_shop() -> Iterator[str]:
    """Its address. The loop is a thread's: playwright has one in ours."""
    told: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(told)), name="demo-shop")
    thread.start()
    address, loop, enough = told.result(10)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(enough.set)
        thread.join()
