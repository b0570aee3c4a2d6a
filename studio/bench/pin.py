"""From a pressed key to a painted card: pins, a page in Chromium, and the same clock on both sides."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from studio.bench.browser import chromium
from studio.bench.report import Row, percentile
from studio.bench.show_on_server import show_on_server
from studio.commands.product import ProductPin, ProductUnpin
from studio.show.shelf import Product

PAUSE_S = 0.25
SHIFTS = """window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true })"""
FOLLOW = """() => {
  window.painted = {};
  const host = document.querySelector('vitrine-show');
  host.show.state = 'live';
  const pins = host.cards.root;
  new MutationObserver((changes) => {
    for (const change of changes) for (const card of change.addedNodes) requestAnimationFrame(() => requestAnimationFrame(() => {
      window.painted[card.dataset.product] = performance.timeOrigin + performance.now();
    }));
  }).observe(pins, { childList: true });
}"""


def run(seconds: float = 20.0) -> list[Row]:
    """`seconds` is four pins a second."""
    waits, shift = asyncio.run(_run(max(4, round(seconds / PAUSE_S))))
    return [
        Row(name="pin pressed → card painted in a browser, p50", value=percentile(waits, 50), unit="ms"),
        Row(name="pin pressed → card painted in a browser, p95", value=percentile(waits, 95), unit="ms", most=250),
        Row(name="how far the page moved when cards came (CLS)", value=shift, unit="", most=0.001),
    ]


async def _run(count: int) -> tuple[list[float], float]:
    products = tuple(Product(id=f"p{n}", title=f"Product number {n}", price_minor=24_900 + n) for n in range(count))
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:  # playwright's own
        async with show_on_server(products) as show:
            opened = await loop.run_in_executor(thread, _open, show.page)
            pressed: dict[str, float] = {}
            for product in products:
                pressed[product.id] = time.time() * 1000
                await show.connection.execute(ProductPin(product=product.id))
                await asyncio.sleep(PAUSE_S)
                await show.connection.execute(ProductUnpin())
            painted, shift = await loop.run_in_executor(thread, _read, opened)
    return [painted[product] - at for product, at in pressed.items()], shift


def _open(page: str) -> tuple[Any, Any]:
    browser = chromium(sound=False)
    context = browser.__enter__()
    opened = context.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    opened.add_init_script(SHIFTS)
    opened.goto(page)
    opened.wait_for_selector("vitrine-show[state=before]")
    opened.wait_for_timeout(500)
    opened.evaluate("window.shift = 0")
    opened.evaluate(FOLLOW)
    return browser, opened


def _read(opened: tuple[Any, Any]) -> tuple[dict[str, float], float]:
    browser, page = opened
    painted, shift = page.evaluate("[window.painted, window.shift]")
    browser.__exit__(None, None, None)
    return painted, shift
