"""Pictures of the page: `python -m tests.page.gallery FOLDER`.

A live demo show with pins, chat and a poll; desktop and phone, wide and upright picture, Danish and English, light and dark.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio import paths
from studio.bench import stage
from studio.bench.browser import chromium
from studio.bench.studio_process import RunningStudio, running_studio
from studio.cli import do

SIZES = {"desktop": (1280, 800, 1), "phone": (390, 844, 2)}
SETTINGS = {"video.rendition": "720"}


@contextmanager
def selling_show(upright: bool) -> Iterator[RunningStudio]:
    """The demo show, live, with things going on."""
    folder = paths.assets() / "demo"
    show = json.loads((folder / "demo.show.json").read_text())
    for source in show["sources"]:
        if "path" in source.get("settings", {}):
            source["settings"]["path"] = str(folder / source["settings"]["path"])
    show["sources"] = [source for source in show["sources"] if source["kind"] != "microphone"]
    if upright:
        show["canvas"] = {"width": 1080, "height": 1920}
        show["scenes"][0]["items"] = [
            {"id": "host", "source": "host", "transform": {"fit": "fill", "width": 1080, "height": 1920}}
        ]
    with stage.folder() as home, running_studio(home, show, SETTINGS) as studio:
        for words in (
            ("product.pin", "product=hand-cream"),
            ("product.pin", "product=rose-oil"),
            ("poll.open", "question=Hvilken duft skal vi lave næste gang?", 'answers=["Rose","Lavendel","Grøn te"]'),
            ("chat.say", "text=Velkommen! Fri fragt i aften over 299 kr.", "name=Jonas · rådgiver"),
        ):
            _do(home, *words)
        yield studio


def _do(home: Path, *words: str) -> None:
    import os

    os.environ["VITRINE_HOME"] = str(home)
    do.main(list(words))


def pictures(folder: Path) -> list[Path]:
    """Take them all; where they are."""
    made: list[Path] = []
    for upright in (False, True):
        with selling_show(upright) as studio, chromium(sound=False) as browser:
            for size, (width, height, scale) in SIZES.items():
                for language in ("da", "en"):
                    for scheme in ("light", "dark"):
                        context = browser.new_context(
                            viewport={"width": width, "height": height},
                            device_scale_factor=scale,
                            locale=language,
                            color_scheme=scheme,
                            has_touch=size == "phone",
                        )
                        name = f"{size}-{'upright' if upright else 'wide'}-{language}-{scheme}.png"
                        _take(context.new_page(), f"{studio.viewer}?lang={language}", folder / name)
                        made.append(folder / name)
                        context.close()
    return made


def _take(page: Any, address: str, path: Path) -> None:
    page.goto(address)
    page.wait_for_selector("vitrine-show[state=playing]", timeout=30_000)
    page.locator("vitrine-show .consent .choice").first.click()
    page.locator("vitrine-show .pin").first.wait_for()
    page.wait_for_timeout(600)  # the card is still coming
    page.screenshot(path=path)


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "page-pictures")
    target.mkdir(parents=True, exist_ok=True)
    for picture in pictures(target):
        print(picture)
