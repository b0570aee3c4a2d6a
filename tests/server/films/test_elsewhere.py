"""Films that lie in a store: the server knows where, and sends browsers there."""

from typing import Any

import aiohttp
import pytest

from studio.commands.show import ShowEnd, ShowStart
from studio.server.app import ShowServer
from studio.server.config import FilmRules
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import Desktop
from tests.server.films.conftest import BEARER, FILM, JPEG, Get, Sender, files, made_film, made_offer, said
from tests.server.films.test_uploads import half_open, stands_at

BODY = made_film()
OTHER = made_film(seed=8)
STORE = "https://films.example.com"
SRC = f"{STORE}/aften/{FILM}.mp4"
CLIP = "clip-0123456789abcdef"
LOCAL = "http://127.0.0.1:9000"


@pytest.fixture
async def server(start_server: StartServer) -> ShowServer:
    """A server that knows two stores."""
    return await start_server(films=FilmRules(stores=(f"{STORE}/", LOCAL)))


async def place(sender: Sender, name: str = FILM) -> tuple[int, str | None]:
    """Where a browser is sent."""
    async with sender.http.get(f"{sender.url}/films/{name}.mp4", allow_redirects=False) as response:
        return response.status, response.headers.get("Location")


@BOTH_DATABASES
async def test_a_film_in_a_store_is_public_at_once(
    sender: Sender, server: ShowServer, desktop: Desktop, get: Get, http: aiohttp.ClientSession, start_server: StartServer
) -> None:
    await desktop.take()
    await desktop.confirmed(ShowStart())
    await desktop.confirmed(ShowEnd())
    assert await sender.offer(BODY, src=SRC) == (201, {"id": FILM, "offset": len(BODY)})
    assert (await desktop.event("film.published"))["data"] == {"type": "film.published", "film": FILM, "kind": "replay"}
    assert await place(sender) == (302, SRC)
    async with http.head(f"{sender.url}/films/{FILM}.mp4", allow_redirects=False) as response:
        assert (response.status, response.headers["Cache-Control"]) == (302, "no-cache")
    assert await sender.head() == (200, len(BODY), len(BODY))
    assert files(server) == []
    poster = await sender.ask("PUT", f"/studio/films/{FILM}/poster", data=JPEG, headers={"Content-Type": "image/jpeg"})
    assert poster == (204, None)
    film = (await get("/api/shows/demo/replay"))[1]["film"]
    assert (film["src"], film["poster"], film["vtt"]) == (SRC, f"/films/{FILM}.jpg", f"/films/{FILM}.vtt")
    (known,) = await sender.list()
    assert (known["state"], known["src"], known["offset"], known["poster"]) == ("public", SRC, len(BODY), True)
    await server.close()
    sender.url = (await start_server(films=FilmRules(stores=(STORE,)))).url
    assert await place(sender) == (302, SRC)
    assert (await sender.list())[0]["poster"] is True
    assert (await sender.ask("DELETE", f"/studio/films/{FILM}"))[0] == 204
    assert await place(sender) == (404, None)
    assert files(server) == []


async def test_clips_say_where_they_lie(sender: Sender, get: Get) -> None:
    await sender.publish(BODY, id="clip-fedcba9876543210", kind="clip")
    await sender.offer(OTHER, id=CLIP, kind="clip", src=f"{LOCAL}/films/a%20b.mp4?v=1")
    clips = (await get("/api/clips"))[1]["clips"]
    assert [clip["src"] for clip in clips] == [f"{LOCAL}/films/a%20b.mp4?v=1", "/films/clip-fedcba9876543210.mp4"]


@pytest.mark.parametrize(
    "src",
    [
        "https://elsewhere.example.com/a.mp4",
        "https://films.example.com.evil.example/a.mp4",
        "https://films.example.com:8443/a.mp4",
        "https://films.example.com\\@evil.example/a.mp4",
        "https://who:secret@films.example.com/a.mp4",
        "https://who@films.example.com/a.mp4",
        "https://films.example.com/a b.mp4",
        "https://films.example.com/a.mp4\r\nSet-Cookie: a=b",
        "https://films.example.com/a.mp4#t=5",
        "https://films.example.com/ø.mp4",
        "http://films.example.com/a.mp4",
        "http://127.0.0.1:9001/a.mp4",
        "//films.example.com/a.mp4",
        "/films/other.mp4",
        "javascript:alert(1)",
        "ftp://films.example.com/a.mp4",
        "https://films.example.com/" + "a" * 1000,
    ],
)
async def test_only_the_stores_of_the_server(sender: Sender, src: str) -> None:
    async with sender.http.post(
        f"{sender.url}/studio/shows/demo/films", json=made_offer(BODY, src=src), headers=BEARER
    ) as response:
        problem = await said(response)
        assert response.status == 400
    assert "src" in problem["detail"], problem
    assert "secret" not in str(problem)
    assert await sender.list() == []


