"""One way to act: who may → when → confirmed → run."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from studio.commands import Actor, Command, signature, tag_of
from studio.commands.base import Owner
from studio.errors import (
    Confirm,
    Forbidden,
    InvalidValue,
    NotFound,
    Unreachable,
    WrongState,
)
from studio.i18n import N_
from studio.queries import ASKED
from studio.spine.undo import Inverse, UndoStacks
from studio.state import Show

C = TypeVar("C", bound=Command)
Handler = Callable[[Any, Actor], Awaitable[Any]]


def parse(name: str, args: dict[str, Any]) -> Command:
    """The command or query `name` with `args`; raises `NotFound` or `InvalidValue` with one clear line."""
    cls = ASKED.get(name)
    if cls is None:
        raise NotFound("There is no command {name}{hint}", name=name, hint=did_you_mean(name, ASKED))
    try:
        return msgspec.convert(args, cls, strict=True)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        raise InvalidValue(
            "{problem} (expected: {signature})",
            field=path.rstrip("`") or None,
            problem=text,
            signature=signature(cls),
        ) from None


def _checked(command: C) -> C:
    """The command again, its limits checked: a structure made in code may hold anything. Raises `InvalidValue`."""
    try:
        return msgspec.convert(msgspec.to_builtins(command), type(command))
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$.")
        raise InvalidValue("{problem}", field=path.rstrip("`") or None, problem=problem) from None


def did_you_mean(word: str, known: Any) -> str:
    """`; did you mean x?` when something known is close to `word`."""
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


class Dispatcher:
    """The commands one owner (desktop or server) runs, and the ones it passes on."""

    def __init__(self, owner: Owner, show: Callable[[], Show]) -> None:
        self.owner = owner
        self.undo = UndoStacks()
        self._show = show
        self._handlers: dict[type[Command], Handler] = {}
        self._elsewhere: Handler | None = None

    def register(self, cls: type[C], handler: Callable[[C, Actor], Awaitable[Any]]) -> None:
        """Run `handler` for commands of type `cls`. It returns an id, an `Inverse`, a server's an `Offered`, or None;
        a query's what it `answers`."""
        self._handlers[cls] = handler

    def runs(self, cls: type[Command]) -> bool:
        """Whether it is run here."""
        return cls in self._handlers

    def pass_on(self, handler: Handler) -> None:
        """Hand commands of other owners to `handler`."""
        self._elsewhere = handler

    async def execute(self, command: Command, by: Actor) -> Any:
        """Run `command` for `by`; returns an id or None, never state (a server's also `Offered`); a query's answer. Raises a
        `StudioError`."""
        cls = type(command)
        self._allow(cls, by)  # also before it is passed on: whoever runs it there takes it for our own
        if cls.owner != self.owner and cls not in self._handlers:
            if self._elsewhere is None:
                raise Unreachable("The part that runs {name} is not connected", name=tag_of(cls))
            return await self._elsewhere(command, by)
        if cls.when is not None and cls.owner == self.owner and (state := self._show().state) not in cls.when:
            raise WrongState("{name} is not possible while the show is {state}", name=tag_of(cls), state=state)
        self._confirm(command)
        if by.local:  # what came over a wire was checked when it was read
            command = _checked(command)
        handler = self._handlers.get(cls)
        if handler is None:
            raise Unreachable("The part that runs {name} is not connected", name=tag_of(cls))
        result = await handler(command, by)
        if isinstance(result, Inverse):
            self.undo.push(by.id, result)
            return result.result
        return result

    def _allow(self, cls: type[Command], by: Actor) -> None:
        if by.role not in cls.may:
            raise Forbidden("{role} may not use {name}", role=by.role, name=tag_of(cls))
        if not by.local and not cls.relayed:
            raise Forbidden(N_("{name} is only possible at the desktop itself"), name=tag_of(cls))

    def _confirm(self, command: Command) -> None:
        given = getattr(command, "confirm", None)
        if given is None or type(command).owner != self.owner:
            return
        show = self._show()
        code = hashlib.sha256(f"{tag_of(command)} {show.id} {show.state}".encode()).hexdigest()[:6]
        if given != code:
            raise Confirm(code)
