"""Recordings of messages: fetched once, for this person alone, opened only as a film or sound, and gone with the message."""

import asyncio
import os
import stat
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import shiboken6
from aiohttp import web
from aiohttp.test_utils import TestServer
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from studio.errors import InvalidValue, NotFound, StudioError, Unreachable
from studio.link.server_process import Endpoint
from studio.link.shop_client import ShopClient
from studio.state.stream import Link
from tests.ui.calling import of
from tests.ui.support.inbox.fakes import WRITTEN, RecordingBridge, full
from tests.ui.support.looking import LEFT, press
from ui.bridge import Bridge
from ui.dialogs.messages import MessagesDialog
from ui.recordings import Recordings


def test_a_recording_is_fetched_once_and_played(
    bridge: RecordingBridge, messages: MessagesDialog, urls: list[QUrl], qtbot: QtBot
) -> None:
    view = messages.view
    qtbot.mouseClick(view.play, LEFT)
    assert (view.play.text(), view.play.isEnabled()) == ("Fetching …", False)
    bridge.deliver()
    assert (view.play.text(), view.play.isEnabled()) == ("Play", True)
    qtbot.mouseClick(view.play, LEFT)
    assert bridge.fetched == ["m1"]
    files = [Path(url.toLocalFile()) for url in urls]
    assert len(files) == 2
    assert files[0] == files[1]
    if os.name == "posix":
        assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700
    messages.view.ask_delete()
    press("Delete")
    assert not files[0].exists(), "it goes with its message"


def test_a_recording_goes_when_anybody_deletes_the_message(
    bridge: RecordingBridge, messages: MessagesDialog, urls: list[QUrl], qtbot: QtBot
) -> None:
    qtbot.mouseClick(messages.view.play, LEFT)
    bridge.deliver()
    file = Path(urls[0].toLocalFile())
    bridge.show(of(full(messages=()), link=Link(status="reconnecting")))
    assert file.exists(), "nobody knows what is there"
    bridge.show(full(messages=(WRITTEN,)))
    assert not file.exists()


def test_why_a_recording_cannot_be_played_is_said(
    bridge: RecordingBridge, messages: MessagesDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = messages.view
    bridge.refusal = NotFound("This message has no recording")
    qtbot.mouseClick(view.play, LEFT)
    bridge.deliver()
    assert (view.problem.text(), view.problem.isVisible()) == ("This message has no recording", True)
    messages.list.setCurrentRow(1)
    assert not view.problem.isVisible(), "it is the other one's"
    messages.list.setCurrentRow(0)
    bridge.refusal = None
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    qtbot.mouseClick(view.play, LEFT)
    bridge.deliver()
    assert view.problem.text().startswith("No program of this computer plays ")


def test_closing_while_it_is_fetched(bridge: RecordingBridge, messages: MessagesDialog, urls: list[QUrl], qtbot: QtBot) -> None:
    qtbot.mouseClick(messages.view.play, LEFT)
    messages.close()
    shiboken6.delete(messages)
    bridge.deliver()
    assert urls == []


def test_other_files_are_never_opened(bridge: RecordingBridge, tmp_path: Path, urls: list[QUrl]) -> None:
    told: list[str] = []
    Recordings(bridge)._came("m", told.append, tmp_path / "x.html")
    assert urls == []
    assert told[0].startswith("No program")


@pytest.mark.parametrize(
    ("disposition", "ending"), [('attachment; filename="a.WebM"', "webm"), ('attachment; filename="../a.m4a"', "m4a")]
)
async def test_a_recording_comes_over_http(disposition: str, ending: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer t"
        return web.Response(body=b"sound", headers={"Content-Disposition": disposition})

    app = web.Application()
    app.router.add_get("/studio/messages/{message}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        client = ShopClient(http, Endpoint(str(server.make_url("")).rstrip("/"), "t"))
        assert await client.recording("m1") == (ending, b"sound")


@pytest.mark.parametrize("disposition", ['attachment; filename="a.exe"', "attachment", ""])
async def test_another_file_is_refused(disposition: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=b"MZ", headers={"Content-Disposition": disposition} if disposition else None)

    app = web.Application()
    app.router.add_get("/studio/messages/{message}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        client = ShopClient(http, Endpoint(str(server.make_url("")).rstrip("/"), "t"))
        with pytest.raises(InvalidValue, match="is not opened"):
            await client.recording("m1")


async def test_a_recording_that_is_gone_and_a_strange_id() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.match_info["message"])
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/studio/messages/{message}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        client = ShopClient(http, Endpoint(str(server.make_url("")).rstrip("/"), "t"))
        with pytest.raises(InvalidValue, match="404"):
            await client.recording("../catalogue?x")
    assert asked == ["../catalogue?x"], "it is never another path"


class FakeShop:
    """Answers with a recording, or refuses."""

    def __init__(self, answer: tuple[str, bytes] | StudioError) -> None:
        self.link = self.shop = self
        self.answer = answer

    async def recording(self, _message: str) -> tuple[str, bytes]:
        if isinstance(self.answer, StudioError):
            raise self.answer
        return self.answer


def fetched(bridge: Bridge, folder: Path, answer: tuple[str, bytes] | StudioError, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the real bridge makes of it."""
    came: list[Any] = []
    monkeypatch.setattr(bridge, "call", lambda ask, done: done(asyncio.run(ask(FakeShop(answer)))))
    Bridge.recording(bridge, "m1", folder, came.append)
    return came[0]


def test_the_bridge_keeps_a_recording_for_this_person_alone(
    bridge: RecordingBridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fetched(bridge, tmp_path, ("webm", b"sound"), monkeypatch)
    assert (path.parent, path.suffix, path.read_bytes()) == (tmp_path, ".webm", b"sound")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    error = Unreachable("The show server does not answer")
    assert fetched(bridge, tmp_path, error, monkeypatch) is error
    assert isinstance(fetched(bridge, tmp_path / "gone", ("webm", b""), monkeypatch), InvalidValue)
