"""The studio without a window: JSON lines on stdout, SIGINT and SIGTERM end it cleanly."""

import asyncio
import json
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from studio import events
from studio.clock import NS_PER_MS
from studio.commands import call as call_commands
from studio.commands import show as show_commands
from studio.commands import stream as stream_commands
from studio.desktop.studio import Studio, StudioOptions
from studio.errors import Confirm, StudioError
from studio.events import Logged
from studio.overlays.painter import ensure_gui
from studio.settings import Settings
from studio.state import LOST, State
from studio.state.alarm import DROPS
from studio.thread_name import name_thread


def run_headless(
    options: StudioOptions,
    settings: Settings,
    *,
    go_live: bool = False,
    end_show: bool = False,
    take_calls: bool = False,
    duration_s: float | None = None,
) -> int:
    """Run until told to stop; returns the exit status. Qt's application lives on this thread, the studio on another."""
    app = ensure_gui()
    outcome: list[BaseException] = []
    steps = [step for step, wanted in ((start_show, go_live), (take_calls_here, take_calls)) if wanted]
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    def work() -> None:
        name_thread()
        try:
            asyncio.run(_run(Studio(options, settings), stop, steps, end_show=end_show, duration_s=duration_s))
        except BaseException as error:  # handed to the main thread, which raises it
            outcome.append(error)

    thread = threading.Thread(target=work, name="studio")
    thread.start()
    while thread.is_alive():
        thread.join(0.2)
    del app
    if outcome:
        raise outcome[0]
    return 0


async def _run(
    studio: Studio,
    stop: threading.Event,
    steps: Sequence[Callable[[Studio], Awaitable[None]]],
    *,
    end_show: bool,
    duration_s: float | None,
) -> None:
    await studio.start()
    try:
        studio.events.append(_tell_event)
        studio.store.observe(_tell_changes)
        _tell(ready_line(studio))
        _tell_sources(State(), studio.store.state)  # what failed before anybody listened
        for step in steps:
            await step(studio)
        await _until(stop, duration_s)
        if end_show and studio.store.state.show.state in ("live", "paused"):
            await confirmed(studio, show_commands.ShowEnd())
    finally:
        await studio.close()


async def start_show(studio: Studio) -> None:
    """Stream, then show: what the *Go live* button does after its guard."""
    await studio.execute(stream_commands.StreamStart())
    if studio.store.state.show.state in ("draft", "rehearsal", "paused"):
        await confirmed(studio, show_commands.ShowStart())


async def take_calls_here(studio: Studio) -> None:
    """Answer every call that rings, here: nobody can make a desktop do that from elsewhere. Says when (Unix ms)."""
    answering: set[asyncio.Task[None]] = set()

    async def answer(call: str) -> None:
        _tell({"call": call, "answered_ms": time.time_ns() // NS_PER_MS})
        try:
            await studio.execute(call_commands.CallAnswer(call=call))
        except StudioError as error:  # the customer left, or a colleague was first
            _tell({"call": call, "problem": str(error)})

    def rings(old: State, new: State) -> None:
        if new.advising.status == "ringing" != old.advising.status and new.advising.call is not None:
            task = asyncio.create_task(answer(new.advising.call.id))
            answering.add(task)
            task.add_done_callback(answering.discard)

    studio.store.observe(rings)
    await studio.execute(call_commands.CallAvailable())


async def confirmed(studio: Studio, command: show_commands.ShowStart | show_commands.ShowEnd) -> None:
    """Send a guarded command, and send it again with its code."""
    try:
        await studio.execute(command)
    except Confirm as error:
        await studio.execute(msgspec.structs.replace(command, confirm=error.confirm))


def ready_line(studio: Studio) -> dict[str, Any]:
    """What a script needs to know."""
    link, show = studio.store.state.link, studio.store.state.show.id
    key = urlsplit(link.viewer_url).query
    query = f"?{key}" if key else ""
    return {
        "ready": True,
        "viewer": link.viewer_url,
        "whep": f"{link.url}/shows/{show}/whep{query}",
        "api": f"{link.url}/api/shows/{show}{query}",
        "obs": None,
        "pid": os.getpid(),
        "server_pid": link.server_pid,
    }


async def _until(stop: threading.Event, duration_s: float | None) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + duration_s if duration_s else None
    while not stop.is_set() and (end is None or loop.time() < end):  # noqa: ASYNC110 - set by a signal handler
        await asyncio.sleep(0.1)


def _tell(line: dict[str, Any]) -> None:
    try:
        print(json.dumps(line, ensure_ascii=False), flush=True)
    except BrokenPipeError:  # whoever listened is gone; the show goes on
        pass


def _tell_event(event: Logged) -> None:
    _tell({"event": events.type_of(event.data), "seq": event.seq, "media_ms": event.media_ms})


def _tell_changes(old: State, new: State) -> None:
    """Status changes of the link, the stream and the sources, and pictures that are lost."""
    if old.link.status != new.link.status:
        _tell({"link": new.link.status, "reason": new.link.reason})
    if old.stream.status != new.stream.status:
        _tell({"stream": new.stream.status, "reason": new.stream.reason})
    for alarm in new.alarms:
        if alarm.code in DROPS and alarm.code not in {other.code for other in old.alarms}:
            _tell({"alarm": alarm.code, "words": alarm.words})
    _tell_sources(old, new)


def _tell_sources(old: State, new: State) -> None:
    """Sources that were lost, or are there again."""
    before = {source.id: source.status for source in old.sources}
    for source in new.sources:
        if source.status != before.get(source.id) and (source.status in LOST or before.get(source.id) in LOST):
            _tell({"source": source.name, "status": source.status, "reason": source.reason})
