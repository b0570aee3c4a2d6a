"""The acceptance cases of the relation that need a server, by their numbers, on both databases."""

import asyncio
from typing import Any

import aiohttp
import msgspec
import pytest

from studio.commands import relation as ask
from studio.errors import StudioError, WrongState
from studio.queries import relation as queries
from studio.relation.action import ShowInformation, ShowMessage, ShowProduct
from studio.relation.condition import Did, InSegment, Not, Rfm, Sequence
from studio.relation.days import DAY_MS
from studio.relation.match import Match, named
from studio.relation.names import ORDER_COMPLETED, PRODUCT_ADDED, PRODUCT_VIEWED, RULE_SHOWN
from studio.relation.rule import Cap
from studio.server.app import ShowServer
from studio.server.db import tables
from tests.fakes import TIMEOUT_S
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import PushedClock
from tests.server.relation.shop import SHOP, NewPage, Page, order, rows, rule, segment

pytestmark = BOTH_DATABASES

VIEWS = Did(match=Match(names=(PRODUCT_VIEWED,), categories=("Skincare",)), times=2, days=7)


async def shop_says(page: Page, *behaviours: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The shop's own server tells something."""
    status, said = await page.post("behaviours", {"behaviours": behaviours} | fields, {"Authorization": f"Bearer {SHOP}"})
    assert status == 202, said
    return said


async def look(server: ShowServer, **how: Any) -> queries.Person:
    found = await order(server, queries.ProfileLook(**how))
    assert isinstance(found, queries.Person)
    return found


async def counted(server: ShowServer) -> None:
    """Everybody who did something has been looked at."""
    server._clock.push(6)  # type: ignore[attr-defined] # a test's clock
    while await server.relation.recount.step():
        pass


async def serums(server: ShowServer, **fields: Any) -> None:
    """Whoever looked twice is shown a line."""
    await order(server, ask.SegmentSave(segment=segment("serums", VIEWS)))
    await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="Hello again"), of="serums", **fields)))


