"""What the audience wrote, kept while the window changes its language or look."""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from studio.show.chat import ChatLine

KEPT = 10_000


class ChatLog:
    """The last ten thousand lines. `count` counts all that came, so that a reader knows which it has not seen."""

    def __init__(self) -> None:
        self.lines: deque[ChatLine] = deque(maxlen=KEPT)
        self.count = 0
        self.began = 0
        """Raised when lines were taken away: who shows them shows them anew."""

    def add(self, lines: Sequence[ChatLine]) -> None:
        """New lines."""
        self.lines.extend(lines)
        self.count += len(lines)

    def since(self, seen: int, most: int) -> list[ChatLine]:
        """Up to `most` of the lines that came after the first `seen`."""
        first = max(0, len(self.lines) - (self.count - seen))
        return list(islice(self.lines, first, first + most))

    def questions(self) -> list[ChatLine]:
        """Those that ask something."""
        return [line for line in self.lines if line.question]

    def end_rehearsal(self) -> None:
        """Take away what nobody said."""
        real = [line for line in self.lines if not line.simulated]
        if len(real) != len(self.lines):
            self.lines = deque(real, maxlen=KEPT)
            self.began += 1

    def clear(self) -> None:
        """Another show."""
        self.lines.clear()
        self.began += 1
