"""What is to be cut, as a value that goes from the studio to the process that cuts, and what comes back."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.show.film import CHAPTERS_MAX, Chapter

Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$(?!\n)")]
Aspect = Literal["source", "16:9", "9:16", "1:1", "4:5"]
RATIOS: dict[Aspect, tuple[int, int]] = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5)}


class LowerThird(Struct, frozen=True, kw_only=True):
    """Words on a band over the picture's lower part, for the clip's first seconds."""

    title: Annotated[str, Meta(max_length=120)]
    line: Annotated[str, Meta(max_length=200)] = ""


class EndCard(Struct, frozen=True, kw_only=True):
    """A card behind the clip: `brand` above, `title` large, `line` below it (a price, an address)."""

    title: Annotated[str, Meta(max_length=120)]
    line: Annotated[str, Meta(max_length=200)] = ""
    brand: Annotated[str, Meta(max_length=80)] = ""
    seconds: Annotated[float, Meta(ge=0.5, le=10)] = 3.0


class Job(Struct, frozen=True, kw_only=True):
    """One clip of the film `source`, from `begins_ms` to `ends_ms`, to the file `target`.

    `short_side` in pixels (of an upright clip its width), 0 for the source's. `follow` keeps the subject in the frame; without
    it `focus_x` (0 left … 1 right) says what is kept. `chapters` count from the clip's beginning. `threads` and `nice`: how much
    of the machine it may take beside a show.
    """

    source: str
    target: str
    begins_ms: Annotated[int, Meta(ge=0)]
    ends_ms: Annotated[int, Meta(ge=1)]
    aspect: Aspect = "source"
    short_side: Annotated[int, Meta(ge=0, le=2160)] = 0
    follow: bool = True
    focus_x: Annotated[float, Meta(ge=0, le=1)] = 0.5
    lower_third: LowerThird | None = None
    end_card: EndCard | None = None
    chapters: Annotated[list[Chapter], Meta(max_length=CHAPTERS_MAX)] = []
    threads: Annotated[int, Meta(ge=1, le=64)] = 2
    nice: Annotated[int, Meta(ge=0, le=19)] = 10
    accent: Colour = "#7aa7ff"


class ProxyJob(Struct, frozen=True, kw_only=True):
    """A smaller copy of the whole film `source`, to the file `target`. `threads` and `nice` as for a clip."""

    source: str
    target: str
    threads: Annotated[int, Meta(ge=1, le=64)] = 2
    nice: Annotated[int, Meta(ge=0, le=19)] = 10


class Done(Struct, frozen=True, kw_only=True):
    """The clip that was made: `size` in bytes."""

    length_ms: int
    size: int
    width: int
    height: int


class Failure(Struct, frozen=True, kw_only=True):
    """Why there is none: a `StudioError` of that code."""

    code: str
    message: str
    params: dict[str, str] = {}


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the cutting process: one of the three."""

    progress: float | None = None
    done: Done | None = None
    error: Failure | None = None


def is_lossless(job: Job) -> bool:
    """Whether it keeps the film's picture as it is, so that nothing has to be encoded."""
    return job.aspect == "source" and job.short_side == 0 and job.lower_third is None and job.end_card is None


def size_of(job: Job, width: int, height: int) -> tuple[int, int]:
    """The clip's size in pixels for a source of that size; both even. A `short_side` beyond the source's is kept: who wants 1080
    for an upright clip gets it."""
    across, down = RATIOS.get(job.aspect, (width, height))
    if not job.short_side:  # as much of the source as fits
        factor = min(width / across, height / down)
    else:
        factor = job.short_side / min(across, down)
    return max(2, round(across * factor / 2) * 2), max(2, round(down * factor / 2) * 2)
