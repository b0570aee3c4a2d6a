"""A mail tool has who subscribes here, and nobody who said no, here or there."""

import pytest

from studio.commands import newsletter as ask
from studio.commands.relation import SegmentSave
from studio.errors import NotFound
from studio.queries.newsletter import LookedUp, MailToolDiff
from studio.relation.condition import Did
from studio.relation.match import named
from studio.relation.names import PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.config import Mail, MailToolRules
from studio.server.db import tables
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import PushedClock
from tests.server.mail_tools.conftest import Tool
from tests.server.mail_tools.vendors import Vendor
from tests.server.newsletter.readers import Readers
from tests.server.relation.shop import BY, NewPage, order, rows, segment

ANNA, BO = "anna@example.com", "bo+shop@example.com"


@BOTH_DATABASES
async def test_nothing_goes_before_somebody_has_seen_what_would(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, new_page: NewPage, hands: PushedClock
) -> None:
    await order(server, SegmentSave(segment=segment("looked", Did(match=named(PRODUCT_VIEWED)))))
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe(ANNA, page, language="da")
    hands.push(60)
    vendor.says_no(BO)
    hands.push(-120)
    await readers.subscribe(BO)
    hands.push(60)
    await tool.settle()
    assert (vendor.asked, vendor.read) == ([], 0)
    now = await tool.pusher.now()
    assert (now.on, now.waits, now.there) == (False, 2, 0)
    diff = await server.link.brand.execute(MailToolDiff(tool="tool", segments=("looked",)), BY)
    assert diff.count == 2
    assert sorted(diff.looked_up, key=lambda one: one.address) == [
        LookedUp(address="a…@example.com", segments=("Looked",)),
        LookedUp(address="b…@example.com", there=True, stays_out=True),
    ]
    assert vendor.asked == [], "looking changes nothing there"

    await tool.switch("looked")
    await tool.settle()
    anna = vendor.contacts[ANNA]
    assert (anna.written_to, anna.segments, anna.language) == (True, {"Looked"}, "da")
    assert not vendor.contacts[BO].written_to
    now = await tool.pusher.now()
    assert (now.on, now.there, now.waits, now.taken, now.segments) == (True, 1, 0, 1, ("looked",))
    asked = list(vendor.asked)
    await tool.later()
    assert vendor.asked == asked, "nothing has changed"


