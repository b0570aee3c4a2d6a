"""What a customer leaves when nobody answers: words, a voice, a video."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.show.booking import CONTACT_MAX
from studio.show.call import Language, Name

TEXT_MAX = 2000
MessageKind = Literal["text", "sound", "video", "call"]
"""`call`: nobody left it; it is the film of a call."""
MessageState = Literal["new", "done"]


class LeftMessage(Struct, frozen=True, kw_only=True):
    """As a page sends it, beside the recording if there is one."""

    contact: Annotated[str, Meta(min_length=3, max_length=CONTACT_MAX)]
    """Where they want to be answered: an e-mail address or a telephone number."""
    name: Name = ""
    text: Annotated[str, Meta(max_length=TEXT_MAX)] = ""
    topic: Annotated[str, Meta(max_length=24)] = ""
    language: Language | None = None
    visitor: Annotated[str, Meta(max_length=200)] = ""


class CallMessage(Struct, frozen=True, kw_only=True):
    """As advisors see it. `size` is of the recording, in bytes; `by` who has seen to it."""

    id: str
    at_ms: int
    kind: MessageKind
    name: str = ""
    contact: str = ""
    text: str = ""
    topic: str = ""
    language: str = ""
    size: int = 0
    state: MessageState = "new"
    by: str = ""
