"""Runs the commands on clips: proposed from what was shown, cut by hand, kept in the middle of the show, made in a queue."""

import asyncio
import secrets
from collections.abc import Iterable
from typing import Any

import msgspec

from studio.commands import Actor
from studio.commands import recording as ask
from studio.errors import InvalidValue, NotFound, WrongState
from studio.i18n import N_, _
from studio.recordings.cutting.exporter import Exporter
from studio.recordings.cutting.job import EndCard, Job, LowerThird
from studio.recordings.cutting.proposals import Pinned, Proposal, propose
from studio.recordings.library import LibraryController
from studio.recordings.stoppable import Progress
from studio.recordings.works import Works, is_on_air
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.edit import edit
from studio.state.recording import Clip, Mark, Recorded

SHORTEST_MS, LONGEST_MS = 500, 30 * 60_000
CLIPS_MAX = 200
WRITTEN_MS = 1500
"""A film that grows is on the disk as far as this before its end."""
WAIT_S = 6.0
POLL_S = 0.1
ON_AIR_NICE = 10
"""A clip that is made during the show gives way to it, and yet gets a tenth of a processor that other programs keep busy: in the
last place of all it would never be made there."""
ONLY_WORDS = frozenset({"title", "product", "proposed"})
"""Fields that leave the clip's film as it is."""


