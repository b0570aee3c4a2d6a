"""The chat: what the audience writes, what is held, who may not write, and what the studio says."""

import aiohttp
import pytest

from studio.commands.chat import (
    ChatAnswering,
    ChatPicture,
    ChatPin,
    ChatRelease,
    ChatRemove,
    ChatRulesSet,
    ChatSay,
    VisitorBlock,
    VisitorUnblock,
)
from studio.commands.show import ShowEnd, ShowStart
from studio.errors import Forbidden, InvalidValue, NotFound
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from studio.server.shop import chat as module
from studio.show.chat import ChatRules
from studio.show.moderation import judge
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop, Page, page


async def line_of(studio: Desktop, text: str, state: str = "shown") -> str:
    """The id of the line with this text, as the studio hears of it."""
    message = await studio.inbox.find(lambda m: getattr(m, "line", None) and m.line["text"] == text and m.line["state"] == state)
    return str(message.line["id"])


def heard(visitor: Page) -> list[str]:
    """The texts a page was sent, in order."""
    return [m["event"]["line"]["text"] for m in visitor.inbox.all if m["t"] == "event" and "line" in m["event"]]


@BOTH_DATABASES
async def test_a_line_reaches_everybody_and_the_studio(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server, show="shop") as other:
        answer = await visitor.say("Er den god til tør hud?", name="Sofie")
        assert answer["line"]["text"] == "Er den god til tør hud?"
        event = await other.event("chat.said")
        assert (event["line"]["name"], event["line"]["text"]) == ("Sofie", "Er den god til tør hud?")
        assert "visitor" not in event["line"], "who wrote it is nobody's business"
        await line_of(shop, "Er den god til tør hud?")
    async with page(http, server, show="shop") as late:
        assert [line["text"] for line in (await late.next("welcome"))["chat"]["lines"]] == ["Er den god til tør hud?"]


async def test_the_studio_answers_everybody_or_only_who_asked(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server, show="shop", browser="another") as other:
        await visitor.say("Hvad koster den?", asked=True)
        question = await line_of(shop, "Hvad koster den?")
        await shop.do(ChatSay(text="249 kr.", reply_to=question, name="Jonas"))
        said = await other.inbox.find(lambda m: m["t"] == "event" and m["event"].get("line", {}).get("staff"))
        assert (said["event"]["line"]["reply_to"], said["event"]["line"]["name"]) == (question, "Jonas")
        await shop.do(ChatSay(text="Kun til dig", reply_to=question, private=True))
        whisper = await visitor.event("chat.whispered")
        assert (whisper["line"]["text"], whisper["line"]["private"]) == ("Kun til dig", True)
        await shop.do(ChatSay(text="Til alle"))
        await until(lambda: "Til alle" in heard(other))
        assert "Kun til dig" not in heard(other)
    async with page(http, server, show="shop") as late:
        assert "Kun til dig" not in str((await late.next("welcome"))["chat"])


async def test_a_private_answer_needs_somebody(shop: Desktop) -> None:
    for command in (ChatSay(text="x", private=True), ChatSay(text="\u200b")):
        with pytest.raises(InvalidValue):
            await shop.do(command)
    with pytest.raises(NotFound):
        await shop.do(ChatSay(text="x", reply_to="nothing"))


async def test_a_bad_word_is_held_and_only_its_writer_sees_it(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server, show="shop", browser="another") as other:
        answer = await visitor.say("din idiot")
        assert answer["line"]["held"] is True
        held = await line_of(shop, "din idiot", "held")
        await visitor.say("Undskyld")
        await until(lambda: heard(other) == ["Undskyld"])
        await shop.do(ChatRelease(line=held))
        await until(lambda: heard(other) == ["Undskyld", "din idiot"])


