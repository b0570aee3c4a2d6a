"""How long people wait: from opening the page to the first picture, and from starting the studio to ready."""

from studio.bench import stage
from studio.bench.browser import chromium, wait_playing
from studio.bench.report import Row, median
from studio.bench.studio_process import running_studio

PATTERN = {
    "version": 1,
    "show": {"id": "pattern", "title": "Pattern"},
    "sources": [{"id": "pattern", "kind": "test_pattern", "name": "Pattern"}],
    "scenes": [{"id": "main", "name": "Main", "items": [{"id": "1", "source": "pattern"}]}],
}
STARTS = 3


def run(seconds: float = 10.0) -> list[Row]:
    """`seconds` is the number of times the page is opened."""
    starts = []
    for _ in range(STARTS):
        with stage.folder() as home, running_studio(home, PATTERN, go_live=False) as studio:
            starts.append(studio.ready_s)
    waits = []
    with stage.folder() as home, running_studio(home, PATTERN, {"video.rendition": "720"}) as studio:
        with chromium(sound=False) as browser:
            for _ in range(round(seconds)):
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.add_init_script("addEventListener('vitrine:playing', () => (window.playingAt ??= performance.now()), true)")
                page.goto(studio.viewer)
                wait_playing(page)
                waits.append(page.evaluate("window.playingAt"))
                page.close()
    return [
        Row(name="page open → first picture, p50", value=median(waits), unit="ms", most=450),
        Row(name="page open → first picture, slowest", value=max(waits), unit="ms"),
        Row(name="start → ready to go live", value=median(starts), unit="s", most=3),
    ]
