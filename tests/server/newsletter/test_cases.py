"""The acceptance cases of the relation that are about mail, by their numbers, on both databases."""

from collections.abc import Callable

import pytest

from studio.commands import newsletter as ask
from studio.commands import relation as rules
from studio.queries import relation as queries
from studio.relation.action import ShowProduct
from studio.relation.condition import Did
from studio.relation.days import Zone
from studio.relation.match import Match
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from studio.relation.newsletter import SlotBlock
from studio.relation.subscriber_file import read
from studio.server.app import ShowServer
from studio.server.db import tables
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import PushedClock
from tests.server.mail_server import MailServer
from tests.server.newsletter.readers import Readers, links, newsletter, shown, token_in
from tests.server.relation.shop import NewPage, order, rows, rule, segment

pytestmark = BOTH_DATABASES
Wall = Callable[..., None]


async def test_case_31_only_where_the_link_was_opened_it_attaches(
    server: ShowServer, new_page: NewPage, readers: Readers
) -> None:
    phone, laptop = new_page("phone"), new_page("desktop")
    for page in (phone, laptop):
        await page.did(PRODUCT_VIEWED, "serum")
        assert (await readers.type("Anna@Example.com", page))[0] == 202
    letters = await readers.letters("anna@example.com", 2)
    assert await readers.confirm(token_in(letters[1]), laptop) == 200
    found = await order(server, queries.ProfileLook(find="anna@example.com", by="email"))
    assert list(found.devices) == [laptop.visitor]
    assert found.identifiers == (("email", "anna@example.com", "link"),)
    other = await order(server, queries.ProfileLook(find=phone.visitor, by="visitor"))
    assert other.identifiers == ()


async def test_case_31_also_with_the_letter_that_was_typed_elsewhere(
    server: ShowServer, new_page: NewPage, readers: Readers
) -> None:
    """Whoever types somebody else's address is not joined to them when that person clicks."""
    stranger, owner = new_page(), new_page("phone")
    for page in (stranger, owner):
        await page.did(PRODUCT_VIEWED, "serum")
    await readers.type("anna@example.com", stranger)
    (letter,) = await readers.letters("anna@example.com")
    assert await readers.confirm(token_in(letter), owner) == 200
    found = await order(server, queries.ProfileLook(find="anna@example.com", by="email"))
    assert list(found.devices) == [owner.visitor]


async def test_case_34_who_was_forgotten_does_not_come_back_in_a_file(
    server: ShowServer, new_page: NewPage, readers: Readers, wall: Wall
) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe("zebra@example.com", page)
    wall(12)
    await order(server, ask.NewsletterSave(newsletter=newsletter()))
    await order(server, ask.NewsletterSend(newsletter="week"))
    await readers.letters("zebra@example.com", 2)
    await readers.type("zebra@example.com", page)
    held = await page.held()
    assert held["subscriber"][0]["address"] == "zebra@example.com"
    assert held["newsletters"][0]["wording"].startswith("Yes, Sandø may write to me")
    assert len(held["newsletters sent"]) == len(held["addresses typed"]) == 1
    assert await page.forget() == 200
    for table in tables.metadata.tables.values():
        for row in await rows(server, table):
            assert "zebra" not in str(dict(row)), table.name
            assert page.visitor not in str(dict(row)), table.name
    brought, problems = read("email,consented_at\nZebra@example.com,2026-11-01\nnew@example.com,2026-11-01\n", Zone("UTC"))
    assert problems == []
    counts = await order(server, ask.SubscribersBring(topic="news", subscribers=tuple(brought)))
    assert (counts["added"], counts["forgotten"]) == (1, 1)
    assert [row["address"] for row in await rows(server, tables.subscribers)] == ["new@example.com"]


