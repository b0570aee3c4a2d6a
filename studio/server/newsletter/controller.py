"""Runs the commands about newsletters, and tells studios what there is."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.commands import Actor, Command
from studio.commands import newsletter as ask
from studio.errors import NotFound
from studio.i18n import N_
from studio.queries import newsletter as queries
from studio.relation.days import DAY_MS
from studio.relation.evaluate import in_segment
from studio.relation.mail_gate import WARNS_DAYS
from studio.relation.newsletter import SHOW_TOPIC, MailSettings, Newsletter, Topic, check
from studio.relation.reason import Reason
from studio.server.branch_teller import BranchTeller
from studio.server.db import calls as settings_rows
from studio.server.db import catalogue
from studio.server.db import newsletter as rows
from studio.server.db.engine import writing
from studio.server.mail.queue import MailQueue
from studio.server.mail_tools.tools import MailTools
from studio.server.newsletter.composer import Composed, Composer
from studio.server.newsletter.drawing import as_html
from studio.server.newsletter.mailings import Mailings
from studio.server.newsletter.returns import Returns
from studio.server.newsletter.samples import Sample, samples
from studio.server.newsletter.subscribers import Subscribers
from studio.server.relation.book import Book
from studio.show.mailbox import mailbox
from studio.spine import Dispatcher
from studio.spine.undo import Offered
from studio.state.newsletters import Mailing, NewsletterNow, Newsletters, TopicNow

SETTING = "newsletters"
FIGURES_S = 1.0
MAILINGS = 50
PRODUCTS = 200
PAGE_MAX = 700_000
"""Bytes of a page that travel to a studio: a message may be no longer than a megabyte."""


class NewsletterController:
    """`push` tells every studio a branch. On the server's loop."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        push: Callable[[str, Any], None],
        *,
        book: Book,
        composer: Composer,
        postbox: MailQueue,
    ) -> None:
        self.branch = BranchTeller("newsletters", Newsletters(), self._read, push, figures_s=FIGURES_S)
        self.settings = MailSettings()
        self.subscribers: Subscribers
        self.mailings: Mailings
        self.returns: Returns
        self.tools: MailTools
        """The four are made after it: they ask it for the settings."""
        self._engine = engine
        self._clock = clock
        self._book = book
        self._composer = composer
        self._postbox = postbox

    def register(self, brand: Dispatcher) -> None:
        """Run the commands, answer the query."""
        register = brand.register
        register(ask.TopicSave, self._on_topic)
        register(ask.TopicDelete, self._on_topic_delete)
        register(ask.NewsletterSave, self._on_newsletter)
        register(ask.NewsletterDelete, self._on_newsletter_delete)
        register(ask.NewsletterSend, self._on_send)
        register(ask.MailingStop, self._on_stop)
        register(ask.NewsletterProof, self._on_proof)
        register(ask.NewsletterSettings, self._on_settings)
        register(ask.SubscribersBring, self._on_bring)
        register(ask.AddressSuppress, self._on_suppress)
        register(ask.MailToolSwitch, self._on_tool)
        register(queries.MailToolDiff, self._diff)
        register(queries.NewsletterLook, self._look)
        register(queries.NewsletterPreview, self._preview)
        register(queries.NewsletterPage, self._page)

    async def open(self) -> None:
        """Read what there is."""
        async with self._engine.connect() as connection:
            said = await settings_rows.setting(connection, SETTING)
        if said:
            self.settings = msgspec.json.decode(said, type=MailSettings)
        await self.branch.open()

    def refresh(self) -> None:
        """Something has changed."""
        self.branch.counted()

    async def _read(self) -> Newsletters:
        book = self._book
        now_ms = self._clock.wall_ms()
        async with self._engine.connect() as connection:
            counts = await rows.of_topics(connection, now_ms - WARNS_DAYS * DAY_MS)
            runs = await rows.mailings(connection, MAILINGS)
            results = await rows.results(connection, [run["id"] for run in runs if not run["counts"]])
            results |= {run["id"]: msgspec.json.decode(run["counts"]) for run in runs if run["counts"]}
            suppressed = await rows.suppressions(connection)
        return Newsletters(
            topics=tuple(
                TopicNow(topic=topic, subscribers=counts.get(topic.id, (0, 0))[0], lapse_soon=counts.get(topic.id, (0, 0))[1])
                for topic in book.topics.values()
            ),
            newsletters=tuple(
                NewsletterNow(
                    id=one.id,
                    name=one.name,
                    topic=one.topic,
                    subject=one.subject,
                    segment=one.segment,
                    language=one.language,
                    slots=one.slots,
                )
                for one in book.newsletters.values()
            ),
            mailings=tuple(self._mailing(run, results.get(run["id"], {})) for run in runs),
            settings=self.settings,
            suppressed=suppressed,
            sends=self._postbox.sends,
            problem=self.mailings.problem,
            mailbox_problem=self.returns.problem,
            tools=await self.tools.now(),
        )

    def _mailing(self, run: rows.Row, results: dict[str, dict[str, int]]) -> Mailing:
        made = self._book.newsletters.get(run["newsletter"])
        count = {state: sum(by_gate.values()) for state, by_gate in results.items()}
        name = made.name if made is not None else run["newsletter"].removeprefix(SHOW_TOPIC)
        return Mailing(
            id=run["id"],
            newsletter=run["newsletter"],
            name=name,
            topic=run["topic"],
            at_ms=run["at_ms"],
            state=run["state"],
            sent=count.get("sent", 0),
            waits=count.get("waits", 0),
            bounced=count.get("bounced", 0),
            failed=count.get("failed", 0),
            handed=count.get("handed", 0),
            spam=count.get("spam", 0),
            skipped=results.get("skipped", {}),
        )

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_topic(self, command: ask.TopicSave, by: Actor) -> Offered:
        before = await self._book.save(command.topic, by.id)
        back: Command = ask.TopicDelete(topic=command.topic.id)
        if isinstance(before, Topic):
            back = ask.TopicSave(topic=before)
        self.branch.made()
        return Offered(command.topic.id, N_("Topic"), back)

    async def _on_topic_delete(self, command: ask.TopicDelete, by: Actor) -> Offered:
        gone = await self._book.delete("topic", command.topic, by.id)
        assert isinstance(gone, Topic)
        self.branch.made()
        return Offered(None, N_("Topic deleted"), ask.TopicSave(topic=gone))

    async def _on_newsletter(self, command: ask.NewsletterSave, by: Actor) -> Offered:
        before = await self._book.save(command.newsletter, by.id)
        back: Command = ask.NewsletterDelete(newsletter=command.newsletter.id)
        if isinstance(before, Newsletter):
            back = ask.NewsletterSave(newsletter=before)
        self.branch.made()
        return Offered(command.newsletter.id, N_("Newsletter"), back)

    async def _on_newsletter_delete(self, command: ask.NewsletterDelete, by: Actor) -> Offered:
        gone = await self._book.delete("mail", command.newsletter, by.id)
        assert isinstance(gone, Newsletter)
        self.branch.made()
        return Offered(None, N_("Newsletter deleted"), ask.NewsletterSave(newsletter=gone))

    async def _on_send(self, command: ask.NewsletterSend, by: Actor) -> str:
        return await self.mailings.plan(command.newsletter, command.at_ms, by.id)

    async def _on_stop(self, command: ask.MailingStop, by: Actor) -> None:
        await self.mailings.stop(command.mailing)

    async def _on_proof(self, command: ask.NewsletterProof, by: Actor) -> None:
        await self.mailings.proof(command.newsletter, mailbox(command.address))

    async def _on_settings(self, command: ask.NewsletterSettings, by: Actor) -> Offered:
        before, self.settings = self.settings, command.settings
        async with writing(self._engine).begin() as connection:
            await settings_rows.put_setting(connection, SETTING, msgspec.json.encode(command.settings).decode())
        self.branch.made()
        return Offered(None, N_("Newsletters' sender"), ask.NewsletterSettings(settings=before))

    async def _on_bring(self, command: ask.SubscribersBring, by: Actor) -> dict[str, int]:
        return await self.subscribers.bring(command.topic, command.subscribers)

    async def _on_suppress(self, command: ask.AddressSuppress, by: Actor) -> None:
        async with writing(self._engine).begin() as connection:
            await self.subscribers.suppress(connection, mailbox(command.address), "manual")
        self.branch.made()

    async def _on_tool(self, command: ask.MailToolSwitch, by: Actor) -> Offered:
        tool = self.tools.one(command.tool)
        for segment in command.segments or ():
            if segment not in self._book.segments and segment not in tool.segments:  # one that was deleted holds nobody up
                raise NotFound("There is no {kind} {name}", kind="segment", name=segment)
        before = await tool.switch(command.on, command.segments)
        self.branch.made()
        back = ask.MailToolSwitch(tool=before.name, on=before.on, segments=before.segments)
        return Offered(None, N_("Mail tool"), back)

    async def _diff(self, query: queries.MailToolDiff, by: Actor) -> queries.ToolDiff:
        return await self.tools.one(query.tool).diff(query.segments)

    # ── proofs ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _look(self, query: queries.NewsletterLook, by: Actor) -> Newsletter:
        if (found := self._book.newsletters.get(query.newsletter)) is None:
            raise NotFound("There is no {kind} {name}", kind="newsletter", name=query.newsletter)
        return found

    async def _preview(self, query: queries.NewsletterPreview, by: Actor) -> queries.Proofs:
        check(query.newsletter)
        return queries.Proofs(proofs=tuple([await self._proof(query.newsletter, one) for one in await self._samples()]))

    async def _page(self, query: queries.NewsletterPage, by: Actor) -> queries.Page:
        check(query.newsletter)
        made = await self._samples()
        _, html = await self._drawn(query.newsletter, made[min(query.reader, len(made) - 1)])
        return queries.Page(html=html if len(html.encode()) < PAGE_MAX else "")

    async def _samples(self) -> list[Sample]:
        async with self._engine.connect() as connection:
            products = await catalogue.search(connection, "", PRODUCTS)
        return samples(products, self._book.plan, self._clock.wall_ms())

    async def _drawn(self, newsletter: Newsletter, sample: Sample) -> tuple[Composed, str]:
        composed = await self._composer.compose(newsletter, sample.known, "proof", self._book.zone, sample=True)
        frame = self.mailings.frame(newsletter, self._composer.picture("/"), self._clock.wall_ms())
        return composed, as_html(composed.letter, frame)

    async def _proof(self, newsletter: Newsletter, sample: Sample) -> queries.Proof:
        composed, html = await self._drawn(newsletter, sample)
        segment = self._book.segments.get(newsletter.segment)
        inside = not newsletter.segment or (
            segment is not None and bool(in_segment(segment, self._composer.view(sample.known)).holds)
        )
        return queries.Proof(
            reader=sample.reader,
            inside=inside,
            subject=composed.letter.subject,
            size=len(html.encode()),
            choices=tuple(self._choice(one) for one in composed.letter.chosen),
        )

    def _choice(self, chosen: dict[str, Any]) -> queries.Choice:
        rule = self._book.rules.get(chosen.get("rule", ""))
        products = tuple(chosen["products"]) if "products" in chosen else tuple(filter(None, [chosen.get("product", "")]))
        reason = chosen.get("reason")
        return queries.Choice(
            block=chosen["block"],
            rule=rule.name if rule is not None else "",
            products=products,
            reason=msgspec.convert(reason, Reason) if reason else None,
        )
