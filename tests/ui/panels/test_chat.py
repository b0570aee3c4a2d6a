"""The chat: lines by keys and clicks, answers, tabs; and whatever happens to lines, the panel shows what the log holds."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextBlock, QTextCursor
from pytestqt.qtbot import QtBot

from studio.commands.chat import ChatAnswering, ChatPicture, ChatPin, ChatRemove, ChatSay
from studio.errors import Unreachable
from studio.show.chat import ChatLine
from studio.state import Show, State
from studio.state.shop import Answering, Shop
from studio.state.stream import Link
from tests.ui.calling import of
from tests.ui.panels.shows import SHOW, StudioBridge
from ui.models.chat_log import ChatLog
from ui.panels.chat import AT_ONCE, HELD, QUESTIONS, ChatPanel

LEFT = Qt.MouseButton.LeftButton
HOSTILE = "<img src=x onerror=alert(1)>"


def line(name: str, text: str = "hej", **fields: object) -> ChatLine:
    return ChatLine(id=name, at_ms=1_762_200_000_000, name="Sofie", text=text, **({"visitor": "v1"} | fields))  # type: ignore[arg-type]


@pytest.fixture
def log() -> ChatLog:
    return ChatLog()


@pytest.fixture
def chat(bridge: StudioBridge, log: ChatLog, shown: Callable[..., ChatPanel]) -> ChatPanel:
    return shown(ChatPanel(bridge, log), 420, 640)


def put(chat: ChatPanel, log: ChatLog, *lines: ChatLine) -> None:
    log.add(lines)
    chat.tick()


def blocks(chat: ChatPanel) -> list[QTextBlock]:
    document = chat.view.document()
    return [document.findBlockByNumber(number) for number in range(document.blockCount())]


def texts(chat: ChatPanel) -> list[str]:
    """The lines as they stand there, in words alone."""
    found = (block.text().strip("\u2028").rpartition("\u2028")[2] for block in blocks(chat))
    return [text for text in found if text]


def choose(chat: ChatPanel, qtbot: QtBot, up: int = 1) -> None:
    """The `up`th line from the end, by keys."""
    chat.view.setFocus()
    for _press in range(up):
        qtbot.keyClick(chat.view, Qt.Key.Key_Up)


def shop(**fields: object) -> State:
    return of(SHOW, shop=Shop(**fields))  # type: ignore[arg-type]


def test_nobody_has_written_yet(chat: ChatPanel, log: ChatLog) -> None:
    chat.tick()
    assert chat.empty.isVisible()
    assert not chat.view.isVisible()
    put(chat, log, line("1"))
    assert chat.view.isVisible()
    assert not chat.empty.isVisible()


def test_names_and_words_of_strangers_are_never_markup(chat: ChatPanel, log: ChatLog) -> None:
    put(chat, log, of(line("1", HOSTILE), name=HOSTILE))
    assert chat.view.toPlainText().count(HOSTILE) == 2
    chat.refresh(shop(pinned_line=line("1", HOSTILE)))
    assert chat.pinned.text() == f"Pinned: {HOSTILE}"
    assert chat.pinned.textFormat() == Qt.TextFormat.PlainText
    assert "<img" not in chat.pinned.toolTip()


def test_many_at_once_come_in_turns_and_all_of_them(chat: ChatPanel, log: ChatLog) -> None:
    log.add([line(str(number), f"nr. {number}") for number in range(2 * AT_ONCE + 30)])
    counts = []
    for _turn in range(4):
        chat.tick()
        counts.append(len(texts(chat)))
    assert counts == [AT_ONCE, 2 * AT_ONCE, 2 * AT_ONCE + 30, 2 * AT_ONCE + 30]


def test_tabs_count_and_show_what_asks_and_what_waits(chat: ChatPanel, log: ChatLog) -> None:
    put(chat, log, line("1", "hvad koster den?"), line("2"), line("3", "køb her", state="held"))
    assert [chat.tabs.tabText(tab) for tab in range(3)] == ["All", "Questions 1", "Held 1"]
    chat.tabs.setCurrentIndex(QUESTIONS)
    assert texts(chat) == ["hvad koster den?"]
    chat.tabs.setCurrentIndex(HELD)
    assert texts(chat) == ["køb her"]
    put(chat, log, line("4", "og her", state="held"))
    put(chat, log, line("3", "køb her"))
    assert texts(chat) == ["og her"], "it is shown to everybody now"
    assert chat.tabs.tabText(HELD) == "Held 1"
    log.remove("4")
    chat.tick()
    assert (texts(chat), chat.tabs.tabText(HELD)) == ([], "Held")


def test_keys_go_through_the_lines_and_stop_at_the_ends(
    bridge: StudioBridge, chat: ChatPanel, log: ChatLog, qtbot: QtBot
) -> None:
    put(chat, log, line("1"), line("2"), line("3"))
    choose(chat, qtbot, up=5)
    qtbot.keyClick(chat.view, Qt.Key.Key_P)
    for _press in range(4):
        qtbot.keyClick(chat.view, Qt.Key.Key_Down)
    qtbot.keyClick(chat.view, Qt.Key.Key_O)
    qtbot.keyClick(chat.view, Qt.Key.Key_Escape)
    qtbot.keyClick(chat.view, Qt.Key.Key_Delete)
    assert bridge.sent == [ChatPin(line="1"), ChatPicture(line="3")], "let go, nothing is removed"
    assert not chat.actions_.isVisible()


def test_a_click_takes_the_line_under_it(bridge: StudioBridge, chat: ChatPanel, log: ChatLog, qtbot: QtBot) -> None:
    put(chat, log, line("1", "først"), line("2", "sidst"))
    first = chat.view.cursorRect(QTextCursor(chat.view.document().begin())).center()
    qtbot.mouseClick(chat.view.viewport(), LEFT, pos=first + QPoint(20, 0))
    qtbot.mouseClick(chat.actions_.remove, LEFT)
    assert bridge.sent == [ChatRemove(line="1")]


def test_what_nobody_said_can_neither_be_answered_nor_shown(
    bridge: StudioBridge, chat: ChatPanel, log: ChatLog, qtbot: QtBot
) -> None:
    put(chat, log, line("1", simulated=True, visitor=""))
    choose(chat, qtbot)
    for key in (Qt.Key.Key_P, Qt.Key.Key_O, Qt.Key.Key_Delete):
        qtbot.keyClick(chat.view, key)
    assert bridge.sent == []
    actions = chat.actions_
    assert not any(button.isVisible() for button in (actions.reply, actions.pin, actions.picture, actions.remove, actions.more))


def test_an_answer_says_to_whom_and_may_be_theirs_alone(
    bridge: StudioBridge, chat: ChatPanel, log: ChatLog, qtbot: QtBot
) -> None:
    put(chat, log, line("1", "er den vegansk?"), line("2", visitor=""))
    choose(chat, qtbot, up=2)
    qtbot.keyClick(chat.view, Qt.Key.Key_R)
    assert chat.input.hasFocus()
    assert chat.input.placeholderText() == "Answer Sofie …"
    qtbot.mouseClick(chat.private, LEFT, pos=QPoint(8, chat.private.height() // 2))
    qtbot.keyClicks(chat.input, "  Ja, helt. ")
    qtbot.keyClick(chat.input, Qt.Key.Key_Return)
    assert bridge.sent == [ChatAnswering(line="1"), ChatSay(text="Ja, helt.", reply_to="1", private=True)]
    qtbot.keyClicks(chat.input, "Til alle")
    qtbot.keyClick(chat.input, Qt.Key.Key_Return)
    assert bridge.sent[2:] == [ChatSay(text="Til alle")], "the next one is nobody's answer"
    assert not chat.private.isVisible()


def test_another_answer_ends_the_first_and_escape_ends_it(
    bridge: StudioBridge, chat: ChatPanel, log: ChatLog, qtbot: QtBot
) -> None:
    put(chat, log, line("1"), line("2", visitor=""))
    choose(chat, qtbot, up=2)
    qtbot.keyClick(chat.view, Qt.Key.Key_Return)
    assert chat.private.isVisible()
    chat.view.setFocus()
    qtbot.keyClick(chat.view, Qt.Key.Key_Down)
    qtbot.mouseClick(chat.actions_.reply, LEFT)
    assert not chat.private.isVisible(), "nobody knows who that is"
    qtbot.keyClick(chat.input, Qt.Key.Key_Escape)
    begun, ended = (ChatAnswering(line=one) for one in "12"), [ChatAnswering(line=one, on=False) for one in "12"]
    assert bridge.sent == [next(begun), ended[0], next(begun), ended[1]]
    assert chat.input.placeholderText() == "Reply to everyone …"


def test_who_else_is_answering_stands_beside_the_line(chat: ChatPanel, log: ChatLog) -> None:
    put(chat, log, line("1"), line("2"))
    chat.refresh(shop(answering=(Answering(line="1", name="Jonas", client="d2"),)))
    assert "Jonas is answering" in chat.view.document().begin().text()
    assert "Jonas" not in chat.view.document().lastBlock().text()
    chat.refresh(SHOW)
    assert "Jonas" not in chat.view.toPlainText()


@pytest.mark.parametrize(
    "state", [of(SHOW, link=Link(status="reconnecting")), of(SHOW, show=Show(id="s", state="ended"))], ids=["away", "ended"]
)
def test_where_nobody_would_read_it_nothing_is_written(bridge: StudioBridge, chat: ChatPanel, qtbot: QtBot, state: State) -> None:
    chat.input.setText("Er I der?")
    chat.refresh(state)
    chat.input.returnPressed.emit()
    qtbot.mouseClick(chat.send, LEFT)
    assert (bridge.sent, chat.input.text()) == ([], "Er I der?")
    chat.refresh(SHOW)
    qtbot.mouseClick(chat.send, LEFT)
    assert bridge.sent == [ChatSay(text="Er I der?")]


def test_what_was_refused_is_given_back_unless_something_else_is_written(
    bridge: StudioBridge, chat: ChatPanel, qtbot: QtBot
) -> None:
    bridge.refuses["chat.say"] = Unreachable("The show server is not connected")
    qtbot.keyClicks(chat.input, "Første")
    qtbot.keyClick(chat.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chat.input.text() == "Første")
    qtbot.keyClick(chat.input, Qt.Key.Key_Return)
    qtbot.keyClicks(chat.input, "Anden")
    turns: list[int] = []
    bridge.attempt(ChatSay(text="bagefter"), lambda _error: turns.append(1))
    qtbot.waitUntil(lambda: bool(turns))
    assert chat.input.text() == "Anden"


def test_a_line_that_goes_takes_its_buttons_along(chat: ChatPanel, log: ChatLog, qtbot: QtBot) -> None:
    put(chat, log, line("1"), line("2"))
    choose(chat, qtbot)
    assert chat.actions_.isVisible()
    log.remove("2")
    chat.tick()
    assert not chat.actions_.isVisible()
    assert len(texts(chat)) == 1


def test_another_show_begins_with_nothing(chat: ChatPanel, log: ChatLog, qtbot: QtBot) -> None:
    put(chat, log, line("1", "hvad?"), line("2"))
    choose(chat, qtbot)
    log.clear()
    chat.tick()
    assert (texts(chat), chat.empty.isVisible(), chat.words.text()) == ([], True, "")
    assert chat.tabs.tabText(QUESTIONS) == "Questions"
    put(chat, log, line("9", "godaften"))
    assert texts(chat) == ["godaften"]


DEEDS = st.lists(st.tuples(st.sampled_from(["show", "hold", "ask", "remove"]), st.integers(0, 6)), max_size=25)


@given(deeds=DEEDS, tab=st.integers(0, 2))
def test_whatever_happens_to_earlier_lines_the_panel_shows_the_log(
    bridge: StudioBridge, deeds: list[tuple[str, int]], tab: int
) -> None:
    log = ChatLog()
    chat = ChatPanel(bridge, log)
    chat.tabs.setCurrentIndex(tab)
    put(chat, log, *(line(f"l{number}") for number in range(7)), line("newest", "og den?", state="held"))
    for deed, number in deeds:
        if deed == "remove":
            log.remove(f"l{number}")
        elif log.find(f"l{number}") is not None:  # what was taken away does not come back
            text = f"nr. {number}" + ("?" if deed == "ask" else "")
            log.add([line(f"l{number}", text, state="held" if deed == "hold" else "shown")])
        chat.tick()
    wanted = [one for one in log.lines if tab == 0 or (one.question if tab == QUESTIONS else one.state == "held")]
    assert texts(chat) == [one.text for one in wanted]
    assert [log.get(block.userState()) for block in blocks(chat)] == wanted, "a click takes the line that stands there"
    chat.deleteLater()


def test_the_line_before_one_that_goes_keeps_its_name(chat: ChatPanel, log: ChatLog, bridge: StudioBridge, qtbot: QtBot) -> None:
    """Once it took the number of the last one, and *Remove* took another line away."""
    chat.tabs.setCurrentIndex(HELD)
    put(chat, log, line("a", "første", state="held"), line("b", "anden", state="held"))
    put(chat, log, line("b", "anden"))  # it was released
    assert texts(chat) == ["første"]
    choose(chat, qtbot)
    qtbot.keyClick(chat.view, Qt.Key.Key_Delete)
    assert bridge.sent == [ChatRemove(line="a")]


def test_the_last_line_but_one_can_be_chosen_when_the_last_is_gone(
    chat: ChatPanel, log: ChatLog, bridge: StudioBridge, qtbot: QtBot
) -> None:
    put(chat, log, line("a", "første"), line("b", "anden"), line("c", "tredje"))
    log.remove("c")
    log.remove("a")
    chat.tick()
    assert texts(chat) == ["anden"]
    choose(chat, qtbot)
    qtbot.keyClick(chat.view, Qt.Key.Key_Delete)
    assert bridge.sent == [ChatRemove(line="b")]


@pytest.mark.parametrize("goes", [False, True])
def test_a_private_answer_that_was_refused_stays_private(
    chat: ChatPanel, log: ChatLog, bridge: StudioBridge, qtbot: QtBot, goes: bool
) -> None:
    put(chat, log, line("a", "hvor meget?"))
    choose(chat, qtbot)
    qtbot.keyClick(chat.view, Qt.Key.Key_R)
    chat.private.setChecked(True)
    chat.input.setText("kun til dig")
    bridge.refuses["chat.say"] = Unreachable("The show server does not answer")
    qtbot.keyClick(chat.input, Qt.Key.Key_Return)
    if goes:
        log.remove("a")
        chat.tick()
    qtbot.waitUntil(lambda: chat.input.text() == "kun til dig")
    qtbot.keyClick(chat.input, Qt.Key.Key_Return)
    said = [command for command in bridge.sent if isinstance(command, ChatSay)]
    assert said == [ChatSay(text="kun til dig", reply_to="a", private=True)] * 2
