"""One condition of a segment as a row of controls."""

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from studio.i18n import N_, _
from studio.relation.condition import Affinity, AnyCondition, Did, InSegment, Property, Rfm
from studio.relation.match import Match
from studio.relation.names import IN_WORDS, PRODUCT_VIEWED
from studio.state import State
from ui import theme
from ui.models.relation_words import PROPERTIES
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import NoWheel, spin
from ui.widgets.label import label

ABOUT = {"": N_("anything"), "products": N_("the product"), "categories": N_("the category"), "brands": N_("the brand")}
COMPARED = {"at least": N_("at least"), "at most": N_("at most"), "exactly": N_("exactly")}
FORMS = {
    "did": N_("did something"),
    "affinity": N_("likes a category or brand"),
    "property": N_("is somebody"),
    "rfm": N_("is a good customer"),
    "segment": N_("is in a segment"),
}
TESTS = {
    "is": N_("is"),
    "is not": N_("is not"),
    "contains": N_("contains"),
    "at least": N_("is at least"),
    "at most": N_("is at most"),
    "is empty": N_("is not known"),
}


def editable(condition: AnyCondition) -> bool:
    """Whether a row can show all of it."""
    match condition:
        case Did(match=Match() as match, minutes=None):
            asked = [words for words in (match.products, match.categories, match.brands) if words]
            if len(match.categories) > 1 or len(match.brands) > 1 or any("," in product for product in match.products):
                return False
            plain = not (match.shows or match.parts or match.page) and match.least_minor is None
            return len(match.names) == 1 and len(asked) <= 1 and plain
        case Affinity(of="category" | "brand") | Property() | InSegment() | Rfm():
            return not isinstance(condition, Property) or condition.compare in TESTS
    return False


class ConditionRow(QFrame):
    """`condition` as it is written now."""

    changed = Signal()
    removed = Signal()

    def __init__(self, state: State, condition: AnyCondition | None, own: str) -> None:
        super().__init__()
        self.setObjectName("step")
        self.kind = NoWheel(_("Kind of condition"), [(_(words), name) for name, words in FORMS.items()])
        self.remove = Button("×", self.removed.emit, kind="tool", tip=_("Take this condition away"))
        head = QHBoxLayout()
        head.addWidget(self.kind, 1)
        head.addWidget(self.remove)
        self.did, self.affinity, self.about, self.segment = DidPart(), AffinityPart(), PropertyPart(), SegmentPart(state, own)
        self.rfm = RfmPart()
        self._parts: dict[str, Part] = {
            "did": self.did,
            "affinity": self.affinity,
            "property": self.about,
            "rfm": self.rfm,
            "segment": self.segment,
        }
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(8)] * 4))
        rows.addLayout(head)
        for part in self._parts.values():
            rows.addWidget(part)
            part.changed.connect(self.changed)
        if condition is not None:
            name = str(type(condition).__struct_config__.tag)
            self._parts[name].fill(condition)
            self.kind.choose(name)
        self.kind.currentIndexChanged.connect(lambda _at: self._turn())
        self._turn()

    def _turn(self) -> None:
        for name, part in self._parts.items():
            part.setVisible(name == self.kind.currentData())
        self.changed.emit()

    @property
    def condition(self) -> AnyCondition:
        """The condition."""
        return self._parts[self.kind.currentData()].condition