@BOTH_DATABASES
async def test_a_no_here_goes_there_and_a_newer_yes_brings_back(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    assert vendor.contacts[ANNA].written_to
    (subscriber,) = await rows(server, tables.subscribers)
    leave = f"{server.url}/mail/leave/{server.newsletters.links.leave(subscriber['id'], 'news')}"
    hands.push(60)
    assert (await readers.post(leave, scope="topic"))[0] == 200
    await tool.settle()
    assert not vendor.contacts[ANNA].written_to
    hands.push(60)
    await readers.subscribe(ANNA)
    await tool.settle()
    contact = vendor.contacts[ANNA]
    assert contact.written_to or contact.asked, "who came back is written to, or asked by the tool itself"


async def test_a_no_there_holds_here(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await readers.subscribe(BO)
    await tool.settle()
    hands.push(60)
    vendor.says_no(ANNA, bounced=True)
    vendor.says_no("stranger@example.com")
    await tool.later()
    await tool.later()
    assert not vendor.contacts[ANNA].written_to
    assert vendor.contacts[BO].written_to
    ended = {row["subscriber"]: row["ended_ms"] for row in await rows(server, tables.subscriptions)}
    by_address = {row["address"]: ended[row["id"]] for row in await rows(server, tables.subscribers)}
    assert by_address[ANNA] is not None
    assert by_address[BO] is None
    (suppressed,) = await rows(server, tables.suppressions)
    assert suppressed["reason"] == ("unsubscribed" if vendor.kind == "brevo" else "bounce")
    assert (await tool.pusher.now()).taken == 1


async def test_whoever_gets_nothing_here_gets_nothing_there(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, new_page: NewPage, hands: PushedClock
) -> None:
    await tool.switch()
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe(ANNA, page)
    await readers.subscribe(BO)
    await tool.settle()
    hands.push(60)
    await order(server, ask.AddressSuppress(address=BO))
    await page.choose(analytics=True, personalisation=True)
    await tool.later()
    assert [vendor.contacts[one].written_to for one in (ANNA, BO)] == [False, False]


async def test_who_is_forgotten_is_deleted_there_as_soon_as_it_answers(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, new_page: NewPage, hands: PushedClock
) -> None:
    await tool.switch()
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe(ANNA, page)
    await tool.settle()
    held = await page.held()
    assert [one["address"] for one in held["mail tools"]] == [ANNA]
    assert await page.forget() == 200
    assert await rows(server, tables.subscribers) == []
    vendor.refuses.append((503, {}, "away"))
    with pytest.raises(Exception, match="does not answer"):
        await tool.settle()
    (row,) = await rows(server, tables.told_people)
    assert (row["state"], row["until_ms"] > 0) == ("gone", True)
    assert (await tool.pusher.now()).leaving == 1
    await tool.switch(on=False)
    hands.push(60)
    await tool.settle()
    assert vendor.contacts == {}
    assert await rows(server, tables.told_people) == []


async def test_of_who_was_forgotten_nothing_is_left_when_the_tool_is_none_any_more(
    vendor: Vendor,
    server: ShowServer,
    tool: Tool,
    readers: Readers,
    start_server: StartServer,
    mail: Mail,
    rules: MailToolRules,
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    await server.close()
    without = await start_server(mail=mail)
    assert await rows(without, tables.told_people) == []
    with pytest.raises(NotFound):
        await order(without, ask.MailToolSwitch(tool="tool", on=True))
    await without.close()
    again = await start_server(mail=mail, mail_tool=(rules,))
    now = await again.newsletters.tools.one("tool").now()
    assert (now.on, now.waits) == (False, 1), "somebody looks first, as the first time"


async def test_a_restart_goes_on_and_another_list_begins_anew(
    vendor: Vendor,
    server: ShowServer,
    tool: Tool,
    readers: Readers,
    start_server: StartServer,
    mail: Mail,
    rules: MailToolRules,
    hands: PushedClock,
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    asked = list(vendor.asked)
    await server.close()
    again = await start_server(mail=mail, mail_tool=(rules,))
    after = Tool(again, hands)
    await after.later()
    set_up = [one for one in vendor.asked[len(asked) :] if "attributes" not in one]
    assert set_up == [], "it has her already"
    assert (await after.pusher.now()).there == 1
    await again.close()
    other = MailToolRules(**{name: getattr(rules, name) for name in rules.__struct_fields__} | {"topic": "offers"})
    fresh = await start_server(mail=mail, mail_tool=(other,))
    now = await fresh.newsletters.tools.one("tool").now()
    assert (now.on, now.there, now.waits) == (False, 0, 0)
    assert await rows(fresh, tables.told_people) == []


async def test_what_a_tool_may_know_changes_with_the_switch_and_the_consent(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, new_page: NewPage
) -> None:
    await order(server, SegmentSave(segment=segment("looked", Did(match=named(PRODUCT_VIEWED)))))
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe(ANNA, page)
    await tool.switch()
    await tool.settle()
    assert vendor.contacts[ANNA].segments == set()
    await tool.switch("looked")
    await tool.settle()
    assert vendor.contacts[ANNA].segments == {"Looked"}
    await page.choose(analytics=True, marketing=True)
    await tool.later()
    assert vendor.contacts[ANNA].segments == set(), "the yes to letters stands, the yes to being known does not"
    assert vendor.contacts[ANNA].written_to
    with pytest.raises(NotFound, match="segment"):
        await tool.switch("nobody-made-it")
