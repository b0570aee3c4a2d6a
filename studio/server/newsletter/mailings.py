"""Newsletters on their way: who is in line, whether each may still go at the moment it goes, and what came of it."""

import asyncio
import contextlib
import hashlib
import logging
import secrets
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from typing import Any

import msgspec
from babel.dates import format_date
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.errors import NotFound, WrongState
from studio.i18n import N_, translate
from studio.relation.days import Zone
from studio.relation.decide import HELD, Decision
from studio.relation.mail_gate import HELD_MS, Mail, Verdict, judge
from studio.relation.newsletter import SHOW_TOPIC, MailSettings, Newsletter, PictureBlock, TextBlock
from studio.server.db import newsletter as rows
from studio.server.db import rules
from studio.server.db import shows as show_rows
from studio.server.db.engine import writing
from studio.server.faults import place_of
from studio.server.mail.queue import TRIES_S, MailQueue
from studio.server.mail.smtp import Outcome
from studio.server.newsletter.composer import Composed, Composer
from studio.server.newsletter.drawing import as_html, as_text
from studio.server.newsletter.letter import Frame, Letter
from studio.server.newsletter.links import MailLinks
from studio.server.newsletter.readers import Readers
from studio.server.newsletter.subscribers import Subscribers
from studio.server.relation.book import Book
from studio.server.relation.people import agreements
from studio.server.shop.visits import Visits

log = logging.getLogger(__name__)

POLL_S, RETRY_S = 20.0, 60.0
AT_ONCE, IN_LINE_AT_ONCE = 20, 500
CLAIMED_MS = 10 * 60_000
"""How long a server has some of them to itself."""
REMIND_MS = 30 * 60_000
"""So long before a show begins, who asked for that is reminded."""
UNFOLDED = SMTP.clone(max_line_length=990)
"""Of header fields: Python would write an address longer than a line as an encoded word, which no mail program takes for one."""
FILLED = "~"
"""Behind every subscriber's id: all are in line."""


class _Ready(Struct, frozen=True, kw_only=True):
    """A letter that may go."""

    row: rows.Row
    composed: Composed
    message: EmailMessage
    visitor: str