async def test_a_removed_line_is_gone_everywhere_and_later(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await visitor.say("Sludder")
    line = await line_of(shop, "Sludder")
    await shop.do(ChatPin(line=line))
    await visitor.inbox.find(lambda m: m["t"] == "chat" and m.get("pinned"))
    await shop.do(ChatRemove(line=line))
    assert (await visitor.event("chat.removed"))["data"]["line"] == line
    await visitor.inbox.find(lambda m: m["t"] == "chat" and "pinned" in m and m["pinned"] is None)
    async with page(http, server, show="shop", seq=1) as late:
        await late.event("chat.removed")
        assert "Sludder" not in str(late.inbox.all)


async def test_one_line_is_pinned_and_one_is_on_the_picture(shop: Desktop, visitor: Page, room: LiveShow) -> None:
    await visitor.say("Fri fragt?")
    line = await line_of(shop, "Fri fragt?")
    await shop.do(ChatPin(line=line))
    await shop.do(ChatPicture(line=line))
    state = await shop.branch("shop", lambda shop: shop["picture_line"])
    assert (state["pinned_line"]["text"], state["picture_line"]["text"]) == ("Fri fragt?", "Fri fragt?")
    await shop.do(ChatPicture())
    assert room.studios.shop.picture_line is None
    await visitor.say("din idiot")
    with pytest.raises(InvalidValue):
        await shop.do(ChatPicture(line=await line_of(shop, "din idiot", "held")))


async def test_the_others_see_who_is_answering(shop: Desktop, visitor: Page, make_desktop: MakeDesktop, room: LiveShow) -> None:
    helper = await make_desktop(client="desk-2", name="Jonas", show="shop", engine=False, token="the-supporter's-token").connect()
    await visitor.say("Hvor?")
    line = await line_of(shop, "Hvor?")
    await helper.do(ChatAnswering(line=line))
    assert (await shop.branch("shop", lambda shop: shop["answering"]))["answering"][0]["name"] == "Jonas"
    await shop.do(ChatAnswering(line=line, on=False))
    assert room.chat.answering, "only who answers can stop"
    await helper.do(ChatSay(text="Her", reply_to=line))
    assert room.chat.answering == ()


async def test_support_may_talk_but_not_show_on_the_picture(make_desktop: MakeDesktop, shop: Desktop, visitor: Page) -> None:
    helper = await make_desktop(client="desk-2", show="shop", engine=False, token="the-supporter's-token").connect()
    await visitor.say("Hej")
    line = await line_of(shop, "Hej")
    await helper.do(ChatPin(line=line))
    with pytest.raises(Forbidden):
        await helper.do(ChatPicture(line=line))


@pytest.mark.parametrize("text", ["se www.evil.example", "http://a.dk", "evil.com", "køb på shop . dk", "t.me/rabat", "købnu.dk"])
async def test_links_are_refused_and_the_writer_is_told(shop: Desktop, visitor: Page, text: str) -> None:
    assert (await visitor.say(text))["refused"] == "link"
    await shop.do(ChatRulesSet(links="allow"))
    assert "line" in await visitor.say(text)


async def test_the_studio_may_link(shop: Desktop, visitor: Page) -> None:
    await shop.do(ChatSay(text="https://shop.example/oil"))
    await visitor.event("chat.said")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "ab"),
        ("\u200b\u200bhej\u2060", "hej"),
        ("linje\r\nlinje\t\tto", "linje linje to"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 300, "x" * 300),
        ("Z" + "\u0337" * 40, "Z" + "\u0337" * 3),
        ("'; DROP TABLE chat_lines; --", "'; DROP TABLE chat_lines; --"),
        ("👩‍👩‍👧 ❤️", "👩‍👩‍👧 ❤️"),
    ],
)
async def test_text_is_made_fit_to_be_shown(visitor: Page, text: str, shown: str) -> None:
    assert (await visitor.say(text))["line"]["text"] == shown


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u202e", "\x01\x02"])
async def test_nothing_is_no_line(visitor: Page, text: str) -> None:
    assert (await visitor.say(text))["refused"] == "empty"


@pytest.mark.parametrize("name", ["Matilde", "MATILDE", "M4tilde", "luder", "evil.com"])
async def test_a_name_that_is_ours_or_foul_is_refused(visitor: Page, name: str) -> None:
    assert (await visitor.say("Hej", name=name))["refused"] == "name"


async def test_too_quick_is_told_to_wait(visitor: Page, room: LiveShow) -> None:
    answers = [await visitor.say(f"nummer {number}") for number in range(module.LINES_AT_ONCE + 1)]
    assert all("line" in answer for answer in answers[:-1])
    assert answers[-1]["refused"] == "slow"
    assert 1 <= answers[-1]["wait_s"] <= 60 // module.LINES_A_MINUTE + 1


async def test_slow_mode_is_kept_by_the_server(shop: Desktop, visitor: Page) -> None:
    await shop.do(ChatRulesSet(slow_s=30))
    assert (await visitor.next("chat"))["rules"] == {"open": True, "slow_s": 30}
    assert "line" in await visitor.say("en")
    refused = await visitor.say("to")
    assert refused["refused"] == "slow"
    assert 25 < refused["wait_s"] <= 31


async def test_a_closed_chat_takes_nothing(shop: Desktop, visitor: Page) -> None:
    await shop.do(ChatRulesSet(open=False))
    assert (await visitor.say("hej"))["refused"] == "closed"


