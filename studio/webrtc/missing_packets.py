"""Which RTP packets have not come, when to ask for them again, and when to give them up (RFC 4585 6.2.1). Pure."""

from collections.abc import Iterator

MISSING_MAX = 300
"""Beyond so many it is no loss but a break."""
ASKED_MAX = 12
"""Times a packet is asked for."""


class SequenceNumbers:
    """Counts 16 bit numbers on beyond the round (RFC 3550 A.1)."""

    def __init__(self) -> None:
        self._highest: int | None = None

    def extend(self, sequence: int) -> int:
        """The number that grows for ever."""
        if self._highest is None:
            self._highest = sequence
            return sequence
        difference = (sequence - self._highest + 0x8000) % 0x10000 - 0x8000
        extended = self._highest + difference
        self._highest = max(self._highest, extended)
        return extended


class MissingPackets:
    """Extended numbers in, numbers to ask for out. Times are seconds."""

    def __init__(self, give_up_s: float) -> None:
        self._give_up_s = give_up_s
        self._highest: int | None = None
        self._missing: dict[int, tuple[float, float, int]] = {}
        """Since when, when asked last, how often."""
        self.lost = 0
        """Given up."""

    def __len__(self) -> int:
        return len(self._missing)

    def add(self, sequence: int, now_s: float) -> None:
        """A packet has come."""
        if self._highest is None:
            self._highest = sequence
        elif sequence <= self._highest:
            self._missing.pop(sequence, None)
        else:
            if sequence - self._highest > MISSING_MAX:
                self.lost += sequence - self._highest - 1 + len(self._missing)
                self._missing.clear()
            else:
                for number in range(self._highest + 1, sequence):
                    self._missing[number] = (now_s, float("-inf"), 0)
            self._highest = sequence

    def due(self, now_s: float, again_s: float) -> list[int]:
        """Which to ask for now: those that were not asked for within `again_s`, about a round trip."""
        for number in [number for number, (since, _, _) in self._missing.items() if now_s - since > self._give_up_s]:
            del self._missing[number]
            self.lost += 1
        asked = []
        for number, (since, last, count) in self._missing.items():
            if now_s - last >= again_s and count < ASKED_MAX:
                asked.append(number)
                self._missing[number] = (since, now_s, count + 1)
        return asked

    def __iter__(self) -> Iterator[int]:
        return iter(self._missing)
