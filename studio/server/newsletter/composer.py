"""Makes one reader's letter of a newsletter, at the moment it goes."""

from collections.abc import Callable, Sequence
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec
from babel.dates import format_datetime
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.i18n import N_, translate
from studio.relation.action import AnyAction, ShowInformation, ShowMessage, ShowProduct
from studio.relation.days import Zone
from studio.relation.decide import Decision
from studio.relation.evaluate import View, in_segment
from studio.relation.newsletter import (
    AnyBlock,
    ListBlock,
    Newsletter,
    PictureBlock,
    ProductsBlock,
    ShowBlock,
    SlotBlock,
    TextBlock,
)
from studio.relation.plain import plain
from studio.relation.reason import Reason
from studio.server.db import catalogue
from studio.server.db import shows as show_rows
from studio.server.newsletter.letter import Card, Letter, Part
from studio.server.relation.book import Book
from studio.server.relation.decisions import Asking, Decided, Decisions
from studio.server.relation.decisions import card as product_card
from studio.server.relation.people import Known
from studio.server.relation.weekly import WeeklyLists
from studio.show import money
from studio.show.shelf import Stocked

STOPPED = 4
"""So many rules that did not show are kept with a reader's letter, each with its gate."""


class Composed(Struct, frozen=True, kw_only=True):
    """A letter, and the rules that stand in it, or would, were the reader not held back: they count when it has gone."""

    letter: Letter
    shown: tuple[Decision, ...] = ()
    held: tuple[Decision, ...] = ()


class Composer:
    """`url()` is where people reach the server: pictures of ours, and pages, lie there. On the server's loop."""

    def __init__(
        self, engine: AsyncEngine, clock: Clock, book: Book, decisions: Decisions, weekly: WeeklyLists, url: Callable[[], str]
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._book = book
        self._decisions = decisions
        self._weekly = weekly
        self._url = url

    async def compose(
        self, newsletter: Newsletter, known: Known | None, mailing: str, zone: Zone, *, sample: bool = False
    ) -> Composed:
        """What this reader is written now; `known` None: of whom nothing may be used. `zone` is theirs."""
        visitor = known.visitors[0] if known is not None and known.visitors else ""
        asking = Asking(visitor=visitor, slots=newsletter.slots, language=newsletter.language, mail=True, explain=True)
        decided = await self._decisions.decide(asking, known if sample else None) if newsletter.slots else None
        making = _Making(self, newsletter, known, visitor="" if sample else visitor, decided=decided, campaign=mailing, zone=zone)
        parts = [await making.part(block) for block in newsletter.blocks]
        letter = Letter(
            subject=self._subject(newsletter, known),
            preview=newsletter.preview,
            parts=tuple(part for part in parts if part is not None),
            chosen=tuple(making.chosen),
        )
        return Composed(letter=letter, shown=tuple(making.shown), held=tuple(making.held))

    def view(self, known: Known | None) -> View:
        """A reader, as segments look at them."""
        return self._book.view(known.facts, known.agreed) if known is not None else self._book.view(None, frozenset())

    def _subject(self, newsletter: Newsletter, known: Known | None) -> str:
        view = self.view(known)
        for one in newsletter.subjects:
            segment = self._book.segments.get(one.segment)
            if segment is not None and in_segment(segment, view).holds:
                return one.subject
        return newsletter.subject

    async def stocked(self, products: Sequence[str]) -> dict[str, Stocked]:
        """What the catalogue says of some products."""
        async with self._engine.connect() as connection:
            return await catalogue.load_stocked(connection, products)

    async def next_show(self) -> show_rows.Row | None:
        """The brand's next public show."""
        now_ms = self._clock.wall_ms()
        async with self._engine.connect() as connection:
            listed = await show_rows.listed(connection)
        coming = [row for row in listed if row["state"] == "draft" and (row["starts_at_ms"] or 0) > now_ms]
        return min(coming, key=lambda row: int(row["starts_at_ms"]), default=None)

    def address(self, link: str, campaign: str) -> str:
        """A link as a letter has it: whole, and saying for the brand's own figures where somebody comes from."""
        whole = urljoin(f"{self._url()}/", link)
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https"):
            return ""
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not name.startswith("utm_")]
        query = urlencode([*kept, ("utm_source", "vitrine"), ("utm_medium", "email"), ("utm_campaign", campaign)])
        return urlunsplit(parts._replace(query=query))

    def picture(self, address: str) -> str:
        """Of a picture."""
        return urljoin(f"{self._url()}/", address) if address else ""

    def card(self, stocked: Stocked, campaign: str, language: str, note: str = "") -> Card:
        """A product as it can be bought now."""
        return self.drawn(product_card(stocked, self._clock.wall_ms()), campaign, language, note)

    def drawn(self, card: dict[str, Any], campaign: str, language: str, note: str = "") -> Card:
        """The same of what pages are told."""
        return Card(
            title=card["title"],
            brand=card["brand"],
            price=money.price(card["price_minor"], card["currency"], language) if card["currency"] else "",
            url=self.address(card["url"] or "/", campaign),
            image=self.picture(card["image"]),
            note=note,
        )

    async def weekly_list(self, visitor: str, language: str) -> dict[str, Any]:
        """This week's list of somebody; of nobody, what is popular."""
        return await self._weekly.for_you(visitor, language)


