"""Who watches and what they buy, as it happens; and the report."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from studio.i18n import _, language
from studio.paths import data_dir
from studio.show.money import price
from studio.state import Numbers, State
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.models.clock import elapsed
from ui.widgets.button import Button
from ui.widgets.label import label

COLUMNS = 3


def told(numbers: Numbers) -> list[tuple[str, str]]:
    """The numbers with their names."""
    sales = " · ".join(price(sale.value_minor, sale.currency) for sale in numbers.sales if sale.orders) or "–"
    waiting = " · ".join(price(sale.unconfirmed_minor, sale.currency) for sale in numbers.sales if sale.unconfirmed) or "–"
    average = numbers.watched_s / numbers.unique if numbers.unique else 0
    return [
        (_("Watching now"), str(numbers.viewers)),
        (_("At most"), str(numbers.peak)),
        (_("Different viewers"), str(numbers.unique)),
        (_("Watched on average"), elapsed(average)),
        (_("Messages"), str(numbers.lines)),
        (_("Hearts"), str(numbers.reactions)),
        (_("Product views"), str(numbers.views)),
        (_("Put into carts"), str(numbers.carted)),
        (_("Checkouts begun"), str(numbers.checkouts)),
        (_("Orders"), str(sum(sale.orders for sale in numbers.sales))),
        (_("Sold for"), sales),
        (_("Not confirmed yet"), waiting),
    ]


class AudienceDialog(Dialog):
    """Follows the state while it is open."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("Counted without names. The report says which product sold in which second.")
        super().__init__(parent, _("Audience and sales"), words, size=(620, 520))
        self._bridge = bridge
        grid = QGridLayout()
        grid.setSpacing(theme.px(14))
        self.figures = []
        for place, (name, figure) in enumerate(told(bridge.state.numbers)):
            shown = label("title", figure, wrap=True)
            shown.setAccessibleName(name)
            row, column = divmod(place, COLUMNS)
            grid.addWidget(shown, 2 * row, column)
            grid.addWidget(label("muted", name, wrap=True), 2 * row + 1, column)
            self.figures.append(shown)
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self.chat = self.add_button(Button(_("Chat as CSV …"), partial(self._save, "chat.csv"), tip=_("What was written")))
        tip = _("Tables of everything: products, orders, counts, polls, chat")
        self.tables = self.add_button(Button(_("Tables …"), partial(self._save, "report.zip"), tip=tip))
        self.report = self.add_button(Button(_("Open the report"), self._open_report, kind="primary"), default=True)
        bridge.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.refresh(self._bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        for shown, (_name, figure) in zip(self.figures, told(state.numbers), strict=True):
            if shown.text() != figure:
                shown.setText(figure)

    @property
    def _show(self) -> str:
        return self._bridge.state.show.id

    def _open_report(self) -> None:
        folder = data_dir() / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        path = f"/studio/shows/{self._show}/report.html?lang={language()}"
        self._bridge.download(path, folder / f"{self._show}.html", open_file)

    def _save(self, name: str) -> None:
        dialog = QFileDialog(self, _("Save"), str(Path.home() / f"{self._show}-{name}"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(
            lambda target: self._bridge.download(f"/studio/shows/{self._show}/{name}", Path(target), _kept)
        )
        dialog.open()


def open_file(path: Path) -> None:
    """Have the system show a file."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _kept(path: Path) -> None:
    open_file(path.parent)
