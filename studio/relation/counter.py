"""How often and when somebody did something: a number per local day, so that one counter serves every window of days."""

from bisect import insort

from msgspec import Struct, field

TIMES = 20
"""So many of the newest moments are kept: windows of minutes look at them."""


class Counter(Struct, omit_defaults=True):
    """`days` from a day to how often; `times` the newest moments (Unix ms), oldest first."""

    days: dict[int, int] = field(default_factory=dict)
    times: list[int] = field(default_factory=list)
    first_ms: int | None = None

    def add(self, day: int, at_ms: int) -> None:
        """Once more."""
        self.days[day] = self.days.get(day, 0) + 1
        if self.first_ms is None or at_ms < self.first_ms:
            self.first_ms = at_ms
        insort(self.times, at_ms)
        del self.times[:-TIMES]

    @property
    def total(self) -> int:
        """Ever."""
        return sum(self.days.values())

    @property
    def last_ms(self) -> int | None:
        """The newest moment."""
        return self.times[-1] if self.times else None

    def since_day(self, day: int) -> int:
        """From a day on."""
        return sum(count for one, count in self.days.items() if one >= day)

    def since_ms(self, at_ms: int, until_ms: int) -> int:
        """After a moment, until another; at most `TIMES`."""
        return sum(1 for one in self.times if at_ms < one <= until_ms)
