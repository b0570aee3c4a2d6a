"""What goes wrong with newsletters, and what then happens."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from studio.commands import newsletter as ask
from studio.commands import relation as rule_commands
from studio.errors import InvalidValue, NotFound, WrongState
from studio.queries import newsletter as queries
from studio.relation.action import ShowInformation
from studio.relation.mail_gate import LAPSES_DAYS
from studio.relation.names import PRODUCT_VIEWED
from studio.relation.newsletter import (
    AnyBlock,
    ListBlock,
    MailSettings,
    ProductsBlock,
    ShowBlock,
    SlotBlock,
    SubjectFor,
    TextBlock,
)
from studio.relation.subscriber_file import Brought
from studio.server.app import ShowServer
from studio.server.db import shows, tables
from studio.server.db.engine import writing
from studio.server.newsletter import subscribers
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import PushedClock
from tests.server.mail_server import MailServer
from tests.server.newsletter.conftest import RUN
from tests.server.newsletter.readers import HELLO, SHOP_ORIGIN, Readers, links, newsletter, shown, token_in
from tests.server.relation.shop import SHOP, NewPage, order, rows, rule

Wall = Callable[..., None]


ENCODED = "=?utf-8?q?victim=40example.com=2C?=me@evil.example"
"""What a mail program reads as two addresses."""


async def send(server: ShowServer, **fields: Any) -> str:
    await order(server, ask.NewsletterSave(newsletter=newsletter(**fields)))
    mailing = await order(server, ask.NewsletterSend(newsletter="week"))
    assert isinstance(mailing, str)
    return mailing


async def sendings(server: ShowServer) -> list[tuple[str, str]]:
    return sorted((row["state"], row["gate"]) for row in await rows(server, tables.sendings))


# ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_answer_says_nothing_about_who_is_on_the_list(readers: Readers) -> None:
    await readers.subscribe("anna@example.com")
    known, stranger = await readers.type("anna@example.com"), await readers.type("bo@example.com")
    assert known == stranger == (202, {"ok": True})


BAD = ["", "anna", "undefined", "a@b", "anna@example.com\r\nBcc: bo@example.com", "a b@example.com", "bjørn@example.com", ENCODED]


@pytest.mark.parametrize("address", BAD)
async def test_what_is_no_address_is_refused(readers: Readers, address: str) -> None:
    status, said = await readers.type(address)
    assert (status, readers.mail.letters) == (400, [])
    assert "email" in said["detail"] or "address" in said["detail"]


async def test_a_topic_that_is_not_there_is_refused(server: ShowServer, readers: Readers) -> None:
    status, said = await readers.type("anna@example.com", topics=["gossip"])
    assert (status, "no topic gossip" in said["detail"]) == (400, True)


async def test_a_mailbox_is_not_filled_by_who_types_it(
    readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(subscribers.MAILBOX_A_DAY):
        assert (await readers.type("anna@example.com"))[0] == 202
    assert (await readers.type("Anna@EXAMPLE.com"))[0] == 429
    assert (await readers.type("bo@example.com"))[0] == 202
    hands.push(24 * 3600 + 1)
    assert (await readers.type("anna@example.com"))[0] == 202


async def test_the_letter_leads_to_the_shops_page_and_to_nobody_elses(server: ShowServer, readers: Readers) -> None:
    await readers.type("anna@example.com", page=f"{SHOP_ORIGIN}/news?a=1")
    await readers.type("anna@example.com", page="https://evil.example/news")
    ours, elsewhere = (links(letter)[0] for letter in await readers.letters("anna@example.com", 2))
    assert ours.startswith(f"{SHOP_ORIGIN}/news?a=1&vitrine-mail=")
    assert elsewhere.startswith(f"{server.url}/mail/confirm/")


async def test_a_link_confirms_once_and_ends_after_a_week(server: ShowServer, readers: Readers, hands: PushedClock) -> None:
    await readers.type("anna@example.com")
    await readers.type("anna@example.com")
    first, second = (token_in(letter) for letter in await readers.letters("anna@example.com", 2))
    assert await readers.confirm(first) == 200
    assert await readers.confirm(first) == 404
    hands.push(7 * 86_400 + 1)
    status, page = await readers.get(f"{server.url}/mail/confirm/{second}?lang=da")
    assert (status, "ældre end en uge" in page) == (404, True)
    assert await readers.confirm(second) == 404
    assert (await readers.get(f"{server.url}/mail/leave/nonsense"))[0] == 404
    assert (await readers.post(f"{server.url}/mail/leave/bm9uc2Vuc2U.xyz"))[0] == 404


async def test_an_old_link_does_not_bring_back_who_left(server: ShowServer, readers: Readers) -> None:
    await readers.subscribe("anna@example.com")
    (subscriber,) = await rows(server, tables.subscribers)
    leave = f"{server.url}/mail/leave/{server.newsletters.links.leave(subscriber['id'], 'news')}"
    old = token_in(readers.mail.to("anna@example.com")[0])
    assert (await readers.post(leave, scope="all"))[0] == 200
    assert await readers.confirm(old) == 404
    assert (await rows(server, tables.subscriptions))[0]["ended_ms"] is not None


async def test_an_address_is_deleted_by_the_letters_link(server: ShowServer, readers: Readers, wall: Wall) -> None:
    await readers.subscribe("zebra@example.com")
    wall(12)
    await send(server)
    letter = (await readers.letters("zebra@example.com", 2))[-1]
    leave = next(link for link in links(letter) if "/mail/leave/" in link)
    await readers.type("zebra@example.com")
    assert (await readers.post(leave, scope="forget"))[0] == 200
    for table in tables.metadata.tables.values():
        assert "zebra" not in str([dict(row) for row in await rows(server, table)]), table.name
    assert (await readers.post(leave, scope="all"))[0] == 200  # there is nothing left to do


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_letter_carries_what_mail_programs_ask_for(server: ShowServer, readers: Readers, wall: Wall) -> None:
    await readers.subscribe("anna@example.com")
    wall(12)
    await send(server, preview="And more")
    letter = (await readers.letters("anna@example.com", 2))[-1]
    leave = letter["List-Unsubscribe"].strip("<>")
    raw = readers.mail.raw[-1]
    assert b"\r\nList-Unsubscribe: <" + leave.encode() + b">\r\n" in raw
    assert b"\r\nMessage-ID: <" in raw
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Id"] == "<news.sandoe.example>"
    assert (letter["Subject"], letter["Content-Language"]) == ("Week at Sandø", "en")
    assert readers.mail.senders[-1] == "retur@sandoe.example"
    for text in (shown(letter), letter.get_body(("plain",)).get_content()):  # type: ignore[union-attr]
        assert "This is advertising from Sandø" in text
        assert "Strandgade 1" in text
        assert leave in text
    status, page = await readers.get(f"{leave}?lang=da")
    assert (status, "Ikke flere mails om “News from Sandø”?" in page) == (200, True)


@pytest.mark.parametrize(
    ("answer", "state", "suppressed"),
    [
        ("550 5.1.1 no such mailbox", "bounced", ["bounce"]),
        ("550 relay not permitted", "failed", []),
        ("550 5.7.1 relaying denied", "failed", []),
        ("554 5.6.0 no", "failed", []),
        ("451 4.3.0 later", "waits", []),
    ],
)
async def test_an_address_that_is_refused(
    server: ShowServer, readers: Readers, wall: Wall, mail_server: MailServer, answer: str, state: str, suppressed: list[str]
) -> None:
    await readers.subscribe("anna@example.com")
    await readers.subscribe("bo@example.com")
    wall(12)
    mail_server.recipients["anna@example.com"] = answer
    await send(server)
    await readers.letters("bo@example.com", 2)
    await readers.settle()
    assert await sendings(server) == sorted([(state, ""), ("sent", "")])
    assert [row["reason"] for row in await rows(server, tables.suppressions)] == suppressed


async def test_a_mail_server_that_is_away_loses_nothing_and_sends_nothing_twice(
    server: ShowServer, readers: Readers, wall: Wall, mail_server: MailServer, hands: PushedClock
) -> None:
    for name in ("anna", "bo", "cia"):
        await readers.subscribe(f"{name}@example.com")
    wall(12)
    mail_server.answer = "421 4.3.2 going down"
    await send(server)
    mailings = server.newsletters.mailings
    await readers.settle()
    assert mailings.problem
    assert await sendings(server) == [("waits", "")] * 3
    state = await server.newsletters.controller._read()
    assert state.problem == mailings.problem
    mail_server.answer = "250 OK"
    hands.push(3600)
    for name in ("anna", "bo", "cia"):
        assert len(await readers.letters(f"{name}@example.com", 2)) == 2
    await readers.settle()
    assert await sendings(server) == [("sent", "")] * 3
    assert mailings.problem == ""
    state = await server.newsletters.controller._read()
    assert (state.mailings[0].state, state.mailings[0].sent) == ("done", 3)


async def test_one_newsletter_goes_out_once_at_a_time_and_can_be_stopped(
    server: ShowServer, readers: Readers, wall: Wall, hands: PushedClock
) -> None:
    await readers.subscribe("anna@example.com")
    wall(22, 30)
    mailing = await send(server)
    with pytest.raises(WrongState, match="going out already"):
        await order(server, ask.NewsletterSend(newsletter="week"))
    await order(server, ask.MailingStop(mailing=mailing))
    with pytest.raises(WrongState, match="not going out any more"):
        await order(server, ask.MailingStop(mailing=mailing))
    hands.push(12 * 3600)
    await readers.settle()
    assert len(readers.mail.letters) == 1
    with pytest.raises(NotFound):
        await order(server, ask.NewsletterSend(newsletter="gone"))


async def test_it_says_what_it_said_when_it_was_sent_off(server: ShowServer, readers: Readers, wall: Wall) -> None:
    await readers.subscribe("anna@example.com")
    wall(22, 30)
    await send(server)
    await order(server, ask.NewsletterSave(newsletter=newsletter(subject="Another")))
    await order(server, ask.NewsletterDelete(newsletter="week"))
    wall(8, 1)
    assert (await readers.letters("anna@example.com", 2))[-1]["Subject"] == "Week at Sandø"


async def test_nobody_is_written_to_too_often(server: ShowServer, readers: Readers, wall: Wall, hands: PushedClock) -> None:
    settings = MailSettings(brand="Sandø", contact="Strandgade 1", gap_hours=16)
    await order(server, ask.NewsletterSettings(settings=settings))
    await readers.subscribe("anna@example.com")
    wall(9)
    await send(server)
    await readers.letters("anna@example.com", 2)
    hands.push(6 * 3600)
    await order(server, ask.NewsletterSave(newsletter=newsletter("again")))
    await order(server, ask.NewsletterSend(newsletter="again"))
    await readers.settle()
    assert await sendings(server) == sorted([("sent", ""), ("skipped", "cap")])


async def test_a_yes_that_was_not_used_for_a_year_is_none(
    server: ShowServer, readers: Readers, wall: Wall, hands: PushedClock
) -> None:
    await readers.subscribe("anna@example.com")
    hands.push((LAPSES_DAYS - 20) * 86_400)
    state = await server.newsletters.controller._read()
    assert (state.topics[0].subscribers, state.topics[0].lapse_soon) == (1, 1)
    hands.push(21 * 86_400)
    wall(12)
    await send(server)
    await readers.settle()
    assert await sendings(server) == sorted([("skipped", "lapsed")])


async def test_marketing_that_was_taken_back_stops_it_and_a_page_that_never_asked_does_not(
    server: ShowServer, new_page: NewPage, readers: Readers, wall: Wall, hands: PushedClock
) -> None:
    agreed, silent = new_page(), new_page()
    silent.choices = {"analytics": True, "personalisation": True, "marketing": False}
    for page in (agreed, silent):
        await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe("anna@example.com", agreed)
    await readers.subscribe("bo@example.com", silent)
    hands.push(60)
    await agreed.choose(analytics=True, personalisation=True)
    await silent.choose(analytics=True)
    wall(12)
    await send(server)
    await readers.letters("bo@example.com", 2)
    await readers.settle()
    assert await sendings(server) == sorted([("sent", ""), ("skipped", "suppressed")])


async def test_before_anything_is_sent_it_is_said_who_it_is_from(start_server: StartServer, server: ShowServer) -> None:
    await order(server, ask.NewsletterSave(newsletter=newsletter()))
    await order(server, ask.NewsletterSettings(settings=MailSettings()))
    with pytest.raises(WrongState, match="who newsletters are from"):
        await order(server, ask.NewsletterSend(newsletter="week"))


async def test_a_block_that_finds_nothing_leaves_no_hole(server: ShowServer, readers: Readers, wall: Wall) -> None:
    await readers.stock("serum", stock=0)
    await readers.subscribe("anna@example.com")
    wall(12)
    blocks: list[AnyBlock] = [
        SlotBlock(slot="mail-top"),
        ListBlock(),
        ShowBlock(title="Next"),
        ProductsBlock(products=("serum", "gone")),
    ]
    await order(server, ask.NewsletterSave(newsletter=newsletter("week", *blocks)))
    await order(server, ask.NewsletterSend(newsletter="week"))
    await readers.settle()
    assert await sendings(server) == sorted([("skipped", "empty")])
    blocks.append(TextBlock(text="Hello <b>& all</b>"))
    await order(server, ask.NewsletterSave(newsletter=newsletter("other", *blocks)))
    await order(server, ask.NewsletterSend(newsletter="other"))
    letter = (await readers.letters("anna@example.com", 2))[-1]
    assert "Hello &lt;b&gt;&amp; all&lt;/b&gt;" in shown(letter)
    assert "Next" not in shown(letter)


async def test_one_letter_that_cannot_be_written_or_sent_holds_up_no_other(
    server: ShowServer, readers: Readers, wall: Wall
) -> None:
    await readers.subscribe("anna@example.com")
    wall(12)
    await order(server, rule_commands.RuleSave(rule=rule("bad", ShowInformation(title="x", link="https://[x"), slot="mail-1")))
    await order(server, ask.NewsletterSave(newsletter=newsletter("bad", SlotBlock(slot="mail-1"), HELLO)))
    await order(server, ask.NewsletterSend(newsletter="bad"))
    await send(server, blocks=(TextBlock(text="a\x0b\x0cb"),))
    await readers.settle()
    assert await sendings(server) == sorted([("skipped", "fault"), ("sent", "")])


async def test_a_mail_server_without_utf8_takes_the_others(server: ShowServer, readers: Readers, wall: Wall) -> None:
    for name in ("anna@example.com", "post@rødgrød.dk"):
        await order(
            server, ask.SubscribersBring(topic="news", subscribers=(Brought(email=name, agreed_ms=readers.clock.wall_ms()),))
        )
    wall(12)
    await send(server)
    await readers.settle()
    assert await sendings(server) == [("sent", "")] * 2
    assert sorted(str(letter["To"]) for letter in readers.mail.letters) == ["anna@example.com", "post@xn--rdgrd-vuad.dk"]


async def test_what_was_handed_over_is_not_sent_again_by_itself(
    server: ShowServer, readers: Readers, wall: Wall, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anna", "bo"):
        await readers.subscribe(f"{name}@example.com")
    wall(12)

    async def broken(one: object) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(server.newsletters.mailings, "_sent", broken)
    await send(server)
    await readers.settle()
    monkeypatch.undo()
    hands.push(3600)
    await readers.settle()
    assert await sendings(server) == [("handed", "")] * 2
    assert len(readers.mail.letters) == 4
    state = await server.newsletters.controller._read()
    assert (state.mailings[0].state, state.mailings[0].handed) == ("done", 2)


async def test_of_two_that_waited_for_the_morning_one_goes(server: ShowServer, readers: Readers, wall: Wall) -> None:
    await order(server, ask.NewsletterSettings(settings=MailSettings(brand="Sandø", contact="Strandgade 1", gap_hours=16)))
    await readers.subscribe("anna@example.com")
    wall(22, 30)
    for name in ("first", "second"):
        await order(server, ask.NewsletterSave(newsletter=newsletter(name)))
        await order(server, ask.NewsletterSend(newsletter=name))
    await readers.settle()
    wall(8, 1)
    await readers.settle()
    assert await sendings(server) == sorted([("sent", ""), ("skipped", "cap")])


@BOTH_DATABASES
async def test_a_no_on_another_device_of_theirs_holds(
    server: ShowServer, new_page: NewPage, readers: Readers, wall: Wall, hands: PushedClock
) -> None:
    server.tokens.add(SHOP, "shop")
    phone, laptop = new_page("phone"), new_page()
    for page in (phone, laptop):
        await page.did(PRODUCT_VIEWED, "serum")
        told = {"behaviours": [], "visitor": page.token, "customer": "anna"}
        assert (await page.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"}))[0] == 202
    await readers.subscribe("anna@example.com", phone)
    hands.push(60)
    await laptop.choose()
    wall(12)
    await send(server)
    await readers.settle()
    assert await sendings(server) == [("skipped", "suppressed")]
    assert [row["reason"] for row in await rows(server, tables.suppressions)] == ["withdrawn"]


async def test_a_no_on_a_device_that_turns_out_to_be_theirs_later_holds(
    server: ShowServer, new_page: NewPage, readers: Readers, wall: Wall, hands: PushedClock
) -> None:
    server.tokens.add(SHOP, "shop")
    phone, laptop = new_page("phone"), new_page()
    for page in (phone, laptop):
        await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe("anna@example.com", phone)
    hands.push(60)
    await laptop.choose(analytics=True, personalisation=True)  # and no marketing any more
    for page in (phone, laptop):
        told = {"behaviours": [], "visitor": page.token, "customer": "anna"}
        assert (await page.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"}))[0] == 202
    wall(12)
    await send(server)
    await readers.settle()
    assert await sendings(server) == [("skipped", "suppressed")]


async def test_what_was_under_way_when_it_was_stopped_is_counted(
    server: ShowServer, readers: Readers, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anna", "bo"):
        await readers.subscribe(f"{name}@example.com")
    wall(12)
    mailings = server.newsletters.mailings
    post = mailings._postbox.post

    async def stopped(messages: Any) -> Any:
        with contextlib.suppress(WrongState):  # the second time
            await mailings.stop(mailing)
        return await post(messages)

    monkeypatch.setattr(mailings._postbox, "post", stopped)
    mailing = await send(server)
    await readers.settle()
    state = await server.newsletters.controller._read()
    assert (state.mailings[0].state, state.mailings[0].sent) == ("stopped", 2)


async def test_who_is_forgotten_while_their_letter_is_on_its_way_does_not_come_back(
    server: ShowServer, new_page: NewPage, readers: Readers, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await order(server, rule_commands.RuleSave(rule=rule("all", ShowInformation(title="x"), slot="mail-1")))
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe("zebra@example.com", page)
    wall(12)
    post = server.mail.post

    async def slow(messages: Any) -> Any:
        if messages:
            assert await page.forget() == 200
        return await post(messages)

    monkeypatch.setattr(server.mail, "post", slow)
    await order(server, ask.NewsletterSave(newsletter=newsletter("week", SlotBlock(slot="mail-1"))))
    await order(server, ask.NewsletterSend(newsletter="week"))
    await readers.settle()
    assert len(readers.mail.to("zebra@example.com")) == 2
    for table in tables.metadata.tables.values():
        assert page.visitor not in str([dict(row) for row in await rows(server, table)]), table.name


# ── reminders of shows ───────────────────────────────────────────────────────────────────────────────────────


async def test_who_asked_to_be_reminded_of_a_show_is_once(server: ShowServer, readers: Readers, hands: PushedClock) -> None:
    begins_ms = hands.wall_ms() + 3 * 3_600_000
    await make_show(server, "evening", begins_ms)
    await make_show(server, "secret", begins_ms, unlisted=True)
    for name in ("anna", "bo"):
        await readers.subscribe(f"{name}@example.com", topics=["show:evening"], language="da")
    assert (await readers.type("cia@example.com", topics=["show:secret"]))[0] == 400
    assert (await readers.type("cia@example.com", topics=["show:nothing"]))[0] == 400
    first = readers.mail.to("anna@example.com")[0].get_body(("plain",))
    assert first is not None
    assert "om: Evening." in first.get_content()
    await readers.settle()
    assert len(readers.mail.letters) == 2
    (bo,) = [row for row in await rows(server, tables.subscribers) if row["address"].startswith("bo")]
    leave = f"{server.url}/mail/leave/{server.newsletters.links.leave(bo['id'], 'show:evening')}"
    assert "Evening" in (await readers.get(leave))[1]
    hands.push(2.6 * 3600)
    await readers.settle()
    letter = readers.mail.to("anna@example.com")[-1]
    wall = server.relation.book.zone.wall(begins_ms)
    assert letter["Subject"] == f"Evening begynder kl. {wall:%H.%M}"
    assert f"{server.url}/shows/evening" in shown(letter)
    await readers.settle()
    assert await sendings(server) == [("sent", "")] * 2
    assert (await readers.type("dan@example.com", topics=["show:evening"]))[0] == 202
    hands.push(3600)
    assert (await readers.type("eva@example.com", topics=["show:evening"]))[0] == 400  # it has begun


async def make_show(server: ShowServer, name: str, begins_ms: int, *, unlisted: bool = False) -> None:
    """A show that is planned."""
    row = {"id": name, "title": name.capitalize(), "key": "k", "created_ms": 1, "state": "draft", "unlisted": unlisted}
    async with writing(server.log._engine).begin() as connection:
        await shows.create(connection, row | {"starts_at_ms": begins_ms})


# ── what comes back ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_relay_tells_what_came_back_and_strangers_cannot(
    server: ShowServer, readers: Readers, wall: Wall, http: aiohttp.ClientSession
) -> None:
    server.tokens.add(SHOP, "shop")
    for name in ("anna", "bo"):
        await readers.subscribe(f"{name}@example.com")
    wall(12)
    await send(server)
    letter = (await readers.letters("anna@example.com", 2))[-1]
    await readers.letters("bo@example.com", 2)
    url, mine = f"{server.url}/relation/v1/mail-events", {"Authorization": f"Bearer {SHOP}"}
    told = {"events": [{"kind": "complaint", "message_id": letter["Message-ID"]}]}
    async with http.post(url, json=told) as answer:
        assert answer.status == 401
    async with http.post(url, json=told, headers=mine) as answer:
        assert await answer.json() == {"taken": 1, "ignored": 0}
    forged = {"kind": "bounce", "message_id": "<abc.def.xyz@sandoe.example>"}
    renamed = forged | {"address": "Bo@example.com"}  # by a relay that gives letters names of its own
    events = [forged, {"kind": "bounce", "address": "Anna <anna@example.com>"}, renamed]
    async with http.post(url, json={"events": events}, headers=mine) as answer:
        assert await answer.json() == {"taken": 1, "ignored": 2}
    assert sorted(row["reason"] for row in await rows(server, tables.suppressions)) == ["bounce", "complaint"]
    assert await sendings(server) == [("sent", ""), ("spam", "")]


# ── proofs ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_newsletter_is_seen_as_five_made_up_readers_get_it(server: ShowServer, readers: Readers) -> None:
    await readers.stock("serum", "cream")
    await readers.stock("shampoo", category="Hair")
    wanted = newsletter("week", ProductsBlock(title="Ours", products=("serum", "cream", "shampoo")))
    found = await order(server, queries.NewsletterPreview(newsletter=wanted))
    assert len(found.proofs) == 6
    assert "agreed to nothing" in str(found.proofs[-1].reader)
    number = next(number for number, proof in enumerate(found.proofs) if str(proof.reader).startswith("bought Cream the day"))
    page = await order(server, queries.NewsletterPage(newsletter=wanted, reader=number))
    assert "Cream" not in page.html
    assert "Serum" in page.html
    assert all(proof.inside and proof.size < 102_000 for proof in found.proofs)
    assert await rows(server, tables.profiles) == []


async def test_a_proof_is_sent_to_staff(server: ShowServer, readers: Readers, mail_server: MailServer) -> None:
    await order(server, ask.NewsletterSave(newsletter=newsletter()))
    await order(server, ask.NewsletterProof(newsletter="week", address="us@sandoe.example"))
    assert mail_server.to("us@sandoe.example")[0]["Subject"] == "Week at Sandø"
    mail_server.answer = "554 no"
    with pytest.raises(WrongState, match="did not take it: 554"):
        await order(server, ask.NewsletterProof(newsletter="week", address="us@sandoe.example"))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"topic": "gossip"}, "no topic gossip"),
        ({"segment": "nobody"}, "no segment nobody"),
        ({"subjects": (SubjectFor(segment="nobody", subject="x"),)}, "no segment nobody"),
        ({"blocks": (TextBlock(),)}, "block is empty"),
        ({"blocks": (TextBlock(text="x", link="/y"),)}, "words and an address"),
        ({"blocks": (SlotBlock(slot="a"), SlotBlock(slot="a"))}, "needs its own"),
    ],
)
async def test_what_cannot_be_sent_is_not_saved(server: ShowServer, fields: dict[str, Any], problem: str) -> None:
    with pytest.raises((InvalidValue, NotFound), match=problem):
        await order(server, ask.NewsletterSave(newsletter=newsletter(**fields)))


async def test_a_topic_in_use_stays(server: ShowServer) -> None:
    await order(server, ask.NewsletterSave(newsletter=newsletter()))
    with pytest.raises(WrongState, match="used by 1: Week"):
        await order(server, ask.TopicDelete(topic="news"))


async def test_it_runs_by_itself(server: ShowServer, readers: Readers, wall: Wall) -> None:
    for name in ("anna", "bo", "cia"):
        await readers.subscribe(f"{name}@example.com")
    wall(12)
    running = asyncio.create_task(RUN(server.newsletters.mailings))
    await send(server)
    await until(lambda: len(readers.mail.letters) == 6)
    await until(lambda: [one.state for one in server.newsletters.controller.branch.state.mailings] == ["done"])
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


@BOTH_DATABASES
async def test_addresses_that_agreed_elsewhere(server: ShowServer, readers: Readers, hands: PushedClock) -> None:
    await readers.subscribe("anna@example.com")
    await order(server, ask.AddressSuppress(address="bo@example.com"))
    now_ms = hands.wall_ms()
    brought = tuple(Brought(email=f"{name}@example.com", agreed_ms=now_ms - 86_400_000) for name in ("anna", "bo", "cia", "cia"))
    old = Brought(email="old@example.com", agreed_ms=now_ms - 400 * 86_400_000)
    bad = Brought(email="eva@example.com;", agreed_ms=now_ms)
    counts = await order(server, ask.SubscribersBring(topic="news", subscribers=(*brought, old, bad)))
    assert counts == {"added": 1, "already": 2, "forgotten": 0, "suppressed": 1, "lapsed": 1, "bad": 1}
    with pytest.raises(InvalidValue, match="no topic"):
        await order(server, ask.SubscribersBring(topic="gossip", subscribers=brought))
