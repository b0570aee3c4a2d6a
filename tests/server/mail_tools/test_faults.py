"""Mail tools that are away, asked too much, or take one person and not another."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from studio.errors import InvalidValue, Unreachable
from studio.server.app import ShowServer
from studio.server.config import MailToolRules, load_config
from studio.server.mail_tools import klaviyo, pusher, wire
from studio.server.mail_tools.tool import NEVER_AGAIN_MS, KeyRefused, Later, moment, moment_ms
from tests.fakes import until
from tests.server.fakes import PushedClock
from tests.server.mail_tools.conftest import RUN, Tool
from tests.server.mail_tools.vendors import Vendor
from tests.server.newsletter.readers import Readers

ANNA, BO = "anna@example.com", "bo@example.com"


async def test_one_person_who_is_not_taken_holds_nobody_up(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.hates = ANNA
    await readers.subscribe(ANNA)
    await readers.subscribe(BO)
    await tool.switch()
    await tool.settle()
    assert vendor.contacts[BO].written_to
    now = await tool.pusher.now()
    assert (now.refused, now.there) == (1, 1)
    assert ANNA not in caplog.text, "a tool's sentence may name somebody"
    read = vendor.read
    await tool.settle()
    assert vendor.read == read, "not again at once"
    vendor.hates = ""
    hands.push(pusher.RETRY_MS[0] / 1000)
    await tool.settle()
    assert vendor.contacts[ANNA].written_to
    assert (await tool.pusher.now()).refused == 0


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((429, {"Retry-After": "7"}, {"message": "slow down"}), Later),
        ((401, {}, {"code": "unauthorized"}), KeyRefused),
        ((403, {}, {"title": "Forbidden"}), KeyRefused),
        ((500, {}, "oops"), Unreachable),
        ((302, {"Location": "https://elsewhere.example"}, "moved"), Unreachable),
        ((200, {}, "<html>not JSON"), Unreachable),
    ],
)
async def test_what_concerns_all_stops_all_until_it_is_over(
    vendor: Vendor,
    tool: Tool,
    readers: Readers,
    hands: PushedClock,
    answer: tuple[int, dict[str, str], object],
    error: type[Exception],
) -> None:
    await readers.subscribe(ANNA)
    await tool.switch()
    await tool.settle()
    await readers.subscribe(BO)
    vendor.refuses.append(answer)
    with pytest.raises(error) as raised:
        await tool.settle()
    if isinstance(raised.value, Later):
        assert raised.value.wait_s == 7
    hands.push(pusher.RETRY_MS[0] / 1000)
    await tool.settle()
    assert vendor.contacts[BO].written_to


async def test_the_loop_says_what_is_wrong_and_goes_on(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pusher, "LOOK_S", 0.02)
    monkeypatch.setattr(pusher, "WAITS_S", (0.02,))
    vendor.refuses.extend([(401, {}, {})] * 100_000)
    await readers.subscribe(ANNA)
    await tool.switch()
    running = asyncio.create_task(RUN(tool.pusher))
    await until(lambda: any(one.problem == "key" for one in server.newsletters.controller.branch.state.tools))
    vendor.refuses.clear()
    await until(lambda: ANNA in vendor.contacts and vendor.contacts[ANNA].written_to)
    await until(lambda: server.newsletters.controller.branch.state.tools[0].problem == "")
    await until(lambda: server.newsletters.controller.branch.state.tools[0].there == 1)
    running.cancel()
    await asyncio.wait([running])


async def test_an_answer_without_an_end_is_cut(
    vendor: Vendor, tool: Tool, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "ANSWER_MAX", 100)
    vendor.refuses.append((200, {}, '"' + "x" * 1000 + '"'))
    await readers.subscribe(ANNA)
    await tool.switch()
    with pytest.raises(Unreachable):
        await tool.settle()


async def test_many_refusals_come_in_pages(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(klaviyo, "PAGE", "2")
    monkeypatch.setattr(f"studio.server.mail_tools.{vendor.kind}.PAGE", "2" if vendor.kind == "klaviyo" else 2)
    await tool.switch()
    people = [f"reader{number}@example.com" for number in range(5)]
    for one in people:
        await readers.subscribe(one)
    await tool.settle()
    hands.push(60)
    for one in people:
        vendor.says_no(one, "here")
    await tool.later()
    assert (await tool.pusher.now()).taken == 5


@pytest.mark.parametrize(
    ("said", "problem", "key"),
    [
        ({"name": "No"}, "small letters", "k-us21"),
        ({"list": "has space"}, "list's id", "k-us21"),
        ({"topic": ""}, "topic", "k-us21"),
        ({"url": "http://mail.example.com"}, "whole address", "k-us21"),
        ({"kind": "brevo", "list": "abc"}, "list's id", "k"),
        ({"kind": "mailchimp"}, "data centre", "no-place"),
        ({"kind": "sendgrid"}, "sendgrid", "k"),
        ({}, "holds no key", "k\x07y"),
        ({"key_file": "gone.key"}, "cannot be read", "k"),
    ],
)
def test_settings_say_what_is_wrong(tmp_path: Path, said: dict[str, str], problem: str, key: str) -> None:
    (tmp_path / "tool.key").write_text(key, encoding="utf-8")
    fields = {"name": "tool", "kind": "mailchimp", "key_file": "tool.key", "list": "abc", "topic": "news"} | said
    path = tmp_path / "vitrine.toml"
    path.write_bytes(b"[[mail_tool]]\n" + b"".join(f'{name} = "{value}"\n'.encode() for name, value in fields.items()))
    with pytest.raises(InvalidValue, match=problem):
        load_config(path, f"sqlite+aiosqlite:///{tmp_path}/shows.sqlite")


def test_two_tools_may_not_have_one_name(tmp_path: Path) -> None:
    (tmp_path / "tool.key").write_text("k-us21", encoding="utf-8")
    one = '[[mail_tool]]\nname = "tool"\nkind = "mailchimp"\nkey_file = "tool.key"\nlist = "abc"\ntopic = "news"\n'
    path = tmp_path / "vitrine.toml"
    path.write_text(one, encoding="utf-8")
    assert load_config(path, "sqlite+aiosqlite:///x").mail_tool[0].key_file == str(tmp_path / "tool.key")
    path.write_text(one * 2, encoding="utf-8")
    with pytest.raises(InvalidValue, match="same name"):
        load_config(path, "sqlite+aiosqlite:///x")


def test_moments_of_all_three() -> None:
    assert moment(1_700_000_000_999) == "2023-11-14T22:13:20+00:00"
    for said in ("2023-11-14T22:13:20+00:00", "2023-11-14T22:13:20Z", "2023-11-14T23:13:20.000+01:00", "2023-11-14T22:13:20.000"):
        assert moment_ms(said) == 1_700_000_000_000
    assert moment_ms(None) == moment_ms("soon") == NEVER_AGAIN_MS


def test_a_next_page_is_asked_of_the_same_host_alone(rules: MailToolRules) -> None:
    assert klaviyo._cursor({"links": {"next": "https://evil.example/api?page%5Bcursor%5D=abc"}}) == "abc"
    assert klaviyo._cursor({"links": {"next": None}}) == klaviyo._cursor({}) == klaviyo._cursor(None) == ""
    assert msgspec.structs.replace(rules, url="").url == ""
