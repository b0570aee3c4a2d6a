"""A scene as a source: a group that is arranged once and shown in many scenes. The program draws its items itself."""

from typing import Annotated

from msgspec import Meta

from studio.media.frames import Picture
from studio.sources.base import Report, SilentSource, SourceContext, SourceSettings


class SceneSettings(SourceSettings, frozen=True, kw_only=True):
    """`scene`: the id of the scene that is shown."""

    scene: Annotated[str, Meta(min_length=1, max_length=64)]


class SceneSource(SilentSource):
    """Has no picture of its own: where it is shown, the plan holds the scene's items."""

    def __init__(self, settings: SceneSettings, context: SourceContext) -> None:
        self._context = context

    def start(self) -> None:
        canvas = self._context.canvas
        self._context.report(Report("live", "", (canvas.width, canvas.height)))

    def close(self) -> None:
        return

    def picture(self, now_ns: int) -> Picture | None:
        return None
