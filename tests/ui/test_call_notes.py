"""Notes of a call are never lost."""

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from studio.commands.base import Command
from studio.errors import StudioError, Unreachable
from studio.state import Advising
from tests.ui.calling import ANNE, MAJA, of
from ui.models import call_notes
from ui.models.call_notes import NotesKeeper

Answer = Callable[[StudioError | None], None]
LOST = Unreachable("The show server does not answer")


class Server:
    """Answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._waiting: list[Answer] = []

    def attempt(self, command: Command, done: Answer) -> None:
        self.asked.append(command.text)  # type: ignore[attr-defined]
        self._waiting.append(done)

    def answer(self, error: StudioError | None = None) -> None:
        self._waiting.pop(0)(error)


def talking(notes: str = "", call: object = ANNE) -> Advising:
    return Advising(status="busy", call=call, notes=notes)  # type: ignore[arg-type]


def keeper() -> tuple[NotesKeeper, Server]:
    server = Server()
    made = NotesKeeper(server.attempt)
    made.follow(talking(), connected=True)
    return made, server


def test_what_is_written_is_sent_after_a_pause_and_once(qtbot: QtBot) -> None:
    notes, server = keeper()
    for text in ("T", "Tø", "Tør hud"):
        notes.write(text)
    qtbot.waitUntil(lambda: server.asked == ["Tør hud"], timeout=call_notes.PAUSE_MS * 5)
    server.answer()
    assert notes.kept
    notes.flush()
    assert server.asked == ["Tør hud"], "there is nothing new"


def test_what_is_written_meanwhile_is_sent_before_what_comes_after(qtbot: QtBot) -> None:
    notes, server = keeper()
    done: list[str] = []
    notes.write("Tør")
    notes.flush(lambda: done.append("wrapped up"))
    notes.write("Tør hud")
    server.answer()
    assert (server.asked, done) == (["Tør", "Tør hud"], [])
    server.answer()
    assert done == ["wrapped up"]


def test_what_cannot_be_kept_keeps_the_rest_waiting_and_is_tried_when_the_server_is_back(qtbot: QtBot) -> None:
    notes, server = keeper()
    done: list[str] = []
    notes.write("Tør hud")
    notes.flush(lambda: done.append("wrapped up"))
    server.answer(LOST)
    assert (notes.failed, notes.kept, done) == (True, False, [])
    notes.follow(talking(), connected=False)
    notes.follow(talking(), connected=True)
    server.answer()
    assert (server.asked, notes.failed, notes.kept) == (["Tør hud", "Tør hud"], False, True)


def test_a_colleagues_words_come_unless_one_writes_oneself(qtbot: QtBot) -> None:
    notes, _server = keeper()
    notes.follow(talking("Fra Jonas"), connected=True)
    assert notes.text == "Fra Jonas"
    notes.write("Fra Jonas og mig")
    notes.follow(talking("Fra Jonas igen"), connected=True)
    assert notes.text == "Fra Jonas og mig"


def test_what_came_too_late_for_its_call_is_given_back(qtbot: QtBot) -> None:
    notes, server = keeper()
    notes.write("Parfumefri")
    notes.follow(talking(call=MAJA), connected=True)
    assert notes.left_over == ("Anne", "Parfumefri")
    assert notes.text == ""
    notes.forget_left_over()
    notes.write("Bytter")
    notes.flush()
    notes.follow(Advising(status="free"), connected=True)
    assert notes.left_over is None, "it is on its way"
    server.answer(LOST)
    assert notes.left_over is not None
    assert notes.left_over[1] == "Bytter"


def test_without_a_call_nothing_is_written(qtbot: QtBot) -> None:
    notes, server = keeper()
    notes.follow(Advising(status="ringing", call=of(ANNE, state="ringing")), connected=True)
    notes.write("x")
    notes.flush()
    assert (notes.text, server.asked) == ("", [])
