"""The chat of a running show. Every rule is kept here, whatever a page says."""

import secrets
from collections import OrderedDict
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.commands import Actor
from studio.commands import chat as ask
from studio.errors import InvalidValue, NotFound
from studio.events import AnyEvent, ChatSaid, ChatWhispered, Logged
from studio.i18n import N_
from studio.server.db import chat as rows
from studio.server.db.engine import writing
from studio.server.limiter import Layers, Limiter, TooMany
from studio.server.members import AudienceSocket
from studio.server.shop.show_context import ShowContext
from studio.show import moderation
from studio.show.chat import NAME_MAX, TEXT_MAX, ChatLine, LineState
from studio.show.text import clean
from studio.spine import Dispatcher
from studio.state.shop import Answering

KEPT = 2000
"""Lines in memory, for those who come back; older ones are read from the database."""
FIRST, OLDER = 50, 50
LINES_A_MINUTE, LINES_AT_ONCE = 20, 5
NETWORK_A_MINUTE, NETWORK_AT_ONCE = 120, 30
"""For all behind one address and browser together: an office may watch."""
HOUSE_A_MINUTE, HOUSE_AT_ONCE = 240, 50
"""For all behind one address, whatever browsers they say they are."""
ANSWERING_S = 90.0


class Refused(Exception):
    """A page's wish is not met: `reason` is a word the page knows, `wait_s` when it may try again."""

    def __init__(self, reason: str, wait_s: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait_s = wait_s


class Block(Struct, frozen=True, kw_only=True):
    """Somebody who may not write."""

    kind: str
    network: str
    until_ms: int | None


class Chat:
    """Lines, rules and blocks of one show; on the server's loop."""

    def __init__(self, stage: ShowContext, engine: AsyncEngine) -> None:
        self.lines: OrderedDict[str, ChatLine] = OrderedDict()
        self.said = 0
        """Lines of the audience that were shown."""
        self._older: OrderedDict[str, ChatLine] = OrderedDict()
        """Lines of long ago that somebody went back to."""
        self._stage = stage
        self._engine = engine
        self._blocks: dict[str, Block] = {}
        self._said_s: dict[str, float] = {}
        self._limits = Layers(
            Limiter(LINES_A_MINUTE, LINES_AT_ONCE),
            Limiter(NETWORK_A_MINUTE, NETWORK_AT_ONCE),
            Limiter(HOUSE_A_MINUTE, HOUSE_AT_ONCE),
        )
        self._answering: dict[str, tuple[Answering, float]] = {}

    async def load(self) -> None:
        """Read the last lines, and who may not write."""
        show = self._stage.show.id
        async with self._engine.connect() as connection:
            for line in await rows.newest(connection, show, KEPT // 2):
                self.lines[line.id] = line
            special = {self._stage.settings.pinned_line, self._stage.settings.picture_line} - self.lines.keys() - {""}
            self._older.update(await rows.lines(connection, show, special))
            self.said = await rows.count(connection, show)
            for row in await rows.blocks(connection, show):
                self._blocks[row["visitor"]] = Block(kind=row["kind"], network=row["network"], until_ms=row["until_ms"])

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about the chat."""
        register = dispatcher.register
        register(ask.ChatSay, self._on_say)
        register(ask.ChatRemove, self._on_remove)
        register(ask.ChatRelease, self._on_release)
        register(ask.ChatPin, self._on_pin)
        register(ask.ChatPicture, self._on_picture)
        register(ask.ChatAnswering, self._on_answering)
        register(ask.ChatRulesSet, self._on_rules)
        register(ask.VisitorBlock, self._on_block)
        register(ask.VisitorUnblock, self._on_unblock)

    def tick(self) -> None:
        """Who began to answer and never did is not answering any more."""
        now = self._stage.now_s
        if stale := [line for line, (_, since) in self._answering.items() if now - since > ANSWERING_S]:
            for line in stale:
                del self._answering[line]
            self._stage.shop_changed()

    @property
    def answering(self) -> tuple[Answering, ...]:
        """Which lines somebody is answering."""
        return tuple(answering for answering, _ in self._answering.values())

    def first(self, visitor: str, *, hidden: bool) -> dict[str, Any]:
        """What a page is told when it comes; `hidden`: the show is rehearsed, and it may not know."""
        seen = [line for line in self.lines.values() if visible(line, visitor)][-FIRST:]
        return {"lines": [public_line(line) for line in seen]} | self.standing(hidden=hidden)

    def standing(self, *, hidden: bool) -> dict[str, Any]:
        """Pinned line and rules of the chat, as pages get them."""
        return {"pinned": None if hidden else self.pinned, "rules": self._public_rules()}

    @property
    def pinned(self) -> dict[str, Any] | None:
        """The line above the chat, as pages are told of it."""
        line = self.line(self._stage.settings.pinned_line)
        return public_line(line) if line is not None else None

    def line(self, line: str) -> ChatLine | None:
        """A line that is at hand."""
        return self.lines.get(line) or self._older.get(line)

    def _public_rules(self) -> dict[str, Any]:
        rules = self._stage.settings.rules
        return {"open": rules.open and self._stage.show.state != "ended", "slow_s": rules.slow_s}

    def newest(self, count: int) -> list[ChatLine]:
        """The last lines as studios see them."""
        return list(self.lines.values())[-count:]

    async def words(self, items: Iterable[Logged]) -> dict[str, ChatLine]:
        """The lines that these events are about; forgotten ones are missing."""
        wanted = {item.data.line for item in items if isinstance(item.data, ChatSaid | ChatWhispered)}
        found = {line: self.lines[line] for line in wanted if line in self.lines}
        if missing := wanted - set(found):
            async with self._engine.connect() as connection:
                found |= await rows.lines(connection, self._stage.show.id, missing)
        return found

    async def forget(self, lines: Collection[str]) -> None:
        """Lines are gone from the database, as who wrote them wished: they are gone from here, from pages and studios, from
        above the chat and from the picture."""
        for line in lines:
            self.lines.pop(line, None)
            self._older.pop(line, None)
        settings = self._stage.settings
        standing = {name: "" for name in ("pinned_line", "picture_line") if getattr(settings, name) in lines}
        if standing:
            await self._keep("", **standing)
        await self._stage.append("", [events.ChatRemoved(line=line) for line in lines])
        self._stage.shop_changed()

    def rename_ban(self, visitor: str, banned: str) -> None:
        """Who is banned was forgotten: a keyed hash is left."""
        if (block := self._blocks.pop(visitor, None)) is not None:
            self._blocks[banned] = block

    async def ended(self) -> None:
        """The show is over: nobody is known by address any more."""
        async with writing(self._engine).begin() as connection:
            await rows.forget_networks(connection, self._stage.show.id)
        self._blocks = {who: msgspec.structs.replace(block, network="") for who, block in self._blocks.items()}
        self._stage.tell({"t": "chat", "rules": self._public_rules()})

    # ── the audience ─────────────────────────────────────────────────────────────────────────────────────────

    async def say(self, member: AudienceSocket, text: str, name: str, *, asked: bool) -> ChatLine:
        """A page's line; raises `Refused`."""
        rules = self._stage.settings.rules
        if not rules.open or self._stage.show.state == "ended":
            raise Refused("closed")
        state = self._admit(member)
        text, name = clean(text, TEXT_MAX), clean(name, NAME_MAX)
        if not text:
            raise Refused("empty")
        verdict = moderation.judge(text, rules)
        if verdict.fate == "refuse":
            raise Refused(verdict.why)
        if name and (
            moderation.judge(name, msgspec.structs.replace(rules, hold_all=False)).fate != "show" or self._like_ours(name)
        ):
            raise Refused("name")
        self._spend(member)
        if state == "shown" and verdict.fate == "hold":
            state = "held"
        line = self._line(text=text, name=name, visitor=member.id, asked=asked, state=state, why=verdict.why)
        event: AnyEvent
        if state == "shown":
            event = ChatSaid(line=line.id, consent=member.consent.flags)
        else:
            event = ChatWhispered(line=line.id, to=member.id, consent=member.consent.flags)
        await self._put(line, member.id, [event])
        self.said += state == "shown"
        return line

    def _admit(self, member: AudienceSocket) -> LineState:
        now_ms = self._stage.wall_ms
        for visitor, block in tuple(self._blocks.items()):
            if block.until_ms is not None and block.until_ms <= now_ms:
                del self._blocks[visitor]
                continue
            if visitor in (member.id, member.banned) or (block.network and block.network == member.origin.network):
                if block.kind == "shadow":
                    return "shadow"
                raise Refused(block.kind, 0 if block.until_ms is None else (block.until_ms - now_ms) // 1000 + 1)
        return "shown"

    def _spend(self, member: AudienceSocket) -> None:
        now_s, slow_s = self._stage.now_s, self._stage.settings.rules.slow_s
        if member.id in self._said_s and (wait := self._said_s[member.id] + slow_s - now_s) > 0:
            raise Refused("slow", int(wait) + 1)
        try:
            self._limits.spend((member.id, member.origin.network, member.origin.house), now_s)
        except TooMany as error:
            raise Refused("slow", error.wait_s) from None
        if slow_s:
            self._said_s = {who: at for who, at in self._said_s.items() if now_s - at < slow_s} | {member.id: now_s}

    def _like_ours(self, name: str) -> bool:
        """Whether somebody calls themselves what we are called."""
        return moderation.same_name(name, self._stage.show.brand)

    # ── the studio ───────────────────────────────────────────────────────────────────────────────────────────

    async def _on_say(self, command: ask.ChatSay, by: Actor) -> str:
        text = clean(command.text, TEXT_MAX)
        if not text:
            raise InvalidValue(N_("Write something"), field="text")
        asker = await self._find(command.reply_to) if command.reply_to else None
        private = command.private and asker is not None and bool(asker.visitor)
        if command.private and not private:
            raise InvalidValue(N_("A private answer needs a line of the audience"), field="reply_to")
        line = self._line(
            text=text,
            name=clean(command.name, NAME_MAX) or self._stage.show.brand or by.name[:NAME_MAX],
            staff=True,
            reply_to=command.reply_to,
            private=private,
        )
        event = ChatWhispered(line=line.id, to=asker.visitor) if private and asker is not None else ChatSaid(line=line.id)
        self._answering.pop(command.reply_to, None)
        await self._put(line, by.id, [event])
        self._stage.shop_changed()
        return line.id

    async def _on_remove(self, command: ask.ChatRemove, by: Actor) -> None:
        line = await self._find(command.line)
        settings = self._stage.settings
        if line.id in (settings.pinned_line, settings.picture_line):
            await self._keep(
                by.id,
                pinned_line="" if settings.pinned_line == line.id else settings.pinned_line,
                picture_line="" if settings.picture_line == line.id else settings.picture_line,
            )
        await self._become(line, "removed", by, events.ChatRemoved(line=line.id))
        self.said -= line.state == "shown" and not line.staff
        self._stage.shop_changed()

    async def _on_release(self, command: ask.ChatRelease, by: Actor) -> None:
        line = await self._find(command.line)
        if line.state in ("held", "shadow"):
            await self._become(line, "shown", by, ChatSaid(line=line.id))
            self.said += 1

    async def _on_pin(self, command: ask.ChatPin, by: Actor) -> None:
        if command.line:
            await self._shown(command.line)
        await self._keep(by.id, pinned_line=command.line)

    async def _on_picture(self, command: ask.ChatPicture, by: Actor) -> None:
        if command.line:
            await self._shown(command.line)
        await self._keep(by.id, picture_line=command.line)

    async def _on_answering(self, command: ask.ChatAnswering, by: Actor) -> None:
        held = self._answering.get(command.line)
        if command.on:
            await self._find(command.line)
            if held is None or held[0].client == by.id:
                said = Answering(line=command.line, name=command.name or by.name or by.id, client=by.id)
                self._answering[command.line] = said, self._stage.now_s
        elif held is not None and held[0].client == by.id:
            del self._answering[command.line]
        self._stage.shop_changed()

    async def _on_rules(self, command: ask.ChatRulesSet, by: Actor) -> None:
        named = {name: value for name, value in msgspec.structs.asdict(command).items() if value is not None}
        rules = msgspec.structs.replace(self._stage.settings.rules, **named)
        await self._stage.save_settings(by.id, [], msgspec.structs.replace(self._stage.settings, rules=rules))
        self._stage.tell({"t": "chat", "rules": self._public_rules()})

    async def _on_block(self, command: ask.VisitorBlock, by: Actor) -> None:
        now_ms = self._stage.wall_ms
        until_ms = now_ms + command.minutes * 60_000 if command.kind == "timeout" else None
        network = self._stage.network_of(command.visitor) if command.kind != "timeout" else ""
        row = {
            "show": self._stage.show.id,
            "visitor": command.visitor,
            "kind": command.kind,
            "network": network,
            "until_ms": until_ms,
            "by": by.id,
            "at_ms": now_ms,
        }

        async def change(connection: AsyncConnection) -> None:
            await rows.block(connection, row)

        event = events.VisitorBlocked(visitor=command.visitor, kind=command.kind, until_ms=until_ms)
        await self._stage.append(by.id, [event], change)
        self._blocks[command.visitor] = Block(kind=command.kind, network=network, until_ms=until_ms)

    async def _on_unblock(self, command: ask.VisitorUnblock, by: Actor) -> None:
        async def change(connection: AsyncConnection) -> None:
            await rows.unblock(connection, self._stage.show.id, command.visitor)

        await self._stage.append(by.id, [events.VisitorBlocked(visitor=command.visitor, kind="")], change)
        self._blocks.pop(command.visitor, None)

    # ── lines ────────────────────────────────────────────────────────────────────────────────────────────────

    def _line(self, **values: Any) -> ChatLine:
        return ChatLine(id=secrets.token_urlsafe(9), at_ms=self._stage.wall_ms, media_ms=self._stage.media_ms, **values)

    async def _put(self, line: ChatLine, actor: str, new: list[AnyEvent]) -> None:
        async def change(connection: AsyncConnection) -> None:
            await rows.put_line(connection, self._stage.show.id, line)

        self._remember(line)  # before it is delivered, which needs its words
        try:
            await self._stage.append(actor, new, change)
        except BaseException:
            self.lines.pop(line.id, None)
            raise

    async def _become(self, line: ChatLine, state: LineState, by: Actor, event: AnyEvent) -> None:
        async def change(connection: AsyncConnection) -> None:
            await rows.set_state(connection, self._stage.show.id, line.id, state)

        kept = self.lines if line.id in self.lines else self._older
        kept[line.id] = msgspec.structs.replace(line, state=state)
        try:
            await self._stage.append(by.id, [event], change)
        except BaseException:
            kept[line.id] = line
            raise
        if state == "removed":
            kept.pop(line.id, None)

    async def _keep(self, actor: str, **lines: str) -> None:
        """The line above the chat, or on the picture, is another."""
        before = self._stage.settings
        after = msgspec.structs.replace(before, **lines)
        new: list[AnyEvent] = []
        if after.pinned_line != before.pinned_line:
            new.append(events.ChatPinned(line=after.pinned_line))
        if after.picture_line != before.picture_line:
            new.append(events.ChatPictured(line=after.picture_line))
        if new:
            await self._stage.save_settings(actor, new, after)
            self._stage.tell({"t": "chat", "pinned": self.pinned})

    async def _shown(self, line: str) -> ChatLine:
        found = await self._find(line)
        if found.state != "shown" or found.private:
            raise InvalidValue(N_("Only a line that everybody sees can be shown larger"), field="line")
        return found

    async def _find(self, line: str) -> ChatLine:
        if (known := self.line(line)) is not None:
            return known
        async with self._engine.connect() as connection:
            found = await rows.lines(connection, self._stage.show.id, [line])
        if line not in found:
            raise NotFound("There is no line {line}", line=line)
        self._older[line] = found[line]
        while len(self._older) > OLDER:
            self._older.popitem(last=False)
        return found[line]

    def _remember(self, line: ChatLine) -> None:
        self.lines[line.id] = line
        while len(self.lines) > KEPT:
            self.lines.popitem(last=False)


def visible(line: ChatLine, visitor: str) -> bool:
    """Whether a page may see a line of the past: its own, or one that everybody saw. Private answers come as events."""
    if line.state == "shown":
        return not line.private
    return line.state != "removed" and bool(visitor) and line.visitor == visitor


def public_line(line: ChatLine) -> dict[str, Any]:
    """What a page is told of a line: not who wrote it, nor that it is in the shadow."""
    told: dict[str, Any] = {
        "id": line.id,
        "at_ms": line.at_ms,
        "media_ms": line.media_ms,
        "name": line.name,
        "text": line.text,
        "staff": line.staff,
        "reply_to": line.reply_to,
        "private": line.private,
        "asked": line.asked,
        "held": line.state == "held",
    }
    return {name: value for name, value in told.items() if value not in ("", False)}
