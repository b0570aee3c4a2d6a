"""A form for any settings struct: the field's type is its control, the table of labels its name."""

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import Struct
from PySide6.QtWidgets import QWidget

from studio.i18n import _
from ui.models.forms import Field, fields
from ui.models.labels import CHOICES, FIELDS
from ui.widgets.form import Form, control, show_value

Tell = Callable[[str, Any], None]


class StructForm(QWidget):
    """`tell(name, value)` when a field is changed. `choices` may replace those of some of the controls."""

    def __init__(
        self,
        struct: type[Struct],
        values: dict[str, Any],
        tell: Tell,
        *,
        leave_out: frozenset[str] = frozenset(),
        choices: dict[str, list[tuple[str, Any]]] | None = None,
    ) -> None:
        super().__init__()
        self.controls: dict[str, QWidget] = {}
        self._tell = tell
        self._defaults: dict[str, Any] = {}
        self._form = Form()
        self.setLayout(self._form)
        for field in fields(struct, leave_out=leave_out):
            self._add(field, values.get(field.name, field.default), (choices or {}).get(field.name))

    def show_values(self, values: dict[str, Any], choices: dict[str, list[tuple[str, Any]]] | None = None) -> None:
        """Other values, in the same controls: who writes in one goes on writing."""
        for name, made in self.controls.items():
            show_value(made, values.get(name, self._defaults[name]), (choices or {}).get(name))

    def _add(self, field: Field, value: Any, given: list[tuple[str, Any]] | None) -> None:
        name = _(FIELDS[field.name])
        words = given if given is not None else [(_(CHOICES[choice]), choice) for choice in field.choices]
        made = control(
            "choice" if given is not None else field.kind,
            name,
            value,
            partial(self._changed, field),
            low=field.low,
            high=field.high,
            choices=words,
            length=field.length,
            alpha=field.alpha,
            browse=(_("Choose …"), _("Choose a file")),
        )
        self.controls[field.name] = made
        self._defaults[field.name] = field.default
        self._form.add(name, made)

    def _changed(self, field: Field, value: Any) -> None:
        self._tell(field.name, float(value) if field.kind == "float" else value)
