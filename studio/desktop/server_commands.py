"""Commands that the server runs: passed on, their undo remembered here, and what a new server must be told again."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from studio import wire
from studio.commands import Actor, Command, named
from studio.commands.call import CallAvailable, CallCommand
from studio.commands.show import ShowEnd
from studio.errors import StudioError, WrongState
from studio.i18n import N_, _
from studio.link.link import Link
from studio.queries import Query
from studio.spine import Dispatcher, Inverse

log = logging.getLogger(__name__)


class ServerCommands:
    """`ended()` is awaited when the show was ended. On the studio's loop."""

    def __init__(self, dispatcher: Dispatcher, link: Link, ended: Callable[[], Awaitable[None]]) -> None:
        self.takes_calls: CallAvailable | None = None
        """How this desktop takes calls, which a server that was started anew must be told."""
        self._undo = dispatcher.undo
        self._link = link
        self._ended = ended
        dispatcher.pass_on(self._pass_on)

    async def take_calls_again(self) -> None:
        """The server was started anew, and does not know that we take calls."""
        if self.takes_calls is not None:
            try:
                await self._link.execute(self.takes_calls)
            except StudioError as error:
                log.warning("calls cannot be taken: %s", error)

    async def _pass_on(self, command: Command, by: Actor) -> Any:
        if not by.local and not isinstance(command, CallCommand):
            raise WrongState(N_("The server runs this command itself"))
        answer = await self._link.answered(*named(command))
        if isinstance(command, Query):
            return msgspec.convert(answer.ok, command.answers)
        if isinstance(command, CallAvailable):
            self.takes_calls = command if command.on else None
        if answer.undo is not None:
            self._undo.push(by.id, self._taking_back(answer.undo))
        if isinstance(command, ShowEnd):
            await self._ended()
        return answer.ok

    def _taking_back(self, undo: wire.TakesBack) -> Inverse:
        """The server's offer to take something back; its answer to that is how to do it again."""

        async def run() -> Inverse | None:
            again = (await self._link.answered(undo.name, undo.args)).undo
            return None if again is None else self._taking_back(again)

        return Inverse(_(undo.sentence), run)
