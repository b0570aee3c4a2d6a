"""The poll of a running show: one at a time, a vote each."""

import secrets

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.commands import Actor
from studio.commands import chat as ask
from studio.errors import InvalidValue, WrongState
from studio.events import AnyEvent
from studio.i18n import N_
from studio.server.db import chat as rows
from studio.server.db.personal import voter_digest
from studio.server.shop.chat import Refused
from studio.server.shop.show_context import ShowContext
from studio.show.poll import Poll
from studio.show.text import clean
from studio.spine import Dispatcher


class Polls:
    """`poll` is the newest, until it is put away. Votes are counted at once and told once a second."""

    def __init__(self, stage: ShowContext, engine: AsyncEngine) -> None:
        self.poll: Poll | None = None
        self._stage = stage
        self._engine = engine
        self._voted: dict[str, int] = {}
        self._moved = False

    async def load(self) -> None:
        """Read the poll that is in sight."""
        wanted = self._stage.settings.poll
        if not wanted:
            return
        async with self._engine.connect() as connection:
            every = await rows.polls(connection, self._stage.show.id)
            self.poll = next((poll for poll in every if poll.id == wanted), None)
            self._voted = await rows.voted(connection, self._stage.show.id, wanted)

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about polls."""
        dispatcher.register(ask.PollOpen, self._on_open)
        dispatcher.register(ask.PollClose, self._on_close)
        dispatcher.register(ask.PollClear, self._on_clear)

    def tick(self) -> None:
        """Once a second: tell how the votes stand."""
        if self._moved:
            self._moved = False
            self._tell()

    async def vote(self, visitor: str, answer: int) -> None:
        """A page's vote; raises `Refused`."""
        poll = self.poll
        if poll is None or poll.state != "open" or not 0 <= answer < len(poll.answers):
            raise Refused("closed")
        voter = voter_digest(poll.id, visitor)
        if self._voted.get(voter) == answer:
            return

        async def change(connection: AsyncConnection) -> None:
            if self.poll is None or self.poll.id != poll.id or self.poll.state != "open":
                raise Refused("closed")  # it was closed while this vote waited: the log has said how it ended
            await rows.vote(connection, self._stage.show.id, poll.id, voter, answer)

        await self._stage.append("", [], change)
        if self.poll is None or self.poll.id != poll.id:  # another has begun meanwhile
            return
        before = self._voted.get(voter)
        self._voted[voter] = answer
        counted = list(self.poll.votes)
        counted[answer] += 1
        if before is not None:
            counted[before] -= 1
        self.poll = msgspec.structs.replace(self.poll, votes=tuple(counted))
        self._moved = True

    async def _on_open(self, command: ask.PollOpen, by: Actor) -> str:
        question = clean(command.question, 200)
        answers = tuple(clean(answer, 60) for answer in command.answers)
        if not question or not all(answers):
            raise InvalidValue(N_("A poll needs a question, and words for every answer"), field="question")
        if len({answer.casefold() for answer in answers}) < len(answers):
            raise InvalidValue(N_("Two answers are the same"), field="answers")
        poll = Poll(id=secrets.token_urlsafe(6), question=question, answers=answers, votes=tuple(0 for _ in answers))
        new: list[AnyEvent] = [*self._closing(), events.PollOpened(poll=poll.id, question=question, answers=answers)]
        before = self.poll

        async def change(connection: AsyncConnection) -> None:
            if before is not None and before.state == "open":
                await rows.close_poll(connection, self._stage.show.id, before.id)
            await rows.put_poll(connection, self._stage.show.id, poll, self._stage.wall_ms)

        await self._stage.append(by.id, new, change)
        await self._stage.save_settings(by.id, [], msgspec.structs.replace(self._stage.settings, poll=poll.id))
        self._voted.clear()
        self.poll = poll
        self._tell()
        return poll.id

    async def _on_close(self, command: ask.PollClose, by: Actor) -> None:
        poll = self._require()
        if poll.state == "closed":
            return

        async def change(connection: AsyncConnection) -> None:
            await rows.close_poll(connection, self._stage.show.id, poll.id)

        await self._stage.append(by.id, self._closing(), change)
        self.poll = msgspec.structs.replace(self.poll or poll, state="closed")
        self._tell()

    async def _on_clear(self, command: ask.PollClear, by: Actor) -> None:
        await self._on_close(ask.PollClose(), by)
        cleared = events.PollCleared(poll=self._require().id)
        await self._stage.save_settings(by.id, [cleared], msgspec.structs.replace(self._stage.settings, poll=""))
        self.poll = None
        self._tell()

    def _closing(self) -> list[AnyEvent]:
        poll = self.poll
        return [events.PollClosed(poll=poll.id, votes=poll.votes)] if poll is not None and poll.state == "open" else []

    def _require(self) -> Poll:
        if self.poll is None:
            raise WrongState(N_("There is no poll"))
        return self.poll

    def _tell(self) -> None:
        self._stage.tell({"t": "poll", "poll": self.poll})
        self._stage.shop_changed()