async def test_case_40_programs_that_follow_links_change_nothing(server: ShowServer, readers: Readers) -> None:
    await readers.type("anna@example.com")
    (letter,) = await readers.letters("anna@example.com")
    (confirm,) = links(letter)
    for _ in range(3):
        status, page = await readers.get(confirm)
        assert status == 200
        assert "Shall Sandø write to you?" in page
    assert await rows(server, tables.subscribers) == []
    assert (await readers.post(confirm))[0] == 200
    (subscriber,) = await rows(server, tables.subscribers)
    leave = f"{server.url}/mail/leave/{server.newsletters.links.leave(subscriber['id'], 'news')}"
    status, page = await readers.get(leave)
    assert status == 200
    assert "News from Sandø" in page
    assert (await rows(server, tables.subscriptions))[0]["ended_ms"] is None
    status, _ = await readers.post(leave, **{"List-Unsubscribe": "One-Click"})
    assert status == 200
    assert (await rows(server, tables.subscriptions))[0]["ended_ms"] is not None
    assert [row["reason"] for row in await rows(server, tables.suppressions)] == ["unsubscribed"]
    brought, _ = read("email,consented_at\nanna@example.com,2026-11-01\n", Zone("UTC"))
    counts = await order(server, ask.SubscribersBring(topic="news", subscribers=tuple(brought)))
    assert counts["suppressed"] == 1
    await readers.subscribe("anna@example.com")  # a newer yes of her own is one
    assert await rows(server, tables.suppressions) == []


async def test_case_40_what_is_held_over_night_is_judged_again(
    server: ShowServer, new_page: NewPage, readers: Readers, wall: Wall, mail_server: MailServer, hands: PushedClock
) -> None:
    await readers.stock("serum", "cream")
    looked = Did(match=Match(names=(PRODUCT_VIEWED,)), times=1, days=30)
    await order(server, rules.SegmentSave(segment=segment("looked", looked)))
    for name in ("serum", "cream"):
        await order(server, rules.RuleSave(rule=rule(name, ShowProduct(id=name), slot="mail-top", of="looked")))
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe("anna@example.com", page)
    await order(server, ask.NewsletterSave(newsletter=newsletter("week", SlotBlock(slot="mail-top", title="For you"))))
    wall(22, 30)
    await order(server, ask.NewsletterSend(newsletter="week"))
    await readers.settle()
    assert len(mail_server.letters) == 1  # the confirmation alone
    (sending,) = await rows(server, tables.sendings)
    zone = server.relation.book.zone
    assert (sending["state"], zone.wall(sending["due_ms"]).strftime("%H:%M")) == ("waits", "08:00")
    hands.push(1800)
    await page.did(ORDER_COMPLETED, "serum", order_id="1", currency="DKK", value=249.0)
    wall(8, 1)
    await readers.settle()
    letter = (await readers.letters("anna@example.com", 2))[-1]
    assert "Cream" in shown(letter)
    assert "Serum" not in shown(letter)
    await readers.settle()
    (sending,) = await rows(server, tables.sendings)
    assert sending["state"] == "sent"
    assert "already bought" in sending["chosen"]
    assert '"product":"cream"' in sending["chosen"]


@pytest.mark.parametrize("way", ["late", "left"])
async def test_case_40_and_may_be_dropped_then(
    server: ShowServer, readers: Readers, wall: Wall, hands: PushedClock, way: str
) -> None:
    await readers.subscribe("anna@example.com")
    await order(server, ask.NewsletterSave(newsletter=newsletter()))
    wall(22, 30)
    await order(server, ask.NewsletterSend(newsletter="week"))
    await readers.settle()
    (subscriber,) = await rows(server, tables.subscribers)
    if way == "late":
        hands.push(25 * 3600)
    else:
        leave = server.newsletters.links.leave(subscriber["id"], "news")
        assert (await readers.post(f"{server.url}/mail/leave/{leave}", scope="topic"))[0] == 200
        wall(8, 1)
    await readers.settle()
    (sending,) = await rows(server, tables.sendings)
    assert (sending["state"], sending["gate"]) == ("skipped", "late" if way == "late" else "suppressed")
    assert len(readers.mail.letters) == 1