class _Making:
    """One letter, block by block."""

    def __init__(
        self,
        composer: Composer,
        newsletter: Newsletter,
        known: Known | None,
        *,
        visitor: str,
        decided: Decided | None,
        campaign: str,
        zone: Zone,
    ) -> None:
        self._zone = zone
        self.chosen: list[dict[str, Any]] = []
        self.shown: list[Decision] = []
        self.held: list[Decision] = []
        self._composer, self._newsletter, self._known = composer, newsletter, known
        self._visitor, self._decided, self._campaign = visitor, decided, campaign
        self._language = newsletter.language
        self._here: set[str] = set()
        """Products that stand in it: none stands there twice."""

    async def part(self, block: AnyBlock) -> Part | None:
        if isinstance(block, TextBlock):
            return Part(
                title=block.title,
                paragraphs=_paragraphs(block.text),
                link=self._link(block.link),
                link_text=block.link_text,
            )
        if isinstance(block, PictureBlock):
            picture = self._composer.picture(block.picture)
            return Part(title=block.title, picture=picture, picture_text=block.text, link=self._link(block.link))
        if isinstance(block, ProductsBlock):
            return await self._products(block)
        if isinstance(block, ListBlock):
            return await self._list(block)
        if isinstance(block, SlotBlock):
            return await self._slot(block)
        return await self._show(block)

    def _link(self, link: str) -> str:
        return self._composer.address(link, self._campaign) if link else ""

    async def _products(self, block: ProductsBlock) -> Part | None:
        stocked = await self._composer.stocked(block.products)
        bought = self._known.facts.bought if self._known is not None else {}
        wanted = [name for name in dict.fromkeys(block.products) if name in stocked and name not in bought]
        sold = [name for name in wanted if name not in self._here and stocked[name].sells]
        self._here.update(sold)
        cards = tuple(self._composer.card(stocked[name], self._campaign, self._language) for name in sold)
        return Part(title=block.title, cards=cards) if cards else None

    async def _list(self, block: ListBlock) -> Part | None:
        found = await self._composer.weekly_list(self._visitor, self._language)
        items = [item for item in found["items"] if item["id"] not in self._here][: block.most]
        self._here.update(item["id"] for item in items)
        cards = tuple(self._composer.drawn(item, self._campaign, self._language, item["reason"]) for item in items)
        self.chosen.append({"block": "list", "products": [item["id"] for item in items], "personal": found["personal"]})
        return Part(title=block.title, cards=cards) if cards else None

    async def _slot(self, block: SlotBlock) -> Part | None:
        assert self._decided is not None
        decision = self._decided.decisions[block.slot]
        action = decision.action
        if decision.held:
            self.held.append(decision)
        if action is None or action.product in self._here:
            self._note(block, decision, "")
            return await self._action(block, block.default, "") if block.default is not None else None
        titles = {name: stocked.product.title for name, stocked in self._decided.products.items()}
        why = self._words(plain(decision.reason, titles)) if decision.personal else ""
        part = await self._action(block, action, why)
        self._note(block, decision, decision.rule)
        self.shown.append(decision)
        return part

    def _note(self, block: SlotBlock, decision: Decision, rule: str) -> None:
        product = decision.action.product if rule and decision.action is not None else ""
        self.chosen.append(
            {
                "block": block.slot,
                "decision": token_urlsafe(12) if rule else "",
                "rule": rule,
                "variant": decision.variant if rule else "",
                "product": product,
                "reason": msgspec.to_builtins(decision.reason),
                "stopped": [(one.name, one.gate, str(one.reason)) for one in decision.stopped][:STOPPED],
            }
        )

    def _words(self, reason: Reason) -> str:
        return reason.sentence(lambda text: translate(text, self._language))

    async def _action(self, block: SlotBlock, action: AnyAction, why: str) -> Part | None:
        title, paragraphs = action.title or block.title, _paragraphs(action.text)
        if isinstance(action, ShowProduct):
            stocked = (await self._composer.stocked([action.id])).get(action.id)
            bought = self._known is not None and action.id in self._known.facts.bought
            if stocked is None or not stocked.sells or bought or action.id in self._here:
                return None
            self._here.add(action.id)
            card = self._composer.card(stocked, self._campaign, self._language)
            return Part(title=title, paragraphs=paragraphs, cards=(card,), note=why)
        if isinstance(action, ShowInformation):
            return Part(
                title=title,
                picture=self._composer.picture(action.picture),
                picture_text=title,
                paragraphs=paragraphs,
                link=self._link(action.link),
                link_text=action.link_text,
                note=why,
            )
        assert isinstance(action, ShowMessage)
        return Part(title=title, paragraphs=paragraphs, link=self._link(action.link), link_text=action.link_text, note=why)

    async def _show(self, block: ShowBlock) -> Part | None:
        show = await self._composer.next_show()
        if show is None:
            return None
        wall = self._zone.wall(show["starts_at_ms"])
        here = "en_GB" if self._language == "en" else self._language
        when = str(
            format_datetime(wall, "EEEE d MMMM, HH:mm" if self._language == "en" else "EEEE d. MMMM 'kl.' HH.mm", locale=here)
        )
        return Part(
            title=block.title,
            picture=self._composer.picture(show["poster"]),
            picture_text=show["title"],
            paragraphs=(f"{show['title']}\n{when[:1].upper()}{when[1:]}",),
            link=self._link(f"/shows/{show['id']}"),
            link_text=translate(N_("See the show"), self._language),
        )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in text.replace("\r\n", "\n").split("\n\n"))))
