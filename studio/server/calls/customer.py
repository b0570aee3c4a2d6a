"""One customer's page on the calls' socket: who it is, which call is theirs, and what it waits to be answered."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import msgspec

from studio.server.calls import words
from studio.server.members import Origin
from studio.server.outbox import Outbox
from studio.show.call import Card
from studio.show.consent import Consent


class Customer:
    """`call` is theirs while it goes on, `last` the one that did; `origin` where the page comes from."""

    def __init__(self, outbox: Outbox, visitor: str, origin: Origin, consent: Consent) -> None:
        self.outbox = outbox
        self.visitor = visitor
        self.origin = origin
        self.banned = ""
        """How a block names somebody who was forgotten."""
        self.consent = consent
        self.last = ""
        self.hang_up: Callable[[str], None] = lambda why: None
        """Ends the socket: another page has taken the call over."""
        self._call = ""
        self._asked: dict[int, asyncio.Future[words.Carted]] = {}
        self._told: dict[str, Any] = {}

    @property
    def call(self) -> str:
        """The call's id; empty when there is none."""
        return self._call

    @call.setter
    def call(self, call: str) -> None:
        self._call = call
        if call:
            self.last = call

    def allowed(self, card: Card) -> Card:
        """Of what a page tells, what its visitor agreed to: without a yes to personalisation only what the devices are."""
        if self.consent.personalisation:
            return card
        return Card(camera=card.camera, microphone=card.microphone)

    def put(self, message: dict[str, Any]) -> None:
        """Queue a message for the page."""
        self.outbox.put(msgspec.json.encode(message))

    def tell_call(self, told: dict[str, Any]) -> None:
        """The page's call, when it is not as it was told last."""
        if told != self._told:
            self._told = {name: value for name, value in told.items() if name not in ("secret", "lines")}
            self.put({"t": "call"} | told)

    def tell_desk(self, desk: dict[str, Any]) -> None:
        """How the desk is; for pages that have no call."""
        if not self._call:
            self.put(desk)

    async def ask(self, message: dict[str, Any], wait_s: float) -> words.Carted | None:
        """Ask the page, and wait for what it answers; None when it does not."""
        number = secrets.randbits(31)  # the page remembers what it has answered, longer than this socket lives
        future: asyncio.Future[words.Carted] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        self.put(message | {"n": number})
        try:
            async with asyncio.timeout(wait_s):
                return await future
        except TimeoutError:
            return None
        finally:
            del self._asked[number]

    def answered(self, word: words.Carted) -> None:
        """The page answers."""
        if (future := self._asked.get(word.n)) is not None and not future.done():
            future.set_result(word)
