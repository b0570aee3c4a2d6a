"""Why something was decided, as a sentence that can be read in the reader's language."""

from collections.abc import Callable, Mapping
from typing import Any, Union

from msgspec import Struct

Values = Mapping[str, Union["Reason", str, int, float]]
"""What stands in the fields of a sentence."""


class Reason(Struct, frozen=True):
    """`message` is a gettext msgid with named fields; `params` are their values, which may be reasons themselves."""

    message: str
    params: Values = {}

    def sentence(self, translate: Callable[[str], str]) -> str:
        """The whole sentence."""
        values = {name: _said(value, translate) for name, value in self.params.items()}
        return translate(self.message).format_map(values)

    def __str__(self) -> str:
        return self.sentence(lambda text: text)


def _said(value: Any, translate: Callable[[str], str]) -> str:
    if isinstance(value, Reason):
        return value.sentence(translate)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
