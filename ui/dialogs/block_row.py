"""One block of a newsletter as a group of controls."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget

from studio.i18n import _
from studio.relation.action import ShowInformation
from studio.relation.newsletter import (
    AnyBlock,
    ListBlock,
    PictureBlock,
    ProductsBlock,
    ShowBlock,
    SlotBlock,
    TextBlock,
)
from studio.state import State
from ui import theme
from ui.models.newsletter_words import KINDS
from ui.widgets.button import Button
from ui.widgets.form import Form, NoWheel, spin

FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("text", "link", "link_text"),
    "picture": ("picture", "alt", "link"),
    "products": ("products", "add"),
    "list": ("most",),
    "slot": ("slot", "otherwise", "otherwise_text", "link", "link_text"),
    "show": (),
}
"""What each kind has besides its heading."""


class BlockRow(QFrame):
    """`block` as it is written now."""

    changed = Signal()
    removed = Signal()
    moved = Signal(int)

    def __init__(self, state: State, block: AnyBlock | None, slot: str) -> None:
        super().__init__()
        self.setObjectName("step")
        self._before = block
        self.kind = NoWheel(_("Kind of block"), [(_(words), name) for name, (_type, words) in KINDS.items()])
        self.up = Button("↑", lambda: self.moved.emit(-1), kind="tool", tip=_("This block before the one above"))
        self.down = Button("↓", lambda: self.moved.emit(1), kind="tool", tip=_("This block after the one below"))
        self.remove = Button("×", self.removed.emit, kind="tool", tip=_("Take this block away"))
        head = QHBoxLayout()
        head.addWidget(self.kind, 1)
        for button in (self.up, self.down, self.remove):
            head.addWidget(button)
        self._form = Form()
        self.title = self._line(_("Heading"), 120)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(_("Text"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(theme.px(96))
        self.text.textChanged.connect(self.changed)
        self.picture = self._line(_("Address of the picture"), 500, "https://…")
        self.alt = self._line(_("What is on it"), 120, _("For who cannot see it"))
        self.products = self._line(_("Products"), 32_767, _("Numbers, with commas between"))
        self._chosen: tuple[str, tuple[str, ...]] = ("", ())
        """What stands in the field, and which products that is: a number may have a comma in it."""
        self.add = NoWheel(_("Add"), [("", ""), *((product.title, product.id) for product in state.shop.products)])
        box = spin(_("At most"), 6, 1, 12, whole=True)
        assert isinstance(box, QSpinBox)
        self.most = box
        self.most.valueChanged.connect(lambda _value: self.changed.emit())
        self.slot = self._line(_("Slot in the mail"), 40, slot)
        self.slot.setText(slot)
        self.otherwise = self._line(_("Default heading"), 120, _("When no rule fits"))
        self.otherwise_text = self._line(_("Default text"), 600)
        self.link = self._line(_("Link"), 500, "https://…")
        self.link_text = self._line(_("Words of the button"), 120)
        names: Sequence[tuple[str, str, QWidget]] = (
            ("title", _("Heading"), self.title),
            ("text", _("Text"), self.text),
            ("picture", _("Picture"), self.picture),
            ("alt", _("What is on it"), self.alt),
            ("products", _("Products"), self.products),
            ("add", _("Add"), self.add),
            ("most", _("At most"), self.most),
            ("slot", _("Slot in the mail"), self.slot),
            ("otherwise", _("Default heading"), self.otherwise),
            ("otherwise_text", _("Default text"), self.otherwise_text),
            ("link", _("Link"), self.link),
            ("link_text", _("Words of the button"), self.link_text),
        )
        self._controls = {name: control for name, _words, control in names}
        for _name, words, control in names:
            self._form.add(words, control)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(8)] * 4))
        rows.addLayout(head)
        rows.addLayout(self._form)
        if block is not None:
            self._fill(block)
        self.kind.currentIndexChanged.connect(lambda _at: self._turn())
        self.add.activated.connect(lambda _at: self._add())
        self._turn()

    def _line(self, name: str, longest: int, hint: str = "") -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(hint)
        made.setMaxLength(longest)
        made.textChanged.connect(lambda _text: self.changed.emit())
        return made

    def _turn(self) -> None:
        """Show what the kind has."""
        shown = {"title", *FIELDS[self.kind.currentData()]}
        for name, control in self._controls.items():
            self._form.setRowVisible(control, name in shown)
        self.changed.emit()

    def _add(self) -> None:
        chosen = self.add.currentData()
        if chosen:
            self._choose((*self._listed, chosen))
        self.add.setCurrentIndex(0)

    def _choose(self, products: tuple[str, ...]) -> None:
        text = ", ".join(products)
        self._chosen = text, products
        self.products.setText(text)

    @property
    def _listed(self) -> tuple[str, ...]:
        text, products = self._chosen
        if self.products.text() == text:
            return products
        return tuple(dict.fromkeys(filter(None, (one.strip() for one in self.products.text().split(",")))))

    def _fill(self, block: AnyBlock) -> None:
        self.kind.choose(str(type(block).__struct_config__.tag))
        self.title.setText(block.title)
        match block:
            case TextBlock():
                self.text.setPlainText(block.text)
                self.link.setText(block.link)
                self.link_text.setText(block.link_text)
            case PictureBlock():
                self.picture.setText(block.picture)
                self.alt.setText(block.text)
                self.link.setText(block.link)
            case ProductsBlock():
                self._choose(block.products)
            case ListBlock():
                self.most.setValue(block.most)
            case SlotBlock():
                self.slot.setText(block.slot)
                if isinstance(block.default, ShowInformation):
                    self.otherwise.setText(block.default.title)
                    self.otherwise_text.setText(block.default.text)
                    self.link.setText(block.default.link)
                    self.link_text.setText(block.default.link_text)

    @property
    def block(self) -> AnyBlock:
        """The block."""
        title = self.title.text().strip()
        link, link_text = self.link.text().strip(), self.link_text.text().strip()
        match self.kind.currentData():
            case "text":
                return TextBlock(title=title, text=self.text.toPlainText().strip(), link=link, link_text=link_text)
            case "picture":
                return PictureBlock(title=title, picture=self.picture.text().strip(), text=self.alt.text().strip(), link=link)
            case "products":
                return ProductsBlock(title=title, products=self._listed)
            case "list":
                return ListBlock(title=title, most=self.most.value())
            case "slot":
                return SlotBlock(title=title, slot=self.slot.text().strip(), default=self._default(link, link_text))
            case _:
                return ShowBlock(title=title)

    def _default(self, link: str, link_text: str) -> ShowInformation | None:
        title, text = self.otherwise.text().strip(), self.otherwise_text.text().strip()
        before = self._before.default if isinstance(self._before, SlotBlock) else None
        if before is not None and not isinstance(before, ShowInformation) and not (title or text):
            return before  # type: ignore[return-value] # made elsewhere, kept as it is
        kept = before if isinstance(before, ShowInformation) else ShowInformation()
        made = msgspec.structs.replace(kept, title=title, text=text, link=link, link_text=link_text)
        return made if title or text or made.picture or made.clip else None
