"""The errors a person can meet: about ten classes, each with a stable code.

A message is a gettext msgid with named fields, so that the same error reads in the person's language wherever it is
shown: `str(error)` is English, `error.sentence(translate)` is any other. Codes go over the link, into HTTP problem
documents and exit statuses through the tables at the end of this file.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar


class StudioError(Exception):
    """Something a person can understand and act on.

    Args:
        message: an English sentence, a gettext msgid, with `{named}` fields.
        field: the input field at fault, when there is one (`scenes[2].items[0].source`).
        params: values for the named fields.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, /, *, field: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.sentence(lambda text: text)

    def sentence(self, translate: Callable[[str], str]) -> str:
        """The whole sentence in the language of `translate`, with the field in front when there is one."""
        text = self.problem(translate)
        return f"{self.field}: {text}" if self.field else text

    def problem(self, translate: Callable[[str], str]) -> str:
        """The sentence without the field."""
        template = translate(self.message)
        return template.format_map(self.params) if self.params else template


class InvalidValue(StudioError):
    """The input is malformed, out of range or unknown."""

    code = "invalid"


def invalid_message(error: Exception) -> InvalidValue:
    """What msgspec found wrong with a message, naming the field."""
    problem, _, field = str(error).partition(" - at `$.")
    return InvalidValue("{problem}", field=field.rstrip("`") or None, problem=problem)


class NotFound(StudioError):
    """No such scene, source, show or file."""

    code = "not_found"


class Forbidden(StudioError):
    """The actor's role may not do this, or not from where they are."""

    code = "forbidden"


class WrongState(StudioError):
    """The command makes no sense in the present state."""

    code = "wrong_state"


class Held(StudioError):
    """Somebody else holds the show; `holder` names them."""

    code = "held"


class ChangedSince(StudioError):
    """Undo refused: the object has moved on since."""

    code = "changed_since"


class Confirm(StudioError):
    """The command is guarded: send it again with this `confirm` code."""

    code = "confirm"

    def __init__(self, confirm: str) -> None:
        super().__init__("This needs a confirmation: send it again with confirm={confirm}", confirm=confirm)
        self.confirm = confirm


class Unreachable(StudioError):
    """The part that owns this command is not connected."""

    code = "unreachable"


class DeviceFailed(StudioError):
    """A camera, microphone, screen, file or encoder does not work, and why."""

    code = "device"


class Incompatible(StudioError):
    """The other side speaks another protocol version."""

    code = "protocol"


class Overloaded(StudioError):
    """Too much at once; try again later."""

    code = "overloaded"


BY_CODE: dict[str, type[StudioError]] = {
    cls.code: cls
    for cls in (
        StudioError,
        InvalidValue,
        NotFound,
        Forbidden,
        WrongState,
        Held,
        ChangedSince,
        Unreachable,
        DeviceFailed,
        Incompatible,
        Overloaded,
    )
}

HTTP_STATUS: dict[str, int] = {
    "error": 500,
    "invalid": 400,
    "not_found": 404,
    "forbidden": 403,
    "wrong_state": 409,
    "held": 409,
    "changed_since": 409,
    "confirm": 409,
    "unreachable": 503,
    "device": 503,
    "protocol": 426,
    "overloaded": 503,
}


def from_wire(code: str, message: str, field: str | None, params: Mapping[str, object]) -> StudioError:
    """The error another process sent, as the same class here."""
    if code == Confirm.code:
        return Confirm(str(params.get("confirm", "")))
    return BY_CODE.get(code, StudioError)(message, field=field, **params)