async def test_everything_may_be_held(shop: Desktop, visitor: Page) -> None:
    await shop.do(ChatRulesSet(hold_all=True, words=("agurk*",)))
    assert (await visitor.say("hej"))["line"]["held"]
    assert judge("agurketid", ChatRules(words=("agurk*",))).fate == "hold"


# ── who may not write ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_ban_survives_a_reload_and_a_restart(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession, start_server: StartServer
) -> None:
    await visitor.say("grim")
    await shop.do(VisitorBlock(visitor=visitor.visitor.partition(".")[0], kind="ban"))
    assert (await visitor.say("igen"))["refused"] == "ban"
    async with page(http, server, show="shop") as reloaded:  # a new token from the same browser
        assert (await reloaded.say("igen"))["refused"] == "ban"
    async with page(http, server, show="shop", browser="somebody else's") as other:
        assert "line" in await other.say("hej")
    token = visitor.visitor
    await shop.close()
    await visitor.close()
    await server.close()
    second = await start_server()
    async with page(http, second, show="shop", visitor=token, browser="a new one") as back:
        assert (await back.say("igen"))["refused"] == "ban"


async def test_a_time_out_says_how_long_and_ends(
    shop: Desktop, visitor: Page, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = visitor.visitor.partition(".")[0]
    await shop.do(VisitorBlock(visitor=who, kind="timeout", minutes=5))
    refused = await visitor.say("hej")
    assert (refused["refused"], 290 <= refused["wait_s"] <= 301) == ("timeout", True)
    later = room.wall_ms + 301_000
    monkeypatch.setattr(type(room), "wall_ms", property(lambda self: later))
    assert "line" in await visitor.say("hej")


async def test_who_is_in_the_shadow_does_not_notice(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await shop.do(VisitorBlock(visitor=visitor.visitor.partition(".")[0], kind="shadow"))
    async with page(http, server, show="shop", browser="another") as other:
        answer = await visitor.say("hør her")
        assert "refused" not in answer
        assert "held" not in answer["line"]
        await until(lambda: "hør her" in heard(visitor))
        await shop.do(ChatSay(text="Velkommen"))
        await until(lambda: heard(other) == ["Velkommen"])


async def test_a_block_is_lifted_and_addresses_are_forgotten_with_the_show(
    shop: Desktop, visitor: Page, room: LiveShow, server: ShowServer
) -> None:
    who = visitor.visitor.partition(".")[0]
    await shop.do(VisitorBlock(visitor=who, kind="ban"))
    await shop.do(VisitorUnblock(visitor=who))
    assert "line" in await visitor.say("tak")
    await shop.do(VisitorBlock(visitor=who, kind="ban"))
    assert room.chat._blocks[who].network
    await shop.take()
    await shop.confirmed(ShowStart())
    await shop.confirmed(ShowEnd())
    await until(lambda: not room.chat._blocks[who].network)
    assert (await visitor.say("hej"))["refused"] == "closed"


async def test_a_page_that_was_away_gets_the_words_it_missed(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession, room: LiveShow
) -> None:
    await visitor.say("en")
    seq = (await visitor.event("chat.said"))["seq"]
    for text in ("to", "tre"):
        await visitor.say(text)
    room.chat.lines.clear()  # as after a restart: the words come from the database
    async with page(http, server, show="shop", seq=seq) as back:
        await until(lambda: heard(back) == ["to", "tre"])


async def test_a_flood_from_one_socket_ends_it_and_nobody_else(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server, show="shop") as rude:
        for number in range(100):
            await rude.send(t="say", n=number, text="spam")
        assert await rude.inbox.end() == 1008
    async with page(http, server, show="shop", browser="another") as other:
        assert "line" in await other.say("stadig her")
    assert visitor.inbox.closed is None


async def test_where_every_line_waits_people_may_still_have_names(shop: Desktop, visitor: Page) -> None:
    await shop.do(ChatRulesSet(hold_all=True))
    assert (await visitor.say("Hej", name="Sofie"))["line"]["held"]
    assert (await visitor.say("Hej", name="https://spam.example"))["refused"] == "name"


async def test_an_old_line_that_is_shown_again_is_not_the_newest(
    shop: Desktop, visitor: Page, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    old = (await visitor.say("Den første"))["line"]["id"]
    await visitor.say("Den anden")
    room.chat.lines.pop(old)  # so long ago that it is in the database only
    await shop.do(ChatPin(line=old))
    async with page(http, server, show="shop") as late:
        chat = (await late.next("welcome"))["chat"]
    assert [line["text"] for line in chat["lines"]] == ["Den anden"]
    assert chat["pinned"]["text"] == "Den første"
    await shop.do(ChatRemove(line=old))
    assert room.chat.pinned is None
