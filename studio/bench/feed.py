"""A large feed: read for the first time, read again, and cancelled half-way."""

import asyncio
import csv
import time
from pathlib import Path

from studio.bench import stage
from studio.bench.report import Row
from studio.bench.show_on_server import ShowOnServer, show_on_server

PRODUCTS = 50_000
HEAD = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Published",
    "Variant SKU",
    "Variant Inventory Qty",
    "Variant Price",
    "Image Src",
)


def run(seconds: float = 0.0) -> list[Row]:
    """Takes as long as it takes."""
    return asyncio.run(_run())


async def _run() -> list[Row]:
    with stage.folder() as folder:
        path = folder / "large.csv"
        _write(path)
        async with show_on_server() as show:
            cancelled = await _cancel(show, path)
            left = len(await show.shop.catalogue("Product", 200))
            first, new = await _read(show, path)
            again, changed = await _read(show, path)
    return [
        Row(name="products in the feed", value=PRODUCTS, unit=""),
        Row(name="cancelled half-way: products that are there", value=left, unit="", most=0),
        Row(name="cancelled → free for the next", value=cancelled, unit="s"),
        Row(name="read for the first time", value=first, unit="s", most=20),
        Row(name="of these new", value=new, unit="", least=PRODUCTS),
        Row(name="read again", value=again, unit="s", most=20),
        Row(name="of these changed", value=changed, unit="", most=0),
    ]


def _write(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for number in range(PRODUCTS):
            body = f"<p>Number <b>{number}</b>, made of good things.</p><ul><li>Vegan</li><li>50 ml</li></ul>"
            image = f"https://shop.example.com/{number}.jpg"
            writer.writerow(
                (f"p-{number}", f"Product {number}", body, "Matilde", "true", f"S{number}", number % 90, "249.00", image)
            )


async def _read(show: ShowOnServer, path: Path) -> tuple[float, float]:
    begun = time.monotonic()
    done = await show.shop.import_feed(path, {"currency": "DKK"}, lambda said: None)
    return time.monotonic() - begun, done.new + done.changed


async def _cancel(show: ShowOnServer, path: Path) -> float:
    half = asyncio.Event()
    task = asyncio.create_task(
        show.shop.import_feed(
            path, {"currency": "DKK"}, lambda said: half.set() if said.__class__.__name__ == "Reading" else None
        )
    )
    await half.wait()
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return 0.0