async def test_case_13_14_times_are_those_of_our_clock(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    page = new_page()
    now = hands.wall_ms()
    fast = page.one(PRODUCT_VIEWED, "serum", at=now + 7_200_000)
    waited = page.one(PRODUCT_VIEWED, "oil", at=now + 7_200_000 - 3 * 3_600_000)
    await page.send(fast, waited, sent_at=now + 7_205_000)
    stored = {row["product"]: row["at_ms"] for row in await rows(server, tables.behaviours)}
    assert stored["serum"] == pytest.approx(now - 5_000, abs=2000)
    assert stored["oil"] == pytest.approx(now - 5_000 - 3 * 3_600_000, abs=2000)


async def test_case_16_the_same_batch_thrice_counts_once(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    page = new_page()
    batch = page.batch(page.one(PRODUCT_VIEWED, "serum"))
    first = await page.post("behaviours", batch)
    page.token = first[1]["visitor"]
    again = await page.post("behaviours", batch)
    hands.push(3 * 86_400)
    later = await page.post("behaviours", batch | {"sent_at": hands.wall_ms()})
    assert [status for status, _ in (first, again, later)] == [202, 202, 202]
    assert [(said["accepted"], said["duplicate"]) for _, said in (first, again, later)] == [(1, 0), (0, 1), (0, 1)]
    assert len(await rows(server, tables.behaviours)) == 1


async def test_case_17_an_order_counts_once_and_the_shops_copy_wins(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    bought: dict[str, Any] = {"order_id": "1001", "value": 499.00, "currency": "DKK"}
    await page.did(ORDER_COMPLETED, "serum", **bought)
    paid = {"id": "w1", "name": ORDER_COMPLETED, "at": page._clock.wall_ms(), "products": [{"product_id": "serum"}]} | bought
    await shop_says(page, paid)
    await page.did(ORDER_COMPLETED, "serum", **bought)
    stored = await rows(server, tables.behaviours)
    assert [(row["number"], row["source"], row["visitor"]) for row in stored] == [("1001", "server", page.visitor)]
    person = await look(server, find=page.visitor, by="visitor")
    assert (person.orders, person.deeds[0].value_minor) == (1, 49_900)


async def test_case_17_also_when_the_shop_was_faster(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    bought: dict[str, Any] = {"order_id": "1001", "value_minor": 49_900, "currency": "DKK"}
    paid = {"id": "w1", "name": ORDER_COMPLETED, "at": page._clock.wall_ms(), "products": [{"product_id": "serum"}]} | bought
    await shop_says(page, paid, visitor=page.token)
    said = await page.did(ORDER_COMPLETED, "serum", **bought)
    assert said["accepted"] == 0
    assert [row["source"] for row in await rows(server, tables.behaviours) if row["number"]] == ["server"]


async def test_case_18_a_late_view_is_judged_where_it_was(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    page = new_page()
    within = Sequence(first=named(PRODUCT_VIEWED), then=named(PRODUCT_ADDED), within_minutes=1440)
    await order(server, ask.SegmentSave(segment=segment("looked", within)))
    await page.did(PRODUCT_ADDED, "serum")
    await counted(server)
    assert (await look(server, find=page.visitor, by="visitor")).segments[0].inside is False
    hands.push(120)
    await page.send(page.one(PRODUCT_VIEWED, "serum", at=hands.wall_ms() - 3_600_000))
    await counted(server)
    found = (await look(server, find=page.visitor, by="visitor")).segments[0]
    assert found.inside
    assert "min apart" in str(found.reason)


async def test_case_20_who_agreed_to_nothing_sees_what_everybody_sees(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    page.choices = {"analytics": False, "personalisation": False, "marketing": False}
    bought_nothing = Did(match=named(ORDER_COMPLETED), compare="exactly", times=0, days=90)
    await order(server, ask.SegmentSave(segment=segment("new", bought_nothing)))
    await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="First?"), of="new")))
    said = await page.did(PRODUCT_VIEWED, "serum")
    assert (said["accepted"], said["ignored"]) == (0, 1)
    assert (await page.decide("banner"))["banner"]["action"] is None
    assert await rows(server, tables.behaviours) == []
    assert await rows(server, tables.profiles) == []


async def test_case_22_robots_get_the_default_and_no_profile(server: ShowServer, new_page: NewPage) -> None:
    await serums(server)
    for agent, driven in (("Mozilla/5.0 (compatible; Googlebot/2.1)", False), (Page(None, server, PushedClock()).agent, True)):  # type: ignore[arg-type]
        page = new_page()
        page.agent = agent
        said = await page.send(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b"), webdriver=driven)
        assert (said["accepted"], said["ignored"]) == (0, 2)
        assert "robot" in said["why"]
        assert (await page.decide("banner", webdriver=driven))["banner"]["action"] is None
    assert await rows(server, tables.profiles) == []


async def test_case_23_a_likely_robot_leaves_the_sizes_and_comes_back_with_its_past(
    server: ShowServer, new_page: NewPage, hands: PushedClock
) -> None:
    zone = server.relation.book.zone
    noon_ms = zone.midnight_ms(zone.day(hands.wall_ms()) + 1) + DAY_MS // 2
    hands.push((noon_ms - hands.wall_ms()) / 1000)  # all of it on one day
    await serums(server)
    page = new_page()
    for start in range(0, 251, 50):
        count = min(50, 251 - start)
        await page.send(
            *(page.one(PRODUCT_VIEWED, "serum", at=page._clock.wall_ms() - 60_000 * (start + n)) for n in range(count))
        )
    await counted(server)
    person = await look(server, find=page.visitor, by="visitor")
    assert person.kind == "likely"
    assert "> 250 views in a day" in person.why or "in a minute" in person.why
    state = await server.relation.controller._read()
    assert state.segments[0].size == 0
    assert (await page.decide("banner"))["banner"]["action"] is None
    await order(server, ask.ProfileKind(profile=person.profile, kind="person"))
    await counted(server)
    assert (await server.relation.controller._read()).segments[0].size == 1
    assert (await page.decide("banner"))["banner"]["action"]["text"] == "Hello again"
    assert (await look(server, profile=person.profile)).kind == "person"


async def test_case_24_what_is_taken_back_ends_at_once(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    await serums(server)
    page = new_page()
    await page.send(*(page.one(PRODUCT_VIEWED, f"p{n}") for n in range(12)))
    assert (await page.decide("banner"))["banner"]["personal"]
    await counted(server)
    hands.push(1)
    await page.choose(analytics=True)
    decided = (await page.decide("banner"))["banner"]
    assert decided["action"] is None
    assert await rows(server, tables.members) == []
    person = await look(server, find=page.visitor, by="visitor")
    assert person.consents == {"analytics": True, "personalisation": False, "marketing": False}
    assert "not known (no consent)" in str(person.slots[0].stopped[0][2])
    hands.push(1)
    await page.choose()
    assert await rows(server, tables.behaviours) == []


async def test_case_25_what_was_done_before_a_yes_is_not_kept(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    page.choices = {"analytics": False, "personalisation": False, "marketing": False}
    await page.send(*(page.one(PRODUCT_VIEWED, "serum") for _ in range(5)))
    await page.choose(analytics=True, personalisation=True)
    await page.did(PRODUCT_VIEWED, "oil")
    assert [row["product"] for row in await rows(server, tables.behaviours)] == ["oil"]


async def test_case_29_after_logout_nothing_of_the_first_is_the_next_ones(server: ShowServer, new_page: NewPage) -> None:
    anna = new_page()
    await anna.did(PRODUCT_VIEWED, "serum")
    await shop_says(anna, visitor=anna.token, customer="anna")
    page = new_page()  # logout: the page has a new token
    for product in ("a", "b", "c"):
        await page.did(PRODUCT_VIEWED, product)
    await shop_says(page, visitor=page.token, customer="bo")
    bo = await look(server, find="bo", by="customer")
    assert [deed.products for deed in bo.deeds] == [("c",), ("b",), ("a",)]
    assert [deed.products for deed in (await look(server, find="anna", by="customer")).deeds] == [("serum",)]


async def test_case_30_another_customers_token_is_not_joined(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await shop_says(page, visitor=page.token, customer="anna")
    said = await shop_says(page, visitor=page.token, customer="bo")
    assert said["visitor"] != page.token
    assert "another customer" in said["why"]
    page.token = said["visitor"]
    await page.did(PRODUCT_VIEWED, "oil")
    assert [deed.products for deed in (await look(server, find="bo", by="customer")).deeds] == [("oil",)]
    assert [deed.products for deed in (await look(server, find="anna", by="customer")).deeds] == [("serum",)]


async def test_case_32_orders_of_one_person_are_counted_together(server: ShowServer, new_page: NewPage) -> None:
    once = Did(match=named(ORDER_COMPLETED), compare="exactly", times=1)
    await order(server, ask.SegmentSave(segment=segment("once", once)))
    phone, laptop = new_page("phone"), new_page("desktop")
    await phone.did(ORDER_COMPLETED, "serum", order_id="1", value_minor=100, currency="DKK")
    await laptop.did(ORDER_COMPLETED, "oil", order_id="2", value_minor=100, currency="DKK")
    await counted(server)
    assert (await server.relation.controller._read()).segments[0].size == 2
    for page in (phone, laptop):
        await shop_says(page, visitor=page.token, customer="anna")
    await counted(server)
    person = await look(server, find="anna", by="customer")
    assert person.orders == 2
    assert person.segments[0].inside is False
    assert "2, needed 1" in str(person.segments[0].reason)
    assert (await server.relation.controller._read()).segments[0].size == 0


async def test_case_33_a_split_gives_each_their_own_back(server: ShowServer, new_page: NewPage) -> None:
    await order(server, ask.SegmentSave(segment=segment("three", Did(match=named(PRODUCT_VIEWED), times=3))))
    one, other = new_page(), new_page("phone")
    await one.send(one.one(PRODUCT_VIEWED, "a"), one.one(PRODUCT_VIEWED, "b"))
    await other.did(PRODUCT_VIEWED, "c")
    await shop_says(one, visitor=one.token, customer="anna")
    source, into = [await look(server, find=page.visitor, by="visitor") for page in (other, one)]
    merge = (await order(server, ask.ProfileMerge(source=source.profile, into=into.profile, why="same address"))).result
    for page in (one, other):
        await page.send(page.one(PRODUCT_VIEWED, "d"), page.one(PRODUCT_VIEWED, "e"))
    joined = await look(server, profile=into.profile)
    assert (len(joined.deeds), joined.segments[0].inside) == (7, True)
    assert "7 of 3" in str(joined.segments[0].reason)
    await order(server, ask.ProfileSplit(profile=into.profile, merge=merge, why="two people after all"))
    await counted(server)
    first, second = [await look(server, find=page.visitor, by="visitor") for page in (one, other)]
    assert (len(first.deeds), len(second.deeds)) == (4, 3)
    assert second.profile == source.profile
    assert ["4 of 3" in str(first.segments[0].reason), "3 of 3" in str(second.segments[0].reason)] == [True, True]


async def test_case_34_who_is_forgotten_is_nowhere_and_stays_so(server: ShowServer, new_page: NewPage) -> None:
    await serums(server)
    pages = [new_page(device) for device in ("phone", "tablet", "desktop")]
    for number, page in enumerate(pages):
        await page.send(page.one(PRODUCT_VIEWED, "zebra"), page.one(PRODUCT_VIEWED, "zebra"))
        await page.decide("banner")
        if number:
            await shop_says(page, visitor=page.token, customer="zebra-customer")
    await shop_says(pages[0], visitor=pages[0].token, customer="zebra-customer")
    await counted(server)
    person = await look(server, find="zebra-customer", by="customer")
    assert len(person.devices) == 3
    late = pages[2].batch(pages[2].one(PRODUCT_VIEWED, "zebra-late"))
    assert await pages[0].forget() == 200
    for table in tables.metadata.tables.values():
        for row in await rows(server, table):
            text = str(dict(row))
            assert not any(page.visitor in text for page in pages), table.name
            assert person.profile not in text, table.name
            assert "zebra" not in text, table.name
    old = pages[2].token
    status, said = await pages[2].post("behaviours", late)
    assert status == 202
    assert said["visitor"] != old
    assert {row["visitor"] for row in await rows(server, tables.behaviours)} == {said["visitor"].partition(".")[0]}


async def test_case_35_a_segment_in_use_stays(server: ShowServer) -> None:
    await order(server, ask.SegmentSave(segment=segment("serums", VIEWS)))
    await order(server, ask.RuleSave(rule=rule("paused", ShowMessage(text="x"), of="serums", on=False)))
    await order(server, ask.RuleSave(rule=rule("live", ShowMessage(text="x"), of="serums")))
    await order(server, ask.SegmentSave(segment=segment("others", Not(of=InSegment(segment="serums")))))
    with pytest.raises(WrongState) as refused:
        await order(server, ask.SegmentDelete(segment="serums"))
    assert "used by 3" in str(refused.value)
    for name in ("Paused", "Live", "Others"):
        assert name in str(refused.value)
    await order(server, ask.RuleDelete(rule="paused"))
    await order(server, ask.RuleDelete(rule="live"))
    await order(server, ask.SegmentDelete(segment="others"))

    async def attempt(command: Any) -> bool:
        try:
            await order(server, command)
        except StudioError:
            return False
        return True

    attached, deleted = await asyncio.gather(
        attempt(ask.RuleSave(rule=rule("late", ShowMessage(text="x"), of="serums"))), attempt(ask.SegmentDelete(segment="serums"))
    )
    assert attached != deleted


async def test_case_36_a_rule_rests_while_its_segment_is_off(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await serums(server)
    await order(server, ask.SegmentSave(segment=segment("others", InSegment(segment="serums", inside=False))))
    await order(server, ask.RuleSave(rule=rule("else", ShowMessage(text="Others"), of="others", slot="shelf")))
    await page.send(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b"))
    assert (await page.decide("banner"))["banner"]["action"]["text"] == "Hello again"
    await order(server, ask.SegmentSave(segment=segment("serums", VIEWS, on=False)))
    decided = await page.decide("banner", "shelf")
    assert [decided[slot]["action"] for slot in ("banner", "shelf")] == [None, None]
    state = await server.relation.controller._read()
    assert [now.problem for now in state.rules] == ["its segment is off", ""]


async def test_case_37_a_cap_holds_on_every_device(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    await serums(server, cap=Cap(times=3, days=7))
    phone, laptop = new_page("phone"), new_page("desktop")
    for page in (phone, laptop):
        await page.send(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b"))

    async def shown(page: Page) -> None:
        decision = (await page.decide("banner"))["banner"]
        props = {name: decision[name] for name in ("decision", "rule", "version", "variant")} | {"slot": "banner"}
        await page.did(RULE_SHOWN, props=props)

    await shown(phone)
    await shown(phone)
    hands.push(2 * 86_400)
    await shown(laptop)
    for page in (phone, laptop):
        await shop_says(page, visitor=page.token, customer="anna")
    assert [(await page.decide("banner"))["banner"]["action"] for page in (phone, laptop)] == [None, None]
    person = await look(server, find="anna", by="customer")
    (stopped,) = person.slots[0].stopped
    assert stopped[1] == "cap"
    assert "2 phone + 1 desktop" in str(stopped[2])
    hands.push(5 * 86_400)
    for page in (phone, laptop):
        await page.send(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b"))
    assert (await phone.decide("banner"))["banner"]["action"]["text"] == "Hello again"


async def test_a_rule_shows_a_product_an_information_or_a_message(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await order(server, ask.RuleSave(rule=rule("product", ShowProduct(id="gone", title="For you"))))
    await order(
        server, ask.RuleSave(rule=rule("news", ShowInformation(title="Fair", text="On Friday", link="https://shop.example/")))
    )
    decided = (await page.decide("banner"))["banner"]
    assert server.relation.book.rule_named(decided["rule"]) == "news"
    assert "news" not in decided["rule"]
    assert decided["action"] == {
        "kind": "information",
        "title": "Fair",
        "text": "On Friday",
        "link": "https://shop.example/",
    }
    assert decided["personal"] is False


async def test_who_is_asked_in_danish_is_answered_in_danish(server: ShowServer, new_page: NewPage) -> None:
    await serums(server)
    page = new_page()
    await page.send(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b"))
    decided = (await page.decide("banner", language="da-DK"))["banner"]
    assert decided["reason"] == "du så på (Skincare) 2 gange"


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        ({"name": "Product Veiwed"}, "Product Viewed"),
        ({"name": "product_viewed"}, "Product Viewed"),
        ({"name": "Email Opened"}, "Only the shop's own server says this"),
    ],
)
async def test_unknown_names_are_refused_with_the_nearest_one(
    server: ShowServer, new_page: NewPage, behaviour: dict[str, Any], why: str
) -> None:
    page = new_page()
    said = await page.send(page.one(PRODUCT_VIEWED, "good"), page.one(PRODUCT_VIEWED) | behaviour)
    assert said["accepted"] == 1
    assert why in said["refused"][0]["why"]


async def test_a_batch_that_is_cut_off_keeps_nothing(server: ShowServer, new_page: NewPage, http: aiohttp.ClientSession) -> None:
    page = new_page()
    body = msgspec.json.encode(page.batch(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b")))
    async with http.post(f"{server.url}/relation/v1/behaviours", data=body[: len(body) // 2], headers=page._headers) as answer:
        assert answer.status == 400
    many = page.batch(*(page.one(PRODUCT_VIEWED, "a") for _ in range(51)))
    assert (await page.post("behaviours", many))[0] == 400
    assert await rows(server, tables.behaviours) == []


async def test_days_pass_and_who_was_in_is_out(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    await serums(server)
    page = new_page()
    await page.send(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b"))
    await counted(server)
    assert (await server.relation.controller._read()).segments[0].size == 1
    (row,) = await rows(server, tables.profiles)
    assert 6 * DAY_MS <= row["due_ms"] - hands.wall_ms() <= 7 * DAY_MS
    hands.push((row["due_ms"] - hands.wall_ms()) / 1000 + 1)
    await counted(server)
    assert (await server.relation.controller._read()).segments[0].size == 0


async def test_good_customers_are_known_by_recency_frequency_and_money(
    server: ShowServer, new_page: NewPage, hands: PushedClock
) -> None:
    await order(server, ask.SegmentSave(segment=segment("best", Rfm(recency=5, frequency=5))))
    good, once, never = new_page(), new_page(), new_page()
    for page, count in ((good, 6), (once, 1), (never, 0)):
        await page.did(PRODUCT_VIEWED, "serum")
        for number in range(count):
            await page.did(ORDER_COMPLETED, "serum", order_id=f"{page.visitor} {number}", value=1000.0, currency="DKK")
    hands.push(7 * 86_400)
    async with asyncio.timeout(TIMEOUT_S):
        while server.relation.book.bounds.buyers != 2:  # whoever makes them
            await server.relation.buyers.step()
    assert not await server.relation.buyers.step()
    await counted(server)
    assert (await server.relation.controller._read()).segments[0].size == 1
    found = {page: (await look(server, find=page.visitor, by="visitor")).segments[0] for page in (good, once, never)}
    assert [(found[page].inside, str(found[page].reason)) for page in (good, once, never)] == [
        (True, "R5 F5 M5"),
        (False, "R5 F1 M3"),
        (False, "bought nothing within a year"),
    ]
    hands.push(24 * 86_400)
    await counted(server)
    assert (await server.relation.controller._read()).segments[0].size == 0  # nothing has happened but time
    assert await server.relation.buyers.step()  # another week
