"""What `vitrine bench relation` makes of what it is told, and whom it makes up. The benchmark itself is run by hand."""

import itertools
import json
import time

import pytest

from studio.bench import relation
from studio.bench import relation_shop as shop
from studio.bench.chat_readers import frame
from studio.bench.relation_data import STRANGERS, people
from studio.bench.relation_load import BROWSER, answered, batch, question, request
from studio.bench.relation_watchers import Seen, cut
from studio.relation import names, robots
from studio.relation.condition import parts
from studio.relation.days import Zone
from studio.relation.evaluate import View, in_segment
from studio.relation.facts import Plan, facts_of
from studio.relation.rule import PIN, check
from studio.relation.segment import check as check_segment
from studio.server.db import tables
from studio.server.outbox import text_frame
from studio.server.relation import said

NOW_MS = time.time_ns() // 1_000_000
ZONE = Zone("Europe/Copenhagen")


def test_the_brand_is_one_that_can_be_saved() -> None:
    segments, groups = {one.id: one for one in shop.segments()}, {"kinds": shop.personas()}
    assert (len(segments), len(shop.rules())) == (40, 50)
    assert {type(part).__name__ for one in segments.values() for part in parts(one.condition)} >= {"Did", "Sequence", "InPersona"}
    for segment in (*segments.values(), shop.NEW):
        check_segment(segment, segments, groups)
    for rule in (*shop.rules(), *shop.pin_rules(on=True)):
        check(rule, ZONE)
        assert rule.slot in (*shop.SLOTS, PIN)
    assert {rule.segment for rule in shop.rules()} - {""} == set(segments)


def test_its_people_have_fifty_behaviours_and_are_in_the_segment_of_their_campaign() -> None:
    segments = {one.id: one for one in shop.segments()}
    groups = {"kinds": shop.personas()}
    plan = Plan(ZONE, [one.condition for one in segments.values()], groups.values())
    for kind in (0, 17, 239):
        did = list(shop.lived(shop.life(kind, NOW_MS), 5, "v"))
        assert len(did) == shop.BEHAVIOURS
        assert len({one.id for one in did}) == shop.BEHAVIOURS
        assert all(one.at_ms < NOW_MS for one in did)
        agreed = frozenset({"analytics", "personalisation", "marketing"})
        view = View(now_ms=NOW_MS, zone=ZONE, facts=facts_of(did, plan), agreed=agreed, segments=segments, groups=groups)
        campaigns = [bool(in_segment(segments[f"s{number}"], view).holds) for number in range(shop.CAMPAIGNS)]
        assert campaigns == [number == kind % shop.CAMPAIGNS for number in range(shop.CAMPAIGNS)]


def test_of_those_who_are_stored_only_some_are_due() -> None:
    tokens = [f"visitor{number}.signature" for number in range(5)]
    (rows,) = people(tokens, 2, NOW_MS)
    assert [len(rows[table]) for table in (tables.profiles, tables.behaviours, tables.choices)] == [5, 250, 15]
    assert sum(row["due_ms"] is not None for row in rows[tables.profiles]) == 2
    assert sorted(row["seq"] for row in rows[tables.behaviours]) == list(range(1, 251))


def test_who_does_what() -> None:
    lines = [str(number) for number in range(relation.LEAST)]
    who = relation.parted(lines)
    assert len(who.watching) == relation.counted(relation.LEAST) == 500
    assert (len(who.strangers), len(who.telling)) == (STRANGERS, relation.PAGES)
    assert len({*who.watching, *who.strangers, *who.telling}) == 500 + STRANGERS + relation.PAGES


def test_how_many_there_are_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for words, count in (("", relation.MANY), ("3000", 3000), ("7", relation.LEAST), ("many", relation.MANY)):
        monkeypatch.setenv(relation.PROFILES, words)
        assert relation.many() == count


def test_a_page_says_what_the_server_reads() -> None:
    numbers = itertools.count()
    told = [said.each(said.batch.take(batch(numbers, 10, NOW_MS)).behaviours) for _ in range(2)]
    assert [refused for _, refused in told] == [[], []]
    assert len({one.id for read, _ in told for one in read}) == 20
    assert {one.name for one in told[0][0]} == {names.PAGE_VIEWED, names.PRODUCT_VIEWED, names.PRODUCT_ADDED}
    assert said.wanted.take(question()).slots == shop.SLOTS
    assert robots.of_agent(BROWSER, webdriver=False)[0] == "person"
    head, _, body = request("127.0.0.1:1", "decide", "t.s", question()).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


def test_an_answer_is_one_when_all_of_it_is_there() -> None:
    whole = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"accepted":1}'
    assert answered(whole) == (True, b'{"accepted":1}')
    assert answered(whole.replace(b"202 Accepted", b"429 Too Many")) == (False, b'{"accepted":1}')
    assert [answered(whole[:end]) for end in (0, 30, len(whole) - 1)] == [None] * 3


@pytest.mark.parametrize("size", [5, 125, 126, 70_000])
def test_messages_are_cut_out_of_what_comes(size: int) -> None:
    one, other = b"x" * size, b'{"t":"pong"}'
    data = text_frame(one) + text_frame(other)
    assert cut(data) == ([one, other], b"")
    for end in (1, 3, len(data) - len(other) - 1, len(data) - 1):
        messages, left = cut(data[:end])
        assert cut(left + data[end:])[0] == [one, other][len(messages) :]


def test_a_long_first_word_is_framed() -> None:
    assert frame(b"x" * 125)[1] == 0x80 | 125
    long = frame(b"x" * 300)
    assert (long[1], int.from_bytes(long[2:4], "big"), len(long)) == (0xFE, 300, 308)


def slots(card: str) -> bytes:
    pins = {"*": {"valid_until": 1, "rule": "x1", "action": {"kind": "product", "id": card}}} if card else {}
    return json.dumps({"t": "slots", "pins": pins, "message": None}, separators=(",", ":")).encode()


def test_what_all_of_them_have_been_told() -> None:
    seen = Seen([3, 4])
    assert [seen.take(0, slots("o3")), seen.take(1, slots("o3")), seen.take(1, slots("o4"))] == ["", "", "told"]
    assert [seen.take(0, slots("")), seen.take(0, slots("")), seen.take(1, slots(""))] == ["", "", "bare"]
    event = b'{"t":"events","events":[{"seq":1,"data":{"type":"product.pinned","product":"p12","price_minor":1}}]}'
    products = b'{"t":"products","changed":[],"pins":["p12"]}'
    assert [seen.take(0, event), seen.take(0, products), seen.take(1, products), seen.take(1, event)] == ["", "", "pin p12", ""]
    assert seen.take(0, b'{"t":"welcome","pins":["p12"]}') == ""


def test_what_the_page_loads_is_there() -> None:
    assert 1 < relation.script_kb() < 50
