"""A film's smaller copy: made, stopped, used, thrown away."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.commands.source import SourceOriginal, SourceProxy
from studio.i18n import _
from studio.state import Source, State
from ui import theme
from ui.bridge import Bridge
from ui.models.film_words import WORKS
from ui.panels.recordings.works import WorkRow
from ui.widgets.button import Button
from ui.widgets.label import label


class ProxyRow(QWidget):
    """Of one source."""

    def __init__(self, bridge: Bridge, source: str) -> None:
        super().__init__()
        self._bridge = bridge
        self.words = label("muted", "", wrap=True)
        self.make = Button(_("Make a smaller copy"), lambda: bridge.run(SourceProxy(source=source)), kind="small")
        self.original = Button(_("Play the film itself"), lambda: bridge.run(SourceOriginal(source=source)), kind="small")
        self.row: WorkRow | None = None
        self._work = ""
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(6))
        for widget in (self.words, self.make, self.original):
            self._rows.addWidget(widget)

    def show_state(self, state: State, source: Source) -> None:
        """How it stands with it."""
        path = source.settings.get("path")
        same = {one.id for one in state.sources if one.settings.get("path") == path} | {source.id}
        work = next((one for one in state.works if one.kind == "proxy" and one.source in same), None)
        if (work.id if work is not None else "") != self._work:
            self._work = work.id if work is not None else ""
            if self.row is not None:
                self.row.hide()
                self.row.deleteLater()
            self.row = WorkRow(self._bridge, work.id) if work is not None else None
            if self.row is not None:
                self._rows.insertWidget(1, self.row)
        if work is not None and self.row is not None:
            self.row.show_work(work, _(WORKS[work.kind]))
        self.words.setText(self._said(source, under_way=work is not None))
        self.make.setVisible(work is None and not source.proxy)
        self.original.setVisible(work is None and source.proxy)

    @staticmethod
    def _said(source: Source, *, under_way: bool) -> str:
        if source.proxy_problem:
            return source.proxy_problem
        if source.proxy:
            return _("A smaller copy is played: it costs the computer less, and lies where the film did.")
        if under_way:
            return _("The smaller copy is being made. The film goes on meanwhile.")
        if source.reason:
            return _("A smaller copy costs the computer less. It is made beside the show, and the film stays as it is.")
        return _("Is the film too heavy for the computer? A smaller copy costs it less.")
