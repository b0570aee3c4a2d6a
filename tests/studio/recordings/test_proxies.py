"""A film that is too heavy gets a smaller copy while it plays, and goes on where it stands: on a real rack, queue and process."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from studio.commands import Actor
from studio.commands.media import MediaPlay
from studio.commands.recording import WorkCancel
from studio.commands.source import SourceOriginal, SourceProxy, SourceRemove, SourceSet
from studio.errors import DeviceFailed, InvalidValue, StudioError
from studio.recordings.cutting.exporter import Exporter
from studio.recordings.proxies import Proxies
from studio.recordings.works import Works
from studio.sources import proxy
from studio.sources.base import SourceKind
from studio.sources.colour import ColourSettings, ColourSource
from studio.sources.media_file import MediaFileSettings, MediaFileSource
from studio.sources.proxy import proxy_of, tidy, to_play
from studio.sources.rack import SourceRack
from studio.spine import Dispatcher, Store
from studio.state import Source
from tests.fakes import ManualClock, Reports, frame_number, make_film, until

HOST = Actor("laptop", "host", local=True)
KINDS = {
    "media_file": SourceKind(MediaFileSettings, MediaFileSource),
    "colour": SourceKind(ColourSettings, ColourSource),
}


class Studio:
    """A rack with a film of 1,440 × 810 pixels in two sources, and a colour."""

    def __init__(self, film: Path) -> None:
        self.store, self.clock = Store(), ManualClock()
        dispatcher = self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.rack = SourceRack(self.store, dispatcher, KINDS, Reports(clock=self.clock).context, iter("xyz").__next__)
        self.works = Works(self.store, dispatcher)
        Proxies(self.store, dispatcher, self.rack, self.works)
        settings = {"path": str(film), "loop": False}
        films = (Source(id=one, kind="media_file", name=f"Film {one}", settings=settings) for one in "ab")
        self.rack.open((*films, Source(id="c", kind="colour", name="Farve")))

    async def do(self, command: Any) -> Any:
        return await self.dispatcher.execute(command, HOST)

    def source(self, wanted: str = "a") -> Source:
        return self.rack.state(wanted)

    def picture(self, wanted: str = "a") -> Any:
        return self.rack.running[wanted].picture(self.clock.now_ns())

    def number(self) -> int:
        return frame_number(self.picture())

    async def comes(self, number: int) -> None:
        await until(lambda: self.picture() is not None and self.number() == number)


@pytest.fixture
async def film(tmp_path: Path) -> Path:
    return make_film(tmp_path / "film.mp4", frames=45, size=(1440, 810), gop=45)


@pytest.fixture
async def studio(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path / "home"))
    made = Studio(film)
    yield made
    await made.works.close()
    await made.rack.close()


async def test_it_goes_on_with_the_copy_where_it_stands(studio: Studio, film: Path) -> None:
    await studio.comes(0)
    studio.clock.advance(ms=400)
    await studio.comes(10)
    work = await studio.do(SourceProxy(source="Film a"))
    assert [(one.id, one.kind, one.source) for one in studio.store.state.works] == [(work, "proxy", "a")]
    await until(lambda: studio.source().proxy and studio.source("b").proxy)
    assert studio.store.state.works == ()
    await until(lambda: studio.picture().height == 720)
    assert studio.number() == 10
    assert studio.picture().stands_for == (1440, 810), "scenes lay it out as the film itself"
    assert (studio.source().width, studio.source().height) == (1440, 810)
    studio.clock.advance(ms=40)
    await studio.comes(11)

    await studio.do(SourceOriginal(source="a"))
    await until(lambda: not studio.source().proxy and not studio.source("b").proxy)
    await until(lambda: studio.picture().height == 810)
    assert studio.number() == 11
    assert studio.picture().stands_for is None
    assert not proxy_of(str(film)).exists()


async def test_one_that_is_there_is_used_at_once(studio: Studio, film: Path) -> None:
    await studio.do(SourceProxy(source="a"))
    await until(lambda: studio.source().proxy)
    made = proxy_of(str(film)).stat().st_ino
    await studio.do(SourceSet(source="b", settings={"loop": True}))
    await until(lambda: studio.source("b").status == "live" and studio.source("b").proxy)
    assert await studio.do(SourceProxy(source="b")) == ""
    assert (studio.store.state.works, proxy_of(str(film)).stat().st_ino) == ((), made), "it is not made anew"


async def test_stopped_nothing_is_left_of_it(studio: Studio, film: Path) -> None:
    work = await studio.do(SourceProxy(source="a"))
    assert await studio.do(SourceProxy(source="a")) == work, "there is one at a time"
    assert await studio.do(SourceProxy(source="b")) == work, "and one for each film"
    await studio.do(WorkCancel(work=work))
    assert (studio.store.state.works, studio.source().proxy, studio.source().proxy_problem) == ((), False, "")
    assert list(proxy.folder().iterdir()) == []
    await studio.comes(0)


async def test_what_does_not_work_is_said_and_the_film_goes_on(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(*_: object) -> None:
        raise DeviceFailed("The disk is full: nothing was saved")

    monkeypatch.setattr(Exporter, "run", run)
    await studio.do(SourceProxy(source="a"))
    await until(lambda: studio.source().proxy_problem != "")
    assert studio.source().proxy_problem == "The disk is full: nothing was saved"
    await studio.comes(0)


async def test_a_film_that_nobody_shows_any_more_gets_none(studio: Studio) -> None:
    await studio.do(SourceProxy(source="a"))
    await studio.do(SourceRemove(source="a"))
    await until(lambda: studio.source("b").proxy)
    assert studio.store.state.works == ()
    await studio.do(SourceOriginal(source="b"))
    await studio.do(SourceProxy(source="b"))
    await studio.do(SourceRemove(source="b"))
    await until(lambda: studio.store.state.works == ())
    assert list(proxy.folder().iterdir()) == []


async def test_another_film_in_the_same_source_gets_its_own(studio: Studio, tmp_path: Path) -> None:
    other = make_film(tmp_path / "other.mp4", frames=10, size=(1440, 810))
    first = await studio.do(SourceProxy(source="a"))
    await studio.do(SourceSet(source="a", settings={"path": str(other)}))
    assert await studio.do(SourceProxy(source="a")) != first
    await until(lambda: studio.source().proxy and studio.source("b").proxy and studio.store.state.works == ())


async def test_at_its_end_it_stays_there_and_begins_again_when_it_is_played(studio: Studio) -> None:
    await studio.comes(0)
    for _ in range(6):
        studio.clock.advance(ms=400)
        studio.picture()
    await until(lambda: studio.source().paused)
    await studio.comes(44)
    await studio.do(SourceProxy(source="a"))
    await until(lambda: studio.source().proxy)
    await studio.do(SourceOriginal(source="a"))
    await until(lambda: not studio.source().proxy)
    assert studio.number() == 44
    assert studio.source().paused
    await studio.do(MediaPlay(source="a"))
    await studio.comes(0)
    studio.clock.advance(ms=40)
    await studio.comes(1)


async def test_only_films_have_one(studio: Studio, film: Path) -> None:
    with pytest.raises(InvalidValue, match="Farve is no film"):
        await studio.do(SourceProxy(source="c"))
    film.unlink()
    with pytest.raises(StudioError, match="is missing"):
        await studio.do(SourceProxy(source="a"))


async def test_a_broken_copy_is_thrown_away(studio: Studio, film: Path) -> None:
    proxy_of(str(film)).write_bytes(b"no film" * 100)
    studio.rack.reopen(str(film))
    await until(lambda: not proxy_of(str(film)).exists())
    await studio.comes(0)
    assert not studio.source().proxy


async def test_it_belongs_to_this_very_file(studio: Studio, film: Path) -> None:
    await until(lambda: all(studio.source(one).status == "live" for one in "ab"))  # else they would throw away what is no film
    proxy_of(str(film)).write_bytes(b"x")
    assert to_play(str(film)) == proxy_of(str(film))
    await asyncio.to_thread(make_film, film, frames=10)
    assert to_play(str(film)) is None
    assert to_play(str(film) + "x") is None


def test_only_the_last_ones_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path))
    for number in range(proxy.KEPT + 3):
        (proxy.folder() / f"{number:02}.mp4").write_bytes(b"x")

        os.utime(proxy.folder() / f"{number:02}.mp4", (number, number))
    tidy()
    assert min(path.name for path in proxy.folder().iterdir()) == "03.mp4"