class ClipController:
    """On the studio's loop."""

    def __init__(self, store: Store, dispatcher: Dispatcher, library: LibraryController, works: Works) -> None:
        self._store, self._library, self._works = store, library, works
        self._exporter = Exporter()
        dispatcher.register(ask.ClipAdd, self._on_add)
        dispatcher.register(ask.ClipLast, self._on_last)
        dispatcher.register(ask.ClipPropose, self._on_propose)
        dispatcher.register(ask.ClipSet, self._on_set)
        dispatcher.register(ask.ClipRemove, self._on_remove)
        dispatcher.register(ask.ClipExport, self._on_export)

    def ended(self, recorded: Recorded) -> None:
        """A recording is in the library: propose what can be made of it."""
        if recorded.state == "ready" and any(mark.kind == "product" for mark in recorded.marks):
            self._propose(recorded.id)

    def get(self, recording: str, clip: str) -> Clip:
        """A clip; raises `NotFound`."""
        for one in self._library.get(recording).clips:
            if one.id == clip:
                return one
        raise NotFound("There is no clip {clip}", field="clip", clip=clip)

    def change(self, recording: str, clip: str, **fields: Any) -> None:
        """Change some of it, if it is still there."""
        clips = self._library.clips(recording)
        changed = tuple(msgspec.structs.replace(one, **fields) if one.id == clip else one for one in clips)
        self._library.change(recording, clips=changed)

    async def make(self, recording: str, clip: str, progress: Progress) -> None:
        """Make its film. Raises a `StudioError`."""
        one = self.get(recording, clip)
        await self._written(recording, one.ends_ms)
        folder = self._library.folder(recording)
        busy = is_on_air(self._store.state)
        target = folder.clip(f"{clip}-{secrets.token_hex(2)}.mp4")
        job = Job(
            source=str(folder.film),
            target=str(target),
            begins_ms=one.begins_ms,
            ends_ms=one.ends_ms,
            aspect=one.aspect,
            short_side=one.short_side,
            follow=one.follow,
            focus_x=one.focus_x,
            lower_third=LowerThird(title=one.lower_third[:120], line=one.lower_line) if one.lower_third else None,
            end_card=self._end_card(recording, one),
            threads=1 if busy else 2,
            nice=ON_AIR_NICE if busy else 5,
        )
        done = await self._exporter.run(job, progress)
        if not _same(self._now(recording, clip), one):  # it was changed meanwhile, or is gone
            target.unlink(missing_ok=True)
            return
        self.change(recording, clip, file=target.name, size=done.size, length_ms=done.length_ms, problem="")
        if one.file:
            folder.clip(one.file).unlink(missing_ok=True)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_add(self, command: ask.ClipAdd, by: Actor) -> str:
        clip = Clip(id=secrets.token_hex(4), begins_ms=command.begins_ms, ends_ms=command.ends_ms, title=command.title.strip())
        self._add(command.recording, clip)
        return clip.id

    async def _on_last(self, command: ask.ClipLast, by: Actor) -> str:
        recording = self._store.state.recording
        if recording.status not in ("recording", "paused"):
            raise WrongState(N_("Nothing is being recorded"))
        ends_ms = recording.length_ms
        title = _("The last {seconds} s").format(seconds=command.seconds)
        clip = Clip(id=secrets.token_hex(4), begins_ms=max(0, ends_ms - command.seconds * 1000), ends_ms=ends_ms, title=title)
        pinned = [mark for mark in recording.marks if mark.kind == "product" and (mark.until_ms or ends_ms) > clip.begins_ms]
        if pinned:
            clip = msgspec.structs.replace(clip, product=pinned[-1].ref)
        self._add(recording.id, clip)
        self._export(recording.id, clip.id)
        return clip.id

    async def _on_propose(self, command: ask.ClipPropose, by: Actor) -> None:
        recorded = self._library.usable(command.recording)
        if recorded.state != "ready":
            raise WrongState(N_("It is still being recorded"))
        if not any(mark.kind == "product" for mark in recorded.marks):
            raise WrongState(N_("No product was shown in this recording"))
        self._propose(recorded.id)

    async def _on_set(self, command: ask.ClipSet, by: Actor) -> Inverse | None:
        self.get(command.recording, command.clip)
        fields = {name: getattr(command, name) for name in command.__struct_fields__ if name not in ("recording", "clip")}
        wanted = {name: value for name, value in fields.items() if value is not None} | {"proposed": False}
        if wanted.get("short_side", 0) not in (0, 720, 1080):
            raise InvalidValue(N_("It must be 0, 720 or 1080"), field="short_side")
        self._check(command.recording, msgspec.structs.replace(self.get(command.recording, command.clip), **wanted))

        def now() -> dict[str, Any]:
            clip = self.get(command.recording, command.clip)
            return {name: getattr(clip, name) for name in wanted}

        def put(values: dict[str, Any]) -> None:
            before, file = now(), self.get(command.recording, command.clip).file
            stale = any(before[name] != value for name, value in values.items() if name not in ONLY_WORDS)
            gone = {"file": "", "size": 0, "problem": ""} if stale else {}
            self.change(command.recording, command.clip, **values, **gone)
            if stale and file:
                self._library.folder(command.recording).clip(file).unlink(missing_ok=True)

        return edit(_("Change a clip"), now, put, wanted)

    async def _on_remove(self, command: ask.ClipRemove, by: Actor) -> None:
        one = self.get(command.recording, command.clip)
        await self._works.stop(command.recording, command.clip)
        clips = self._library.clips(command.recording)
        self._library.change(command.recording, clips=tuple(other for other in clips if other.id != one.id))
        if one.file:
            self._library.folder(command.recording).clip(one.file).unlink(missing_ok=True)

    async def _on_export(self, command: ask.ClipExport, by: Actor) -> str:
        self._library.usable(command.recording)
        self._check(command.recording, self.get(command.recording, command.clip))
        return self._export(command.recording, command.clip)

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────

    def _add(self, recording: str, clip: Clip) -> None:
        recorded = self._library.usable(recording)
        self._check(recording, clip)
        if len(recorded.clips) >= CLIPS_MAX:
            raise WrongState("A recording has at most {most} clips", most=CLIPS_MAX)
        self._library.change(recording, clips=(*recorded.clips, clip))

    def _check(self, recording: str, clip: Clip) -> None:
        recorded = self._library.usable(recording)
        length_ms = recorded.length_ms
        if recorded.id == self._store.state.recording.id:
            length_ms = self._store.state.recording.length_ms
        if clip.ends_ms - clip.begins_ms < SHORTEST_MS:
            raise InvalidValue(N_("A clip must end at least half a second after it begins"), field="ends_ms")
        if clip.ends_ms - clip.begins_ms > LONGEST_MS:
            raise InvalidValue(N_("A clip is at most half an hour long"), field="ends_ms")
        if clip.ends_ms > length_ms:
            raise InvalidValue("The recording is only {seconds:g} s long", field="ends_ms", seconds=length_ms / 1000)

    def _export(self, recording: str, clip: str) -> str:
        def failed(problem: str) -> None:
            self.change(recording, clip, problem=problem)

        self.change(recording, clip, problem="", proposed=False)
        return self._works.add("clip", recording, clip, lambda progress: self.make(recording, clip, progress), failed)

    def _propose(self, recording: str) -> None:
        async def work(progress: Progress) -> None:
            recorded = self._library.get(recording)
            pins = tuple(_pins(recorded.marks, recorded.length_ms))
            takes = tuple(mark.at_ms for mark in recorded.marks if mark.kind == "scene")
            found = await asyncio.to_thread(propose, self._library.folder(recording).film, pins, takes)
            self._proposed(recording, found)

        self._works.add("propose", recording, "", work, lambda problem: None)

    def _proposed(self, recording: str, found: Iterable[Proposal]) -> None:
        """New proposals take the place of those that nobody has looked at."""
        kept = tuple(clip for clip in self._library.clips(recording) if not clip.proposed)
        new = (
            Clip(
                id=secrets.token_hex(4),
                title=one.title[:200],
                product=one.product,
                begins_ms=one.begins_ms,
                ends_ms=one.ends_ms,
                proposed=True,
            )
            for one in found
            if not any(_is_of(clip, one) for clip in kept)
        )
        self._library.change(recording, clips=(*kept, *new)[:CLIPS_MAX])

    def _end_card(self, recording: str, clip: Clip) -> EndCard | None:
        if not clip.end_card:
            return None
        return EndCard(title=clip.end_card[:120], line=clip.lower_line, brand=self._library.get(recording).brand[:80])

    async def _written(self, recording: str, until_ms: int) -> None:
        """Wait until a film that grows is on the disk so far."""
        try:
            async with asyncio.timeout(WAIT_S):
                while True:
                    now = self._store.state.recording
                    if now.id != recording or now.status != "recording" or now.length_ms >= until_ms + WRITTEN_MS:
                        return
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            return  # the encoder rests: what is there is cut

    def _now(self, recording: str, clip: str) -> Clip | None:
        return next((one for one in self._library.clips(recording) if one.id == clip), None)


def _is_of(clip: Clip, proposal: Proposal) -> bool:
    """Whether somebody has made that clip already."""
    both_ms = min(clip.ends_ms, proposal.ends_ms) - max(clip.begins_ms, proposal.begins_ms)
    return clip.product == proposal.product and 2 * both_ms > proposal.ends_ms - proposal.begins_ms


def _same(now: Clip | None, before: Clip) -> bool:
    """Whether a film that was made of it as it was before is still what is wanted."""
    names = ("begins_ms", "ends_ms", "aspect", "short_side", "follow", "focus_x", "lower_third", "lower_line", "end_card")
    return now is not None and all(getattr(now, name) == getattr(before, name) for name in names)


def _pins(marks: Iterable[Mark], length_ms: int) -> Iterable[Pinned]:
    for mark in marks:
        if mark.kind == "product":
            yield Pinned(product=mark.ref, title=mark.title, begins_ms=mark.at_ms, ends_ms=mark.until_ms or length_ms)
