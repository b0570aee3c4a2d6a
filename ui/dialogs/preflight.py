"""The preflight: a page that ends in green, or says what to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from studio.commands.preflight import PreflightRun
from studio.i18n import _
from studio.state.preflight import Finding
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button, restyle
from ui.widgets.label import label

MARKS = {"ok": "✓", "note": "!", "bad": "✗"}


class FindingRow(QFrame):
    """What was looked at, and what came of it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        names = {"ok": "ok", "note": "warn", "bad": "bad"}
        mark = label(names[finding.verdict], MARKS[finding.verdict])
        mark.setFixedWidth(theme.px(18))
        word = {"ok": _("fine"), "note": _("worth a look"), "bad": _("must be put right")}[finding.verdict]
        row = QHBoxLayout(self)
        row.addWidget(mark)
        rows = QVBoxLayout()
        rows.setSpacing(theme.px(2))
        head = QHBoxLayout()
        head.addWidget(label("heading", _(finding.what)))
        head.addWidget(label(names[finding.verdict], word), 1)
        rows.addLayout(head)
        rows.addWidget(label("muted", finding.words, wrap=True))
        row.addLayout(rows, 1)
        self.setAccessibleName(f"{_(finding.what)}: {word}. {finding.words}")


class PreflightDialog(Dialog):
    """Begins when it is opened; can be looked at again. `again_asked`: the show has ended, and a new one is to be made of it."""

    again_asked = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("Say a few words while it looks. A note can wait; what must be put right would be seen by the audience.")
        super().__init__(parent, _("Preflight"), words, size=(640, 660))
        self._bridge = bridge
        self._shown: tuple[Finding, ...] | None = None
        self.rows: list[FindingRow] = []
        self.verdict = label("heading", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(_("Preflight"))
        self.body.addWidget(self.verdict)
        self.body.addWidget(self.progress)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(6))
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        self.new_show = self.add_button(Button(_("New show from this one …"), self._ask_again, kind="primary"))
        self.again = self.add_button(Button(_("Look again"), self._run))
        self.add_button(Button(_("Close"), self.accept), default=True)
        bridge.changed.connect(self._refresh)
        self._run()
        self._refresh()

    def _run(self) -> None:
        if not self._bridge.state.preflight.running:
            self._bridge.run(PreflightRun())

    def _ask_again(self) -> None:
        self.accept()
        self.again_asked.emit()

    def _refresh(self) -> None:
        preflight = self._bridge.state.preflight
        self.progress.setMaximum(max(1, preflight.expected))
        self.progress.setValue(min(len(preflight.findings), preflight.expected))
        self.progress.setVisible(preflight.running)
        self.again.setEnabled(not preflight.running)
        self.new_show.setVisible(self._bridge.state.show.state == "ended")
        words, name = self._verdict()
        self.verdict.setText(words)
        if self.verdict.objectName() != name:
            self.verdict.setObjectName(name)
            restyle(self.verdict)
        if preflight.findings == self._shown:
            return
        self._shown = preflight.findings
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [FindingRow(finding) for finding in preflight.findings]
        for row in self.rows:
            self._list.addWidget(row)

    def _verdict(self) -> tuple[str, str]:
        preflight = self._bridge.state.preflight
        if preflight.running or preflight.at_ms is None:
            return _("Looking …"), "heading"
        bad = sum(finding.verdict == "bad" for finding in preflight.findings)
        notes = sum(finding.verdict == "note" for finding in preflight.findings)
        if bad:
            return _("Not yet: {count} to put right").format(count=bad), "bad"
        if notes:
            return _("Ready. {count} worth a look").format(count=notes), "ok"
        return _("All green: ready to go live"), "ok"
