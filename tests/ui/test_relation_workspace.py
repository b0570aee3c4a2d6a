"""Marketing staff make a segment and a rule, see who is in it and why, and look a person up; over the real server."""

import json
import os
import urllib.request
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.relation.action import ShowInformation
from studio.relation.condition import All, Did, InSegment, Rfm
from studio.relation.match import Match
from tests.ui.conftest import front, state
from ui.dialogs.condition_row import ConditionRow
from ui.dialogs.rule import RuleDialog
from ui.dialogs.segment import SegmentDialog
from ui.main_window import MainWindow
from ui.models.relation_words import condition_words
from ui.widgets.button import Button
from ui.workspaces.relation import RelationWorkspace


def click(qtbot: QtBot, button: Any) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
YES = {"analytics": True, "personalisation": True, "marketing": False, "at": 1}


def did(window: MainWindow, name: str, *products: str) -> str:
    """Somebody on a page of the shop; their token."""
    behaviours = [
        {"id": f"{name} {product} {number}".replace(" ", "-"), "name": name, "at": 1000, "products": [{"product_id": product}]}
        for number, product in enumerate(products)
    ]
    body = json.dumps({"sent_at": 2000, "behaviours": behaviours, "choices": YES, "device": "phone"}).encode()
    headers = {"User-Agent": CHROME, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{window._bridge.state.link.url}/relation/v1/behaviours", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        said: dict[str, Any] = json.load(answer)
    assert said["accepted"] == len(behaviours), said
    return str(said["visitor"])


def listed(work: RelationWorkspace, name: str) -> bool:
    return name in [row.name.accessibleName() for row in work.segments.rows]


def shot(window: Any, name: str) -> None:
    if folder := os.environ.get("VITRINE_SHOTS"):
        window.grab().save(f"{folder}/{name}.png")


def test_a_segment_and_a_rule_are_made_and_a_person_is_seen(window: MainWindow, qtbot: QtBot) -> None:
    token = did(window, "Product Viewed", "p1", "p1", "p2")
    did(window, "Product Viewed", "p3")
    window.show_workspace("relation")
    work = window.workspaces.relation
    shot(window, "relation-empty")
    assert work.segments.empty.isVisibleTo(work)
    click(qtbot, work.segments.add)
    dialog = front(SegmentDialog)
    assert not dialog.save.isEnabled()
    dialog.name.setText("Kiggede på serum")
    row = dialog._rows[0]
    part = row.did
    part.about.choose("products")
    part.what.setText("p1")
    part.times.setValue(2)
    qtbot.waitUntil(lambda: dialog.preview.text().startswith("1 of 2 people"))
    assert dialog.condition == Did(match=Match(names=("Product Viewed",), products=("p1",)), times=2, days=7)
    shot(dialog, "relation-segment")
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: [now.segment.name for now in state(window).relation.segments] == ["Kiggede på serum"])
    qtbot.waitUntil(lambda: state(window).relation.segments[0].size == 1)
    assert [row.name.accessibleName() for row in work.segments.rows] == ["Kiggede på serum"]

    click(qtbot, work.rules.add)
    rule = front(RuleDialog)
    rule.name.setText("Medlemspris")
    rule.segment.choose("kiggede-pa-serum")
    rule.slot.choose("banner")
    rule.kind.choose("information")
    rule.title.setText("Medlemspris i aften")
    rule.link.setText("https://shop.example/show")
    shot(rule, "relation-rule")
    click(qtbot, rule.save)
    qtbot.waitUntil(lambda: len(state(window).relation.rules) == 1)
    made = state(window).relation.rules[0].rule
    assert made.variants[0].action == ShowInformation(title="Medlemspris i aften", link="https://shop.example/show")
    assert made.segment == state(window).relation.segments[0].segment.id

    work.person.by.choose("visitor")
    work.person.who.setText(token.partition(".")[0])
    click(qtbot, work.person.go)
    qtbot.waitUntil(lambda: "Kiggede på serum" in work.person.parts["segments"].text())
    assert "✓" in work.person.parts["segments"].text()
    assert "Medlemspris" in work.person.parts["slots"].text()
    assert "looked at p1" in work.person.parts["deeds"].text()
    assert "looked at (p1): 2 of 2" in work.person.parts["slots"].text()
    shot(window, "relation")

    click(qtbot, work.segments.rows[0].name)
    dialog = front(SegmentDialog)
    assert dialog._rows[0].did.what.text() == "p1"
    click(qtbot, dialog.delete)
    qtbot.waitUntil(lambda: "used by 1" in dialog.problem.text())
    qtbot.waitUntil(lambda: not dialog.problem.visibleRegion().isEmpty())
    dialog.close()
    click(qtbot, work.rules.rows[0].on)
    qtbot.waitUntil(lambda: not state(window).relation.rules[0].rule.on)


def test_a_segment_of_several_conditions_is_shown_as_it_was_written(window: MainWindow, qtbot: QtBot) -> None:
    window.show_workspace("relation")
    work = window.workspaces.relation
    for name in ("First", "Second"):
        click(qtbot, work.segments.add)
        dialog = front(SegmentDialog)
        dialog.name.setText(name)
        if name == "Second":
            click(qtbot, dialog.add)
            dialog._rows[1].kind.choose("segment")
            dialog._rows[1].segment.segment.choose("first")
        click(qtbot, dialog.save)
        qtbot.waitUntil(partial(listed, work, name))
        qtbot.waitUntil(lambda: not window.findChildren(SegmentDialog))
    second = next(now.segment for now in state(window).relation.segments if now.segment.name == "Second")
    assert isinstance(second.condition, All)
    assert second.condition.of[1] == InSegment(segment="first")
    row = next(row for row in work.segments.rows if row.name.accessibleName() == "Second")
    assert "is in “First”" in row.words.text()
    click(qtbot, row.name)
    dialog = front(SegmentDialog)
    assert dialog.condition == second.condition
    removes = [button for button in dialog.findChildren(Button) if button.text() == "×" and button.isVisible()]
    assert len(removes) == 2


def test_what_a_rule_refuses_is_said_in_its_dialog(window: MainWindow, qtbot: QtBot) -> None:
    window.show_workspace("relation")
    click(qtbot, window.workspaces.relation.rules.add)
    dialog = front(RuleDialog)
    dialog.name.setText("Twice")
    dialog.kind.choose("message")
    dialog.text.setPlainText("Hello")
    dialog.begins.setText("2026-12-24 20:00")
    dialog.ends.setText("2026-12-24 19:00")
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: "ends before it begins" in dialog.problem.text())
    dialog.ends.setText("soon")
    click(qtbot, dialog.save)
    qtbot.waitUntil(lambda: "ends" in dialog.problem.text() and dialog.problem.isVisible())
    assert state(window).relation.rules == ()


def test_good_customers_have_a_form(window: MainWindow) -> None:
    wanted = Rfm(recency=5, money=4)
    row = ConditionRow(state(window), wanted, "")
    assert row.condition == wanted
    row.rfm.classes["recency"].setCurrentIndex(0)
    assert row.condition == Rfm(money=4)
    assert condition_words(wanted, {}) == "is a customer of class R5 M4"
