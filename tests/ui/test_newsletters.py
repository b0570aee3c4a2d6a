"""Marketing staff write a newsletter, see it as six readers do, and bring addresses; over the real server."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from studio.commands import Command
from studio.commands.newsletter import MailingStop, NewsletterSend
from studio.relation.action import ShowInformation, ShowProduct
from studio.relation.newsletter import ListBlock, MailSettings, ProductsBlock, SlotBlock, TextBlock
from studio.state.newsletters import Mailing
from tests.ui.conftest import Open, front, state
from ui.dialogs.block_row import BlockRow
from ui.dialogs.newsletter import NewsletterDialog
from ui.dialogs.newsletter_sender import NewsletterSenderDialog
from ui.main_window import MainWindow
from ui.panels.relation.newsletters import NewslettersPanel


def click(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def shot(window: Any, name: str) -> None:
    if folder := os.environ.get("VITRINE_SHOTS"):
        window.grab().save(f"{folder}/{name}.png")


def panel_of(window: MainWindow) -> NewslettersPanel:
    window.show_workspace("relation")
    work = window.workspaces.relation
    work.tabs.setCurrentWidget(work.newsletters)
    return work.newsletters


def topic_made(window: MainWindow, qtbot: QtBot, name: str = "Nyheder") -> NewsletterSenderDialog:
    click(qtbot, panel_of(window).from_whom)
    dialog = front(NewsletterSenderDialog)
    dialog.fresh.setText(name)
    click(qtbot, dialog.add)
    qtbot.waitUntil(lambda: bool(state(window).newsletters.topics))
    return dialog


def test_a_newsletter_is_written_and_seen_as_six_readers_do(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = panel_of(window)
    shot(window, "newsletters-empty")
    assert "No mail server is set" in panel.problem.text()
    assert not panel.add.isEnabled()
    sender = topic_made(window, qtbot)
    sender.brand.setText("Sandø")
    sender.contact.setText("Strandgade 1, 1401 København K")
    click(qtbot, sender.save)
    qtbot.waitUntil(lambda: state(window).newsletters.settings.brand == "Sandø")

    click(qtbot, panel.add)
    dialog = front(NewsletterDialog)
    assert not dialog.save.isEnabled()
    dialog.name.setText("Uge 49")
    dialog.subject.setText("Ugens serum er tilbage")
    first = dialog._rows[0]
    first.title.setText("Hej")
    first.text.setPlainText("Her er ugens nyheder.")
    for kind in ("products", "slot", "list"):
        click(qtbot, dialog.add)
        dialog._rows[-1].kind.choose(kind)
    chosen, by_rule = dialog._rows[1], dialog._rows[2]
    chosen.add.choose("p2")
    chosen.add.activated.emit(chosen.add.currentIndex())
    by_rule.otherwise.setText("Nyt på hylden")
    click(qtbot, dialog._rows[3].up)
    shot(dialog, "newsletter")
    qtbot.waitUntil(lambda: dialog._proofs.count() == 12)
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    first_reader = dialog._proofs.itemAt(0)
    assert first_reader is not None
    click(qtbot, first_reader.widget())
    qtbot.waitUntil(lambda: bool(opened))
    page = Path(opened[0].toLocalFile()).read_text(encoding="utf-8")
    assert "Her er ugens nyheder." in page
    assert "Dette er reklame fra Sandø" in page
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: bool(state(window).newsletters.newsletters))
    (made,) = state(window).newsletters.newsletters
    assert (made.topic, made.language, made.slots) == ("nyheder", "da", ("mail-3",))
    (row,) = panel.rows
    assert not row.send.isEnabled()  # no mail server
    shot(window, "newsletters")
    click(qtbot, row.name)
    qtbot.waitUntil(lambda: len(shown_dialogs()) == 1)
    again = front(NewsletterDialog)
    assert tuple(one.block for one in again._rows) == (
        TextBlock(title="Hej", text="Her er ugens nyheder."),
        ProductsBlock(products=("p2",)),
        ListBlock(),
        SlotBlock(slot="mail-3", default=ShowInformation(title="Nyt på hylden")),
    )
    click(qtbot, again.delete)
    qtbot.waitUntil(lambda: not state(window).newsletters.newsletters)


def shown_dialogs() -> list[NewsletterDialog]:
    widgets = QApplication.topLevelWidgets()
    return [one for one in widgets if isinstance(one, NewsletterDialog) and one.isVisible()]


def test_a_block_keeps_what_its_form_does_not_show(window: MainWindow) -> None:
    before = (
        ProductsBlock(products=tuple(f"number,{number}-{'x' * 200}" for number in range(24))),
        SlotBlock(slot="mail-1", default=ShowInformation(title="Hej", picture="/a.jpg", clip="c1")),
        SlotBlock(slot="mail-2", default=ShowProduct(id="p1")),
    )
    for block in before:
        assert BlockRow(state(window), block, "mail-9").block == block


def test_addresses_are_brought_and_a_topic_in_use_stays(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = topic_made(window, qtbot)
    table = tmp_path / "list.csv"
    table.write_text("Email Address,CONFIRM_TIME\nanna@example.com,2999-01-01\nbo@example.com,2026-11-01\nx,2026-11-01\n")
    dialog.bring("nyheder", table)
    qtbot.waitUntil(lambda: "2 added" in dialog.brought.text())
    assert "1 lines are left out; the first is 4: This is no e-mail address" in dialog.brought.text()
    qtbot.waitUntil(lambda: state(window).newsletters.topics[0].subscribers == 2)
    dialog.bring("nyheder", table)
    qtbot.waitUntil(lambda: "2 were on it already" in dialog.brought.text())
    table.write_text("name\nAnna\n")
    dialog.bring("nyheder", table)
    assert "No column is called email" in dialog.problem.text()
    row = dialog._topics["nyheder"]
    row.name.setText("Nyt")
    row.name.editingFinished.emit()
    qtbot.waitUntil(lambda: state(window).newsletters.topics[0].topic.name == "Nyt")
    click(qtbot, row.remove)
    qtbot.waitUntil(lambda: not state(window).newsletters.topics)


def test_it_is_asked_before_a_newsletter_goes_out_and_it_can_be_stopped(opened: Open, qtbot: QtBot) -> None:
    """What the panel does where there is a mail server."""
    window = opened()
    dialog = topic_made(window, qtbot)
    dialog.close()
    panel = panel_of(window)
    click(qtbot, panel.add)
    writing = front(NewsletterDialog)
    writing.name.setText("Uge 49")
    writing.subject.setText("Hej")
    writing._rows[0].text.setPlainText("Hej")
    click(qtbot, writing.save)
    qtbot.waitUntil(lambda: len(panel.rows) == 1)
    asked: list[Command] = []
    panel._bridge.run = lambda command, done=None: asked.append(command)  # type: ignore[method-assign]
    there = state(window)
    ready = msgspec.structs.replace(there.newsletters, sends=True, settings=MailSettings(brand="Sandø", contact="x"))
    panel.refresh(msgspec.structs.replace(there, newsletters=ready))
    assert not panel.problem.isVisible()
    click(qtbot, panel.rows[0].send)
    box = front(QMessageBox)
    assert "Uge 49" in box.text()
    assert asked == []
    click(qtbot, next(button for button in box.buttons() if button.text().replace("&", "") == "Send"))
    assert asked == [NewsletterSend(newsletter="uge-49")]
    going = Mailing(
        id="m1", newsletter="uge-49", name="Uge 49", topic="nyheder", at_ms=1_796_036_400_000, state="sending", sent=3, waits=4,
        bounced=1, skipped={"cap": 2, "suppressed": 1},
    )  # fmt: skip
    now = msgspec.structs.replace(ready, mailings=(going,), problem="SMTPServerDisconnected")
    panel.refresh(msgspec.structs.replace(there, newsletters=now))
    (row,) = panel.rows
    for words in ("to 3", "4 waiting", "1 bounced", "2 had another one lately", "1 suppressed address"):
        assert words in row.sent.text()
    assert "SMTPServerDisconnected" in panel.problem.text()
    assert row.send.text() == "Stop"
    click(qtbot, row.send)
    assert asked[1:] == [MailingStop(mailing="m1")]
