"""How the audience may write, and what may be said of prices."""

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from studio.commands.chat import ChatRulesSet
from studio.commands.product import ShopSet
from studio.i18n import _
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button
from ui.widgets.form import Form, NoWheel, spin
from ui.widgets.label import label

WORDS_MAX = 500


class ChatRulesDialog(Dialog):
    """Sends everything with *Save*."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("The server keeps these rules for every page.")
        super().__init__(parent, _("Rules of the chat"), words, size=(540, 640))
        self._bridge = bridge
        shop = bridge.state.shop
        rules = shop.rules
        self.open_ = QCheckBox(_("The audience may write"))
        self.open_.setChecked(rules.open)
        self.hold = QCheckBox(_("Every line waits until somebody shows it"))
        self.hold.setChecked(rules.hold_all)
        self.defaults = QCheckBox(_("Use the built-in lists of insults"))
        self.defaults.setChecked(rules.defaults)
        self.slow = spin(_("Slow mode, seconds"), rules.slow_s, 0, 3600, whole=True)
        self.delay = spin(_("Delay before a line may come on the picture by itself, seconds"), rules.delay_s, 0, 60, whole=True)
        links = [(_("Refuse"), "block"), (_("Hold"), "hold"), (_("Allow"), "allow")]
        self.links = NoWheel(_("Links"), links)
        self.links.choose(rules.links)
        self.words = QPlainTextEdit("\n".join(rules.words))
        self.words.setAccessibleName(_("Words that hold a line"))
        self.words.setPlaceholderText(_("One word or expression a line; word* means whatever begins so"))
        self.words.setTabChangesFocus(True)
        self.words.setMinimumHeight(theme.px(110))
        claims = [(_("Lowest of 30 days (Denmark, EU)"), "eu30"), (_("Off: the law is another here"), "off")]
        self.claims = NoWheel(_("Before prices"), claims)
        self.claims.choose(shop.claims)
        for box in (self.open_, self.hold, self.defaults):
            self.body.addWidget(box)
        form = Form()
        form.add(_("Slow mode, seconds"), self.slow)
        form.add(_("Delay to the picture, seconds"), self.delay)
        form.add(_("Links"), self.links)
        self.body.addLayout(form)
        self.body.addWidget(label("muted", _("Words that hold a line")))
        self.body.addWidget(self.words)
        below = Form()
        below.add(_("Before prices"), self.claims)
        self.body.addLayout(below)
        self.body.addStretch(1)
        self.add_button(Button(_("Cancel"), self.reject))
        self.save = self.add_button(Button(_("Save"), self._save, kind="primary"), default=True)

    def _save(self) -> None:
        words = tuple(dict.fromkeys(filter(None, (line.strip()[:60] for line in self.words.toPlainText().splitlines()))))
        self._bridge.run(
            ChatRulesSet(
                open=self.open_.isChecked(),
                hold_all=self.hold.isChecked(),
                defaults=self.defaults.isChecked(),
                slow_s=int(self.slow.value()),
                delay_s=int(self.delay.value()),
                links=self.links.currentData(),
                words=words[:WORDS_MAX],
            )
        )
        if self.claims.currentData() != self._bridge.state.shop.claims:
            self._bridge.run(ShopSet(claims=self.claims.currentData()))
        self.accept()