async def test_a_server_without_stores_says_so(sender: Sender, start_server: StartServer) -> None:
    sender.url = (await start_server()).url
    status, problem = await sender.offer(BODY, src=SRC)
    assert status == 400
    assert problem["detail"] == f"src: {STORE} is not among the stores of this server ([films] stores)"


async def test_case_and_the_usual_port_make_no_other_store(sender: Sender) -> None:
    src = f"HTTPS://Films.Example.com:443/{FILM}.mp4"
    assert (await sender.offer(BODY, src=src))[0] == 201
    assert await place(sender) == (302, src)


async def test_what_lies_elsewhere_takes_no_room_here(sender: Sender, start_server: StartServer) -> None:
    sender.url = (await start_server(films=FilmRules(gigabytes=1, stores=(STORE,)))).url
    assert (await sender.offer(BODY, src=SRC, size=5 * 10**9))[0] == 201
    assert (await sender.offer(OTHER, id=CLIP, kind="clip"))[0] == 201


async def test_it_moves_to_a_store_and_back(sender: Sender, server: ShowServer, desktop: Desktop) -> None:
    await sender.publish(BODY)
    await desktop.event("film.published")
    assert (await sender.offer(BODY, src=SRC))[0] == 201, "the same film at another place"
    await desktop.event("film.published")
    assert await place(sender) == (302, SRC)
    assert files(server) == [], "its file is not needed any more"
    assert await sender.offer(BODY, src=SRC, title="Ny titel") == (200, {"id": FILM, "offset": len(BODY)})
    assert [film["title"] for film in await sender.list()] == ["Ny titel"]
    assert await sender.offer(BODY) == (201, {"id": FILM, "offset": 0})
    assert await place(sender) == (302, SRC), "until it is here"
    assert await sender.patch(BODY, 0) == (204, len(BODY))
    assert await sender.watch() == (200, BODY)
    assert [path.suffix for path in files(server)] == [".mp4"]


async def test_an_upload_is_not_needed_any_more(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    assert await sender.patch(BODY[:1000], 0) == (204, 1000)
    assert (await sender.offer(BODY, src=SRC))[0] == 201
    assert await place(sender) == (302, SRC)
    assert [film["state"] for film in await sender.list()] == ["public"]
    assert files(server) == []


async def test_not_while_it_is_being_sent(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    async with half_open(server, 0, len(BODY), BODY[:1000]):
        await stands_at(sender, 1000)
        assert (await sender.offer(BODY, src=SRC))[0] == 423


async def test_the_power_went_while_it_moved_back(sender: Sender, server: ShowServer, start_server: StartServer) -> None:
    await sender.offer(BODY, src=SRC)
    await sender.offer(BODY)
    await sender.patch(BODY[:1000], 0)
    await server.close()
    (part,) = files(server)
    part.write_bytes(BODY)
    part.rename(part.with_suffix(".mp4"))  # moved, and not public yet
    sender.url = (await start_server(films=FilmRules(stores=(STORE,)))).url
    assert await place(sender) == (302, SRC)
    assert (await sender.offer(BODY))[0] == 200
    assert await sender.watch() == (200, BODY)


async def test_a_page_hears_it_is_withdrawn(sender: Sender, desktop: Desktop) -> None:
    await sender.offer(BODY, src=SRC)
    await sender.ask("DELETE", f"/studio/films/{FILM}")
    event: dict[str, Any] = await desktop.event("film.withdrawn")
    assert event["data"] == {"type": "film.withdrawn", "film": FILM, "kind": "replay"}


async def test_pages_may_play_films_of_the_stores_and_of_nobody_else(
    server: ShowServer, start_server: StartServer, http: aiohttp.ClientSession, desktop: Desktop
) -> None:
    async def media(url: str) -> str:
        async with http.get(f"{url}/shows/demo") as response:
            policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
        return policy["media-src"]

    assert await media(server.url) == f"'self' blob: {STORE} {LOCAL}"
    assert await media((await start_server()).url) == "'self' blob:"