class Part(QWidget):
    """The controls of one kind."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.row = FlowLayout(spacing=6)
        self.setLayout(self.row)

    def put(self, *widgets: QWidget) -> None:
        """In a row; what is changed is told."""
        for widget in widgets:
            self.row.addWidget(widget)
            if isinstance(widget, NoWheel):
                widget.currentIndexChanged.connect(lambda _at: self.changed.emit())
            elif isinstance(widget, QLineEdit):
                widget.textChanged.connect(lambda _text: self.changed.emit())
            elif isinstance(widget, QSpinBox):
                widget.valueChanged.connect(lambda _value: self.changed.emit())

    def fill(self, condition: AnyCondition) -> None:
        """Show it."""
        raise NotImplementedError

    @property
    def condition(self) -> AnyCondition:
        """As it is written."""
        raise NotImplementedError


def _number(name: str, value: int, low: int, high: int) -> QSpinBox:
    box = spin(name, value, low, high, whole=True)
    assert isinstance(box, QSpinBox)
    box.setKeyboardTracking(True)
    return box


def _line(name: str, hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    made.setMaxLength(255)
    made.setMinimumWidth(theme.px(170))
    return made


class DidPart(Part):
    """They did something so often."""

    def __init__(self) -> None:
        super().__init__()
        self.name = NoWheel(_("What they did"), [(_(words), name) for name, words in IN_WORDS.items()])
        self.name.choose(PRODUCT_VIEWED)
        self.about = NoWheel(_("With what"), [(_(words), name) for name, words in ABOUT.items()])
        self.what = _line(_("Which"), _("Number, or name of the category"))
        self.compare = NoWheel(_("How often"), [(_(words), name) for name, words in COMPARED.items()])
        self.times = _number(_("Times"), 1, 0, 100_000)
        self.days = _number(_("Days (0: ever)"), 7, 0, 3650)
        self.put(self.name, self.about, self.what, self.compare, self.times)
        self.row.addWidget(label("small", _("times, in the last")))
        self.put(self.days)
        self.row.addWidget(label("small", _("days (0: ever)")))
        self.about.currentIndexChanged.connect(lambda _at: self._turn())
        self._turn()

    def _turn(self) -> None:
        self.what.setVisible(bool(self.about.currentData()))

    def fill(self, condition: AnyCondition) -> None:
        assert isinstance(condition, Did)
        match = condition.match
        self.name.choose(match.names[0])
        about = next((name for name in ABOUT if name and getattr(match, name)), "")
        self.about.choose(about)
        self.what.setText(", ".join(getattr(match, about)) if about else "")
        self.compare.choose(condition.compare)
        self.times.setValue(condition.times)
        self.days.setValue(condition.days or 0)
        self._turn()

    @property
    def condition(self) -> AnyCondition:
        text = self.what.text().strip()
        listed = text.split(",") if self.about.currentData() == "products" else [text]  # a category may have a comma in its name
        words = tuple(filter(None, (word.strip() for word in listed)))
        about = {self.about.currentData(): words} if self.about.currentData() and words else {}
        match = msgspec.structs.replace(Match(names=(self.name.currentData(),)), **about)
        return Did(match=match, compare=self.compare.currentData(), times=self.times.value(), days=self.days.value() or None)


class AffinityPart(Part):
    """They like something."""

    def __init__(self) -> None:
        super().__init__()
        self.of = NoWheel(_("What they like"), [(_("the category"), "category"), (_("the brand"), "brand")])
        self.value = _line(_("Which"), _("Its name"))
        self.percent = _number(_("Share, per cent"), 20, 1, 100)
        self.put(self.of, self.value)
        self.row.addWidget(label("small", _("at least")))
        self.put(self.percent)
        self.row.addWidget(label("small", _("% of all that they do here")))

    def fill(self, condition: AnyCondition) -> None:
        assert isinstance(condition, Affinity)
        self.of.choose(condition.of)
        self.value.setText(condition.value)
        self.percent.setValue(condition.percent)

    @property
    def condition(self) -> AnyCondition:
        return Affinity(of=self.of.currentData(), value=self.value.text().strip() or "?", percent=self.percent.value())


class RfmPart(Part):
    """How good a customer they are."""

    def __init__(self) -> None:
        super().__init__()
        any_class = [(_("any"), 0), *((f"{number}", number) for number in range(5, 0, -1))]
        self.classes = {
            "recency": NoWheel(_("bought lately"), any_class),
            "frequency": NoWheel(_("bought often"), any_class),
            "money": NoWheel(_("bought for much"), any_class),
        }
        for box in self.classes.values():
            self.row.addWidget(label("small", box.accessibleName()))
            self.put(box)
        self.row.addWidget(label("small", _("5: the best fifth of who bought within a year")))

    def fill(self, condition: AnyCondition) -> None:
        assert isinstance(condition, Rfm)
        for name, box in self.classes.items():
            box.choose(getattr(condition, name) or 0)

    @property
    def condition(self) -> AnyCondition:
        return Rfm(**{name: box.currentData() or None for name, box in self.classes.items()})


class PropertyPart(Part):
    """Something about them."""

    def __init__(self) -> None:
        super().__init__()
        self.name = NoWheel(_("What about them"), [(_(words), name) for name, words in PROPERTIES.items()])
        self.compare = NoWheel(_("How it compares"), [(_(words), name) for name, words in TESTS.items()])
        self.value = _line(_("Value"), _("Value"))
        self.put(self.name, self.compare, self.value)

    def fill(self, condition: AnyCondition) -> None:
        assert isinstance(condition, Property)
        self.name.choose(condition.name)
        self.compare.choose(condition.compare)
        self.value.setText(condition.value)

    @property
    def condition(self) -> AnyCondition:
        return Property(name=self.name.currentData(), compare=self.compare.currentData(), value=self.value.text().strip())


class SegmentPart(Part):
    """They are in another segment."""

    def __init__(self, state: State, own: str) -> None:
        super().__init__()
        self.inside = NoWheel(_("In it or not"), [(_("is in"), True), (_("is not in"), False)])
        others = [(now.segment.name, now.segment.id) for now in state.relation.segments if now.segment.id != own]
        self.segment = NoWheel(_("Segment"), others or [(_("there is no other segment"), "")])
        self.put(self.inside, self.segment)

    def fill(self, condition: AnyCondition) -> None:
        assert isinstance(condition, InSegment)
        self.inside.choose(condition.inside)
        self.segment.choose(condition.segment)

    @property
    def condition(self) -> AnyCondition:
        return InSegment(segment=self.segment.currentData() or "none", inside=self.inside.currentData())
