"""The show's plan: steps with notes and minutes, which one runs, what the teleprompter says, and the producer's cue."""

from typing import Annotated

from msgspec import Meta, Struct

from studio.show.product import AnyProduct

Words = Annotated[str, Meta(max_length=4000)]
Minutes = Annotated[float, Meta(ge=0, le=600)]
STEPS_MAX = 200
SCRIPT_MAX = 60_000


class Step(Struct, frozen=True, kw_only=True):
    """A part of the show. `scene` and `product` are ids, where the step has one."""

    id: Annotated[str, Meta(min_length=1, max_length=32)]
    title: Annotated[str, Meta(min_length=1, max_length=120)]
    notes: Words = ""
    minutes: Minutes = 0
    scene: Annotated[str, Meta(max_length=64)] = ""
    product: AnyProduct = ""


class Cue(Struct, frozen=True, kw_only=True):
    """A line for the host's eyes only; empty when there is none. `at_ms` is Unix time."""

    text: Annotated[str, Meta(max_length=200)] = ""
    by: str = ""
    at_ms: int = 0


class Rundown(Struct, frozen=True, kw_only=True):
    """`current` is the step that runs, since `since_ms` (Unix time); `done` are those behind it."""

    steps: tuple[Step, ...] = ()
    current: str = ""
    since_ms: int | None = None
    done: tuple[str, ...] = ()
    script: Annotated[str, Meta(max_length=SCRIPT_MAX)] = ""
    cue: Cue = Cue()
