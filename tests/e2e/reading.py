"""What a test reads off the viewer page."""

from playwright.sync_api import Page

from tests.fakes import TIMEOUT_MS


def colour(page: Page, x: float = 0.5, y: float = 0.5) -> tuple[int, int, int]:
    """The video's colour at a place (shares of its size), as the viewer sees it."""
    red, green, blue = page.evaluate(
        """([x, y]) => {
          const video = document.querySelector('vitrine-show').video;
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 1;
          const context = canvas.getContext('2d');
          context.drawImage(video, video.videoWidth * x - 2, video.videoHeight * y - 2, 4, 4, 0, 0, 1, 1);
          return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        }""",
        [x, y],
    )
    return red, green, blue


def near(found: tuple[int, int, int], wanted: tuple[int, int, int], tolerance: int = 24) -> bool:
    """Whether two colours are alike to the eye."""
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def wait_colour(page: Page, wanted: tuple[int, int, int], timeout_ms: float = TIMEOUT_MS) -> None:
    """Until the middle of the picture has that colour."""
    page.wait_for_function(
        """([r, g, b]) => {
          const video = document.querySelector('vitrine-show').video;
          if (!video.videoWidth) return false;
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 1;
          const context = canvas.getContext('2d');
          context.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 4, 4, 0, 0, 1, 1);
          const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
          return Math.max(Math.abs(red - r), Math.abs(green - g), Math.abs(blue - b)) <= 24;
        }""",
        arg=list(wanted),
        timeout=timeout_ms,
    )


HOW = """() => {
  const { playback } = document.querySelector('vitrine-show') ?? {};
  const { player, blocked, attempt, video } = playback ?? {};
  const ranges = video?.buffered?.length ? [video.buffered.start(0), video.buffered.end(0)] : [];
  return { state: document.querySelector('vitrine-show')?.getAttribute('state'), via: playback?.via, blocked,
    attempt, at: video?.currentTime, paused: video?.paused, ready: video?.readyState, ranges, waiting: player?.waiting?.length };
}"""


def wait_state(page: Page, state: str, timeout_ms: float = TIMEOUT_MS) -> None:
    """Until the player says that it is in `state` (`playing`, or a curtain's name). By default it may take two attempts by
    WebRTC and two over the socket: how fast it is is measured, not tested."""
    try:
        page.wait_for_selector(f"vitrine-show[state={state}]", timeout=timeout_ms)
    except Exception as error:
        raise AssertionError(f"never {state}: {page.evaluate(HOW)}") from error


def headline(page: Page) -> str:
    """The curtain's words."""
    return str(page.locator("vitrine-show .headline").inner_text())