class Mailings:
    """`settings()` says who writes. `changed` is told when there is news. On the server's loop."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        *,
        book: Book,
        readers: Readers,
        composer: Composer,
        subscribers: Subscribers,
        links: MailLinks,
        postbox: MailQueue,
        settings: Callable[[], MailSettings],
        url: Callable[[], str],
        visits: Visits,
    ) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.problem = ""
        """Why nothing goes out at the moment: what the mail server said; empty: it takes what we send."""
        self._engine = engine
        self._clock = clock
        self._book = book
        self._readers = readers
        self._composer = composer
        self._subscribers = subscribers
        self._links = links
        self._postbox = postbox
        self._settings = settings
        self._url = url
        self._visits = visits
        self._wake = asyncio.Event()
        self._failures = 0
        self._rests_until_ms = 0

    # ── what staff do ────────────────────────────────────────────────────────────────────────────────────────

    async def plan(self, newsletter: str, at_ms: int | None, by: str) -> str:
        """Send a newsletter, as it is now, to all who subscribe to its topic; its mailing. Raises `NotFound`, `WrongState`."""
        made = self._must(newsletter)
        self._look_at_settings()
        now_ms = self._clock.wall_ms()
        at_ms = max(now_ms, at_ms or now_ms)
        async with writing(self._engine).begin() as connection:
            if await rows.of_newsletter(connection, newsletter):
                raise WrongState(N_("This newsletter is going out already"))
            mailing = await self._put(connection, newsletter, made.version, made.topic, at_ms, at_ms + HELD_MS, by)
        self.wake()
        return mailing

    async def stop(self, mailing: str) -> None:
        """Nothing more of it goes out. Raises `WrongState` when it is over."""
        async with writing(self._engine).begin() as connection:
            if not await rows.change_mailing(connection, mailing, {"state": "stopped"}, ("planned", "sending")):
                raise WrongState(N_("This newsletter is not going out any more"))
            await rows.count(connection, mailing)
        self.changed()

    async def proof(self, newsletter: str, address: str) -> None:
        """Send it to one of the staff, as somebody reads it of whom nothing is known. Raises `WrongState` where the mail server
        does not take it."""
        made = self._must(newsletter)
        self._look_at_settings()
        composed = await self._composer.compose(made, None, "proof", self._book.zone)
        frame = self.frame(made, f"{self._url()}/", self._clock.wall_ms())
        message = self._message(composed.letter, frame, address)
        (outcome,) = await self._postbox.post([message])
        if outcome.state != "sent":
            raise WrongState("The mail server did not take it: {problem}", problem=outcome.problem)

    def _must(self, newsletter: str) -> Newsletter:
        made = self._book.newsletters.get(newsletter)
        if made is None:
            raise NotFound("There is no {kind} {name}", kind="newsletter", name=newsletter)
        return made

    def _look_at_settings(self) -> None:
        if not self._postbox.sends:
            raise WrongState(N_("No mail server is set: write one under [mail] in the server's settings"))
        if not self._settings().complete:
            raise WrongState(N_("Say first who newsletters are from: the brand's name and its contact address"))

    @staticmethod
    async def _put(
        connection: AsyncConnection, newsletter: str, version: int, topic: str, at_ms: int, until_ms: int, by: str
    ) -> str:
        row = {"id": secrets.token_hex(8), "newsletter": newsletter, "version": version, "topic": topic, "at_ms": at_ms}
        row |= {"until_ms": until_ms, "state": "planned", "upto": "", "by": by, "made_ms": at_ms, "counts": ""}
        await rows.put_mailing(connection, row)
        return str(row["id"])

    # ── what goes out ────────────────────────────────────────────────────────────────────────────────────────

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()
        self.changed()

    async def run(self) -> None:
        """Send what is due, until cancelled."""
        while self._postbox.sends:
            self._wake.clear()
            wait_s = POLL_S
            try:
                while await self.step():
                    pass
            except Exception as error:  # the database is away: they wait there
                log.error("newsletters could not be sent: %s", place_of(error))
                wait_s = RETRY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()

    async def step(self) -> bool:
        """Put the next readers in line, and send to the next who are due; whether there may be more now."""
        now_ms = self._clock.wall_ms()
        await self._remind(now_ms)
        async with self._engine.connect() as connection:
            going = await rows.unfinished(connection, now_ms)
        filled = [await self._fill(run, now_ms) for run in going]
        if now_ms < self._rests_until_ms:
            return False
        async with writing(self._engine).begin() as connection:
            mine = await rows.claim(connection, now_ms, now_ms + CLAIMED_MS, AT_ONCE)
        if mine:
            runs = {run["id"]: run for run in going}
            await self._send(mine, {run["id"]: runs.get(run["id"], run) for run in await self._runs(mine)})
        for run in going:
            await self._finish(run)
        return bool(mine) or not all(filled)

    async def _runs(self, mine: list[rows.Row]) -> list[rows.Row]:
        async with self._engine.connect() as connection:
            found = [await rows.mailing(connection, name) for name in sorted({row["mailing"] for row in mine})]
        return [run for run in found if run is not None]

    async def _fill(self, run: rows.Row, now_ms: int) -> bool:
        """The next readers of a mailing are in line; whether all are."""
        if run["upto"] == FILLED:
            return True
        async with writing(self._engine).begin() as connection:
            readers = await rows.on_list(connection, run["topic"], run["upto"], IN_LINE_AT_ONCE)
            upto = readers[-1]["id"] if len(readers) == IN_LINE_AT_ONCE else FILLED
            if not await rows.reach(connection, run["id"], run["upto"], upto):
                return True  # it was stopped, or another server has them
            line = {"mailing": run["id"], "state": "waits", "gate": "", "due_ms": run["at_ms"], "tries": 0}
            line |= {"at_ms": now_ms, "chosen": ""}
            await rows.put_sendings(connection, [line | {"subscriber": reader["id"]} for reader in readers])
        run["upto"] = upto
        self.changed()
        return bool(upto == FILLED)

    async def _finish(self, run: rows.Row) -> None:
        if run["upto"] != FILLED:
            return
        async with writing(self._engine).begin() as connection:
            if not await rows.waiting(connection, run["id"]):
                await rows.change_mailing(connection, run["id"], {"state": "done"}, ("sending",))
                await rows.count(connection, run["id"])
                self.changed()

    async def _send(self, mine: list[rows.Row], runs: dict[str, rows.Row]) -> None:
        """Judge, write and post some; store what came of each."""
        ready: list[_Ready] = []
        made: dict[str, Newsletter | None] = {}
        for row in mine:
            run = runs[row["mailing"]]
            key = f"{run['id']} {row['language']} {row['zone']}"
            if key not in made:
                made[key] = await self._newsletter(run, row["language"], self._readers.zone(row))
            newsletter = made[key]
            if newsletter is None:
                continue
            try:
                one = await self._judged(row, run, newsletter)
            except (ValueError, TypeError, LookupError) as error:  # of what is in this one: the others go all the same
                log.error("a newsletter could not be written: %s", place_of(error))
                await self._store(row, {"state": "skipped", "gate": "fault", "at_ms": self._clock.wall_ms()})
                continue
            if one is not None:
                ready.append(one)
        async with writing(self._engine).begin() as connection:  # what is handed over once is never sent again by itself
            for one in ready:
                handed = {"state": "handed", "at_ms": self._clock.wall_ms()}
                await rows.sent(connection, one.row["mailing"], one.row["subscriber"], handed)
        outcomes = await self._postbox.post([one.message for one in ready])
        away = next((one for one in outcomes if one.state == "away"), None)
        if away is not None:
            await self._rest(away.problem, [one.row for one in ready[len(outcomes) - 1 :]])
        elif ready:
            self._failures, self.problem = 0, ""
        for one, outcome in zip(ready, outcomes, strict=False):
            try:
                await self._came(one, outcome)
            except Exception as error:  # the database is away: it stays handed over
                log.error("what came of a newsletter could not be stored: %s", place_of(error))
        async with writing(self._engine).begin() as connection:  # of one that was stopped meanwhile nobody else does
            for mailing in sorted({one.row["mailing"] for one in ready}):
                await rows.count(connection, mailing)
        self.changed()

    async def _came(self, one: _Ready, outcome: Outcome) -> None:
        """Store what the mail server said."""
        if outcome.state == "sent":
            await self._sent(one)
        elif outcome.state == "later":
            await self._later(one.row, TRIES_S[min(one.row["tries"], len(TRIES_S)) - 1])
        elif outcome.state == "refused":
            await self._refused(one.row, nowhere=outcome.nowhere)

    async def _newsletter(self, run: rows.Row, language: str, zone: Zone) -> Newsletter | None:
        """What a mailing says: as it was when it was planned. None where that is gone; its readers are let go."""
        if run["topic"].startswith(SHOW_TOPIC):
            async with self._engine.connect() as connection:
                show = await show_rows.load(connection, run["topic"].removeprefix(SHOW_TOPIC))
            made = reminder(show, language, zone) if show is not None else None
        else:
            async with self._engine.connect() as connection:
                data = await rules.definition(connection, "mail", run["newsletter"], run["version"])
            made = msgspec.json.decode(data, type=Newsletter) if data else None
        if made is None:
            async with writing(self._engine).begin() as connection:
                await rows.change_mailing(connection, run["id"], {"state": "stopped"})
        return made

    async def _judged(self, row: rows.Row, run: rows.Row, newsletter: Newsletter) -> _Ready | None:
        """The letter, if it may go now; else it is put off, or let go with the gate that stopped it."""
        now_ms = self._clock.wall_ms()
        async with self._engine.connect() as connection:
            known = await self._readers.known(connection, row)
            reader = await self._readers.standing(connection, row, run, newsletter, known)
        asked = run["topic"].startswith(SHOW_TOPIC)
        mail = Mail(due_ms=run["at_ms"], until_ms=run["until_ms"], asked=asked, gap_hours=self._settings().gap_hours)
        verdict = judge(mail, reader, now_ms)
        if verdict.gate is None and verdict.at_ms > now_ms:
            await self._hold(row, verdict.at_ms)
            return None
        zone = self._readers.zone(row)
        composed = await self._composer.compose(newsletter, known, run["newsletter"], zone) if verdict.gate is None else None
        if composed is not None and not composed.letter.parts:
            verdict = Verdict(gate="empty")
        if composed is None or verdict.gate is not None:
            await self._store(row, {"state": "skipped", "gate": verdict.gate, "at_ms": now_ms})
            return None
        leave = f"{self._url()}/mail/leave/{self._links.leave(row['subscriber'], run['topic'])}"
        frame = self.frame(newsletter, leave, reader.subscribed_ms or now_ms, run["topic"])
        message = self._message(composed.letter, frame, row["address"])
        host = parseaddr(self._postbox.sender)[1].rpartition("@")[2]
        message["Message-ID"] = self._links.message_id(row["mailing"], row["subscriber"], host)
        message["List-Unsubscribe"] = f"<{leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Id"] = f"<{run['topic'].replace(':', '-')}.{host}>"
        visitor = known.visitors[0] if known is not None and known.visitors else ""
        return _Ready(row=row, composed=composed, message=message, visitor=visitor)

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────

    async def _sent(self, one: _Ready) -> None:
        now_ms = self._clock.wall_ms()
        row = one.row
        async with self._visits.people, writing(self._engine).begin() as connection:
            shown = one.visitor and await rows.subscriber(connection, row["subscriber"]) is not None
            if shown:  # they may have been forgotten, or taken their yes back, while it was on its way
                shown = "analytics" in (await agreements(connection, [one.visitor]))[one.visitor]
            chosen = msgspec.json.encode(one.composed.letter.chosen).decode()
            await rows.sent(connection, row["mailing"], row["subscriber"], {"state": "sent", "at_ms": now_ms, "chosen": chosen})
            await rows.change_subscriber(connection, row["subscriber"], {"used_ms": now_ms, "mailed_ms": now_ms})
            for decision in one.composed.shown if shown else ():
                await rules.expose(connection, self._exposure(decision, one, now_ms))
            for decision in one.composed.held if shown else ():
                for withheld in decision.held:
                    held = {"rule": withheld.rule, "version": withheld.version, "variant": HELD, "product": ""}
                    held["decision"] = _decision_id(one.row["mailing"], f"{decision.slot} {HELD} {withheld.rule}")
                    await rules.expose(connection, self._exposure(decision, one, now_ms) | held)

    def _exposure(self, decision: Decision, one: _Ready, now_ms: int) -> dict[str, Any]:
        return {
            "visitor": one.visitor,
            "decision": _decision_id(one.row["mailing"], decision.slot),
            "rule": decision.rule,
            "version": decision.version,
            "variant": decision.variant,
            "slot": decision.slot,
            "product": decision.action.product if decision.action is not None else "",
            "day": self._book.zone.day(now_ms),
            "at_ms": now_ms,
            "device": "mail",
            "clicked": False,
        }

    async def _refused(self, row: rows.Row, *, nowhere: bool) -> None:
        async with writing(self._engine).begin() as connection:
            if nowhere:
                await self._subscribers.suppress(connection, row["address"], "bounce")
            values = {"state": "bounced" if nowhere else "failed", "at_ms": self._clock.wall_ms()}
            await rows.sent(connection, row["mailing"], row["subscriber"], values)

    async def _later(self, row: rows.Row, wait_s: float) -> None:
        await self._store(row, {"state": "waits", "due_ms": self._clock.wall_ms() + round(wait_s * 1000)})

    async def _hold(self, row: rows.Row, until_ms: int) -> None:
        """It is judged again then, as if it had not been looked at."""
        await self._store(row, {"due_ms": until_ms, "tries": 0})

    async def _rest(self, problem: str, left: list[rows.Row]) -> None:
        """The mail server takes nothing: what was claimed waits, and so do all others, longer each time."""
        wait_s = TRIES_S[min(self._failures, len(TRIES_S) - 1)]
        self._failures += 1
        self._rests_until_ms = self._clock.wall_ms() + wait_s * 1000
        self.problem = problem
        log.warning("newsletters wait %d s: %s", wait_s, problem)
        for row in left:
            await self._store(row, {"state": "waits", "due_ms": self._rests_until_ms, "tries": row["tries"] - 1})

    async def _store(self, row: rows.Row, values: dict[str, Any]) -> None:
        async with writing(self._engine).begin() as connection:
            await rows.sent(connection, row["mailing"], row["subscriber"], values)

    # ── the letter itself ────────────────────────────────────────────────────────────────────────────────────

    def frame(self, newsletter: Newsletter, leave: str, since_ms: int, topic: str = "") -> Frame:
        """What stands round a letter."""
        settings, language = self._settings(), newsletter.language
        day = str(format_date(self._book.zone.wall(since_ms).date(), "long", "en_GB" if language == "en" else language))
        named = self._book.topics.get(newsletter.topic)
        if topic.startswith(SHOW_TOPIC):
            why, stop = N_("You get this because you asked on {day} to be reminded of this show."), N_("No reminder, please")
        else:
            why = N_("This is advertising from {brand}. You get it because you asked for “{topic}” on {day}.")
            stop = N_("Unsubscribe")
        return Frame(
            brand=settings.brand,
            contact=settings.contact,
            colour=settings.colour,
            language=language,
            why=translate(why, language).format(brand=settings.brand, topic=named.name if named is not None else "", day=day),
            leave=leave,
            leave_text=translate(stop, language),
        )

    def _message(self, letter: Letter, frame: Frame, address: str) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._postbox.sender
        message["To"] = Address(addr_spec=address)
        message["Subject"] = letter.subject
        message["Date"] = formatdate(usegmt=True)
        message.set_content(as_text(letter, frame))
        message.add_alternative(as_html(letter, frame), subtype="html")
        message["Content-Language"] = frame.language  # content fields that stand before would go
        message.policy = UNFOLDED
        return message

    # ── reminders of shows ───────────────────────────────────────────────────────────────────────────────────

    async def _remind(self, now_ms: int) -> None:
        """Shows that begin soon: who asked for that is reminded, once."""
        async with self._engine.connect() as connection:
            soon = await rows.begin_soon(connection, SHOW_TOPIC, now_ms, now_ms + REMIND_MS)
        if not soon:
            return
        async with writing(self._engine).begin() as connection:
            for show, begins_ms in soon:
                topic = f"{SHOW_TOPIC}{show}"
                await self._put(connection, topic, 0, topic, now_ms, begins_ms + REMIND_MS // 2, "")


def reminder(show: show_rows.Row, language: str, zone: Zone) -> Newsletter:
    """The letter that says that a show begins."""
    when = zone.wall(show["starts_at_ms"] or 0).strftime("%H.%M" if language == "da" else "%H:%M")
    subject = translate(N_("{show} begins at {when}"), language).format(show=show["title"], when=when)
    page, words = f"/shows/{show['id']}", translate(N_("See the show"), language)
    text = translate(N_("You asked to be reminded. The show begins at {when}, on this page."), language).format(when=when)
    picture = (PictureBlock(picture=show["poster"], text=show["title"][:120], link=page),) if show["poster"] else ()
    return Newsletter(
        id="reminder",
        name="reminder",
        topic="reminder",
        subject=subject[:150],
        language="da" if language == "da" else "en",
        blocks=(*picture, TextBlock(title=show["title"][:120], text=text, link=page, link_text=words)),
    )


def _decision_id(mailing: str, slot: str) -> str:
    """Of what one mailing has in a slot: sent twice, it was shown once."""
    return hashlib.blake2b(f"{mailing} {slot}".encode(), digest_size=9).hexdigest()
