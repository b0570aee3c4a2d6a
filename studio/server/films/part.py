"""Films of shows: on their way here, and public."""

from contextlib import AsyncExitStack

from aiohttp import web

from studio.server.films.films import Films
from studio.server.films.public import PublicFilms
from studio.server.films.uploads import FilmUploads
from studio.server.ground import Ground
from studio.server.live.show import LiveShow
from studio.server.part import Part
from studio.tasks import Tasks


class FilmsPart(Part):
    """Uploads from desktops, files for pages."""

    def __init__(self, ground: Ground) -> None:
        self.films = Films(ground.engine, ground.clock, ground.live_shows, ground.folder("films"), ground.config.films)
        self.public = PublicFilms(self.films, ground.asked, ground.live_shows)
        self._uploads = FilmUploads(self.films, ground.admission)

    async def open(self, opened: AsyncExitStack) -> None:
        await self.films.start()

    def begin(self, tasks: Tasks) -> None:
        tasks.spawn(self.films.purge_loop(), "films")

    def add_routes(self, router: web.UrlDispatcher) -> None:
        self._uploads.add_routes(router)
        self.public.add_routes(router)

    def register_show(self, live: LiveShow) -> None:
        self.films.register(live)
