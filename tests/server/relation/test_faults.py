"""What must not go wrong between people: what was taken back stays so, nobody is given what is another's, nothing is lost."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from sqlalchemy import text

from studio.commands import relation as ask
from studio.commands.show import ShowCreate
from studio.errors import ChangedSince, StudioError
from studio.queries import relation as queries
from studio.relation.action import ShowMessage, ShowProduct
from studio.relation.condition import Did
from studio.relation.days import DAY_MS
from studio.relation.match import named
from studio.relation.moments import told
from studio.relation.names import ORDER_CANCELLED, ORDER_COMPLETED, PRODUCT_ADDED, PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.config import Retention, ShopRules
from studio.server.db import profiles, tables
from studio.server.limiter import Layers, Limiter, TooMany
from studio.server.relation import said
from studio.server.retention import forget
from studio.spine.undo import Offered
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeViewer
from tests.server.fakes import Desktop, PushedClock
from tests.server.relation.shop import BY, NewPage, Page, order, rows, rule, segment
from tests.server.relation.test_cases import counted, shop_says
from tests.server.shop.test_order_changes import tell
from tests.server.shop.test_orders import SECRET

ORDER: dict[str, Any] = {"order_id": "1001", "value_minor": 49_900, "currency": "DKK"}


def paid(page: Page, **changes: Any) -> dict[str, Any]:
    return (
        {"id": "w1", "name": ORDER_COMPLETED, "at": page._clock.wall_ms(), "products": [{"product_id": "serum"}]}
        | ORDER
        | changes
    )


@BOTH_DATABASES
async def test_a_batch_on_its_way_gives_nothing_back(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    late = page.batch(page.one(PRODUCT_VIEWED, "oil"))
    hands.push(1)
    await page.choose()
    hands.push(1)
    status, answer = await page.post(
        "behaviours", late | {"sent_at": hands.wall_ms(), "choices": late["choices"] | {"at": hands.wall_ms()}}
    )
    assert (status, answer["accepted"], answer["ignored"]) == (202, 0, 1)
    assert await rows(server, tables.behaviours) == []
    hands.push(1)
    await page.choose(analytics=True)
    assert (await page.did(PRODUCT_VIEWED, "oil"))["accepted"] == 1


@BOTH_DATABASES
async def test_who_is_forgotten_while_their_batch_is_stored_stays_so(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    moment = told(1000, 1000)
    late = said.behaviour(
        said.said.take(b'{"id": "b", "name": "Product Viewed", "at": 1000}'), page.visitor, moment, 1000, "apm", "page"
    )
    assert await page.forget() == 200
    assert await server.relation.intake.put([late]) == 0
    for table in (tables.behaviours, tables.profiles, tables.profile_visitors):
        assert await rows(server, table) == []


async def test_the_shop_does_not_bring_a_forgotten_customer_back(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await shop_says(page, visitor=page.token, customer="anna")
    assert await page.forget() == 200
    status, answer = await page.post("behaviours", {"customer": "anna"}, {"Authorization": "Bearer the-shop's-token"})
    assert (status, answer["detail"]) == (400, "customer: This customer was forgotten")


async def test_the_shop_alone_makes_nobody_known(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    page.choices = None
    await shop_says(page, paid(page), customer="anna")
    assert await rows(server, tables.behaviours) == []


@BOTH_DATABASES
@pytest.mark.parametrize("guess", [{"value_minor": 100}, {"currency": "EUR"}])
async def test_a_guessed_order_number_takes_nobodys_order(server: ShowServer, new_page: NewPage, guess: dict[str, Any]) -> None:
    thief = new_page()
    await thief.did(ORDER_COMPLETED, "serum", **(ORDER | guess))
    await shop_says(thief, paid(thief))
    assert await rows(server, tables.behaviours) == []


@BOTH_DATABASES
async def test_an_order_that_two_pages_claim_is_nobodys(server: ShowServer, new_page: NewPage) -> None:
    thief, owner = new_page(), new_page()
    for page in (thief, owner):
        assert (await page.did(ORDER_COMPLETED, "serum", **ORDER))["accepted"] == 1
    await shop_says(owner, paid(owner))
    assert [row["source"] for row in await rows(server, tables.behaviours)] == []


async def test_one_device_is_not_told_what_another_did(server: ShowServer, new_page: NewPage) -> None:
    phone, laptop = new_page("phone"), new_page()
    await phone.did(PRODUCT_VIEWED, "secret")
    await laptop.did(PRODUCT_VIEWED, "serum")
    for page in (phone, laptop):
        await shop_says(page, visitor=page.token, customer="anna")
    held = await laptop.held()
    assert [row["product"] for row in held["behaviours"]] == ["serum"]
    assert held["identifiers"] == []
    assert "secret" not in str(held)


async def test_a_no_on_one_device_holds_on_all(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    phone, laptop = new_page("phone"), new_page()
    for page in (phone, laptop):
        await page.did(PRODUCT_VIEWED, "serum")
        await shop_says(page, visitor=page.token, customer="anna")
    hands.push(1)
    await phone.choose()
    assert (await laptop.did(PRODUCT_VIEWED, "oil"))["accepted"] == 0


@BOTH_DATABASES
async def test_a_segment_that_is_saved_while_people_are_counted_is_counted(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.send(page.one(PRODUCT_VIEWED, "serum"), page.one(PRODUCT_ADDED, "serum"))
    await order(server, ask.SegmentSave(segment=segment("viewed", Did(match=named(PRODUCT_VIEWED)))))
    recount, people = server.relation.recount, server.relation.people
    async with server.log._engine.connect() as connection:
        (row,) = await profiles.due(connection, 2**60, 10)
        known = await people.of_row(connection, row)
    await order(server, ask.SegmentSave(segment=segment("added", Did(match=named(PRODUCT_ADDED)))))
    async with server.log._engine.begin() as connection:
        await recount._look(connection, row, known, 1000)
    await counted(server)
    assert {row["segment"] for row in await rows(server, tables.members)} == {"viewed", "added"}


async def test_what_cannot_be_read_is_refused_alone(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    wrong = page.one(PRODUCT_VIEWED) | {"products": [{"product_id": 12}]}
    answer = await page.send(page.one(PRODUCT_VIEWED, "a"), wrong, page.one(PRODUCT_VIEWED, "b"))
    assert answer["accepted"] == 2
    assert [one["id"] for one in answer["refused"]] == [wrong["id"]]
    assert "products[0].product_id" in answer["refused"][0]["why"]


async def test_who_asks_again_because_the_answer_was_lost_is_the_same_stranger(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    batch = page.batch(page.one(PRODUCT_VIEWED, "serum"))
    first, again = [(await page.post("behaviours", batch))[1] for _ in range(2)]
    assert first["visitor"] == again["visitor"]
    assert (first["accepted"], again["accepted"], again["duplicate"]) == (1, 0, 1)


async def test_one_batch_that_cannot_be_kept_holds_up_no_other(
    server: ShowServer, new_page: NewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [new_page() for _ in range(3)]
    for page in pages:
        await page.did(PRODUCT_VIEWED, "first")
    intake = server.relation.intake
    store = intake._store

    async def failing(connection: Any, group: Any) -> list[int]:
        if any(one.products == ("bad",) for request in group for one in request.behaviours):
            raise ValueError("no column can keep it")
        return await store(connection, group)

    monkeypatch.setattr(intake, "_store", failing)
    names = ("good", "bad", "fine")
    done = await asyncio.gather(
        *(page.post("behaviours", page.batch(page.one(PRODUCT_VIEWED, name))) for page, name in zip(pages, names, strict=True))
    )
    assert [status for status, _ in done] == [202, 500, 202]
    assert {row["product"] for row in await rows(server, tables.behaviours)} == {"first", "good", "fine"}


async def test_rules_keep_their_order_after_one_is_gone(start_server: Any, server: ShowServer) -> None:
    for name in ("zeta", "beta", "alpha"):
        await order(server, ask.RuleSave(rule=rule(name, ShowMessage(text=name))))
    await order(server, ask.RuleDelete(rule="zeta"))
    await order(server, ask.RuleSave(rule=rule("aaa", ShowMessage(text="last"))))
    again = await start_server()
    assert list(again.relation.book.rules) == list(server.relation.book.rules) == ["beta", "alpha", "aaa"]


async def test_a_pinned_card_shows_a_product_and_nothing_else(server: ShowServer) -> None:
    with pytest.raises(StudioError, match="shows a product"):
        await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="x"), slot="pin")))
    await order(server, ask.RuleSave(rule=rule("card", ShowProduct(id="oil"), slot="pin")))


async def test_pages_that_have_left_are_let_go(
    server: ShowServer, desktop: Desktop, make_viewer: MakeViewer, http: aiohttp.ClientSession
) -> None:
    watchers = server.relation.watchers
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as socket:
        await socket.send_json({"t": "hello"})
        await until(lambda: len(watchers._pages) == 1)
    await until(lambda: not watchers._pages and not watchers._of)


@BOTH_DATABASES
async def test_what_is_older_than_it_may_be_is_not_counted_either(
    server: ShowServer, new_page: NewPage, hands: PushedClock
) -> None:
    page, other = new_page(), new_page("phone")
    await order(server, ask.SegmentSave(segment=segment("ever", Did(match=named(PRODUCT_VIEWED), times=2))))
    await page.send(page.one(PRODUCT_VIEWED, "a"), page.one(PRODUCT_VIEWED, "b"))
    hands.push(60 * DAY_MS / 1000)
    await page.did(PRODUCT_VIEWED, "c")
    await other.send(other.one(PRODUCT_VIEWED, "a"), other.one(PRODUCT_VIEWED, "b"))
    await counted(server)
    assert len(await rows(server, tables.members)) == 2
    await forget(server.log._engine, Retention(visitors_days=30), hands.wall_ms())
    await counted(server)
    kept = await order(server, queries.ProfileLook(find=other.visitor, by="visitor"))
    assert [row["profile"] for row in await rows(server, tables.members)] == [kept.profile]
    person = await order(server, queries.ProfileLook(find=page.visitor, by="visitor"))
    assert "1 of 2" in str(person.segments[0].reason)


@BOTH_DATABASES
async def test_an_order_that_is_cancelled_is_nobodys_order_any_more(
    server: ShowServer, new_page: NewPage, hands: PushedClock
) -> None:
    page, other = new_page(), new_page("phone")
    await page.did(ORDER_COMPLETED, "serum", **ORDER)
    await shop_says(page, paid(page))
    await other.did(ORDER_COMPLETED, "serum", **(ORDER | {"order_id": "1002"}))
    hands.push(60)
    gone = {"name": ORDER_CANCELLED, "at": hands.wall_ms()}
    twice = [gone | {"id": "x1", "order_id": "1001"}] * 2
    said = await shop_says(page, *twice, gone | {"id": "x2", "order_id": "1002"}, gone | {"id": "x3", "order_id": "7"})
    assert said["accepted"] == 1
    assert (await shop_says(page, twice[0]))["accepted"] == 0
    await counted(server)
    people = [await order(server, queries.ProfileLook(find=one.visitor, by="visitor")) for one in (page, other)]
    assert [one.orders for one in people] == [0, 1], "what only a page said is not cancelled by its number"


async def test_a_signed_order_and_its_cancellation_are_the_persons(
    start_server: Any, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    server = await start_server(shop=ShopRules(orders_secret_file=str(tmp_path / "secret")))
    desktop = await Desktop(http, server.url, show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften"))
    page = Page(http, server, PushedClock())
    await page.did(ORDER_COMPLETED, "serum", **ORDER)
    signed = {"number": "1001", "value_minor": 49_900, "currency": "DKK"}
    assert (await tell(http, server.url, **signed, show="shop"))[0] == 201
    assert [row["source"] for row in await rows(server, tables.behaviours)] == ["server"]
    assert (await order(server, queries.ProfileLook(find=page.visitor, by="visitor"))).orders == 1
    for _ in range(2):
        assert (await tell(http, server.url, type="cancellation", number="1001"))[0] == 200
    person = await order(server, queries.ProfileLook(find=page.visitor, by="visitor"))
    assert (person.orders, len(person.deeds)) == (0, 2)
    await desktop.close()


@BOTH_DATABASES
async def test_what_staff_said_of_somebody_goes_with_them(server: ShowServer, new_page: NewPage) -> None:
    one, other = new_page(), new_page("phone")
    for page in (one, other):
        await page.did(PRODUCT_VIEWED, "serum")
    into, source = [await order(server, queries.ProfileLook(find=page.visitor, by="visitor")) for page in (one, other)]
    await order(server, ask.ProfileKind(profile=source.profile, kind="staff"))
    merge = (await order(server, ask.ProfileMerge(source=source.profile, into=into.profile, why="one desk"))).result
    assert {row["kind"] for row in await rows(server, tables.profiles)} == {"staff"}
    await order(server, ask.ProfileSplit(profile=into.profile, merge=merge, why="two desks"))
    await counted(server)
    assert [row["kind"] for row in await rows(server, tables.profiles)] == ["staff", "staff"]


async def test_in_another_zone_days_are_others(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    page = new_page()
    await order(server, ask.SegmentSave(segment=segment("today", Did(match=named(PRODUCT_VIEWED), days=1))))
    zone = server.relation.book.zone
    midnight = zone.midnight_ms(zone.day(hands.wall_ms()) + 1)
    hands.push((midnight - hands.wall_ms()) / 1000 - 600)
    await page.did(PRODUCT_VIEWED, "serum")
    await counted(server)
    hands.push(1200)
    await counted(server)
    assert await rows(server, tables.members) == []
    server.relation.book._zone_name = lambda: "America/New_York"
    await counted(server)
    assert len(await rows(server, tables.members)) == 1


async def test_another_name_of_a_segment_has_nobody_counted_again(server: ShowServer, new_page: NewPage) -> None:
    await new_page().did(PRODUCT_VIEWED, "serum")
    viewed = segment("viewed", Did(match=named(PRODUCT_VIEWED)))
    await order(server, ask.SegmentSave(segment=viewed))
    await counted(server)
    saved = await rows(server, tables.profiles)
    await order(server, ask.SegmentSave(segment=msgspec.structs.replace(viewed, name="Looked")))
    assert await rows(server, tables.profiles) == saved
    await order(server, ask.SegmentSave(segment=msgspec.structs.replace(viewed, on=False)))
    await counted(server)
    assert await rows(server, tables.members) == []


async def test_who_looks_twice_at_once_is_written_down_twice(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    for _ in range(3):
        await order(server, queries.ProfileLook(find=page.visitor, by="visitor"))
    assert len(await rows(server, tables.looks)) == 3


def test_a_limit_takes_all_or_nothing() -> None:
    layers = Layers(Limiter(60), Limiter(100))
    layers.spend(("a", "house"), 0.0, 50)
    with pytest.raises(TooMany):
        layers.spend(("a", "house"), 0.0, 20)
    layers.spend(("a", "house"), 0.0, 10)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_decisions_survive_connections_that_the_database_cut(server: ShowServer, new_page: NewPage) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    message = ShowMessage(title="Hello")
    await order(server, ask.RuleSave(rule=rule("hello", message)))
    assert (await page.decide("banner"))["banner"]["action"]["title"] == "Hello"
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    async with server.log._engine.connect() as connection:
        await connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    found = [(await page.post("decide", {"slots": ["banner"]}))[0] for _ in range(20)]
    assert set(found) <= {200, 503}, "away, and no fault of ours"
    assert found[-5:] == [200] * 5


async def test_several_of_ones_own_steps_are_taken_back_and_nobody_elses(server: ShowServer) -> None:
    act = server.relation.controller

    async def save(name: str, since: int | None = None) -> Offered:
        made = segment("one", Did(match=named(PRODUCT_VIEWED)))
        return await act._on_segment(ask.SegmentSave(segment=msgspec.structs.replace(made, name=name), since=since), BY)

    async def back(offered: Offered) -> Offered:
        command = offered.takes_back
        if isinstance(command, ask.SegmentDelete):
            return await act._on_segment_delete(command, BY)
        assert isinstance(command, ask.SegmentSave)
        return await act._on_segment(command, BY)

    def name() -> str:
        there = server.relation.book.segments.get("one")
        return there.name if there is not None else ""

    steps = [await save("One"), await save("Two"), await save("Three")]
    forward = []
    for offered, left in zip(reversed(steps), ("Two", "One", ""), strict=True):
        forward.append(await back(offered))
        assert name() == left
    for offered, left in zip(reversed(forward), ("One", "Two", "Three"), strict=True):
        await back(offered)
        assert name() == left
    (mine,) = [await save("Mine")]
    await save("Somebody else's")
    with pytest.raises(ChangedSince):
        await back(mine)
    gone = await act._on_segment_delete(ask.SegmentDelete(segment="one"), BY)
    await save("Another", since=0)
    with pytest.raises(ChangedSince):
        await back(gone)
    with pytest.raises(ChangedSince):
        await save("Late", since=1)
