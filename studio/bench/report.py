"""What a benchmark says: rows with a value, a unit and, where there is one, the bar it is held against."""

import statistics
from collections.abc import Sequence

from msgspec import Struct


class Row(Struct, frozen=True, kw_only=True):
    """One figure. `most`/`least` is the bar; `ok` says whether it holds. `against` is a bar too: the most that it may be of the
    same figure of the build before (`vitrine bench NAME --against PATH`)."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    against: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the bar is reached; true without one."""
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    def line(self) -> str:
        """For people."""
        bar = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}" if self.least is not None else ""
        verdict = ("  ok" if self.ok else "  MISSED") if bar else ""
        return f"{self.name:<58}{figure(self.value):>10} {self.unit:<8}{bar:>10}{verdict}"


def figure(value: float) -> str:
    """Two decimals, or as many more as a small number needs to be seen."""
    return f"{value:.2f}" if abs(value) >= 0.1 or not value else f"{value:.2g}"


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values) if values else float("nan")
