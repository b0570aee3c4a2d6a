"""What the audience wrote, kept while the window changes its language or look."""

from collections import deque
from collections.abc import Iterable, Sequence

from studio.show.chat import ChatLine

KEPT = 10_000
CHANGES = 500


class ChatLog:
    """The last ten thousand lines by serial number, which goes on counting: so a reader knows which it has not seen. A line
    that comes again is the same line, changed."""

    def __init__(self) -> None:
        self.count = 0
        """The serial number of the newest line."""
        self.began = 0
        """Raised when lines were taken away: who shows them shows them anew."""
        self.revision = 0
        self.asked = self.held = 0
        """How many lines ask something, and wait for a moderator."""
        self._lines: dict[int, ChatLine] = {}
        self._serials: dict[str, int] = {}
        self._changes: deque[tuple[int, int]] = deque(maxlen=CHANGES)

    @property
    def lines(self) -> list[ChatLine]:
        """All of them, oldest first."""
        return list(self._lines.values())

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, lines: Iterable[ChatLine]) -> None:
        """New lines, or known ones that have changed."""
        for line in lines:
            serial = self._serials.get(line.id)
            if serial is not None:
                if self._lines[serial] != line:
                    self._change(serial, line)
                continue
            if line.state == "removed":
                continue
            self.count += 1
            self._lines[self.count] = line
            self._serials[line.id] = self.count
            self._count(line, 1)
            if len(self._lines) > KEPT:
                oldest = self._lines.pop(next(iter(self._lines)))
                del self._serials[oldest.id]
                self._count(oldest, -1)

    def get(self, serial: int) -> ChatLine | None:
        """The line of that number, while it is kept."""
        return self._lines.get(serial)

    def find(self, identity: str) -> ChatLine | None:
        """The line of that id."""
        return self._lines.get(self._serials.get(identity, -1))

    def remove(self, identity: str) -> None:
        """A line was taken away."""
        if (serial := self._serials.pop(identity, None)) is not None:
            self._count(self._lines.pop(serial), -1)
            self._note(serial)

    def since(self, seen: int, most: int) -> list[tuple[int, ChatLine]]:
        """Up to `most` lines with a number above `seen`."""
        first = max(seen + 1, next(iter(self._lines), seen + 1))  # lines that were taken away leave gaps
        found = []
        for serial in range(first, self.count + 1):
            if (line := self._lines.get(serial)) is not None:
                found.append((serial, line))
                if len(found) == most:
                    break
        return found

    def all(self) -> Sequence[tuple[int, ChatLine]]:
        """Every line with its number."""
        return tuple(self._lines.items())

    def changed_since(self, revision: int) -> list[int]:
        """Numbers of lines that changed or went after a revision; raises `LookupError` when that is too long ago to know."""
        if self._changes and self._changes[0][0] > revision + 1:
            raise LookupError
        return [serial for at, serial in self._changes if at > revision]

    def end_rehearsal(self) -> None:
        """Take away what nobody said."""
        self._keep({serial: line for serial, line in self._lines.items() if not line.simulated})

    def clear(self) -> None:
        """Another show."""
        self._keep({})
        self.began += 1

    def _keep(self, lines: dict[int, ChatLine]) -> None:
        if len(lines) != len(self._lines):
            self._lines = lines
            self._serials = {line.id: serial for serial, line in lines.items()}
            self.asked = self.held = 0
            for line in lines.values():
                self._count(line, 1)
            self.began += 1

    def _count(self, line: ChatLine, by: int) -> None:
        self.asked += by * asks(line)
        self.held += by * (line.state == "held")

    def _change(self, serial: int, line: ChatLine) -> None:
        self._count(self._lines[serial], -1)
        self._lines[serial] = line
        self._count(line, 1)
        self._note(serial)

    def _note(self, serial: int) -> None:
        self.revision += 1
        self._changes.append((self.revision, serial))


def asks(line: ChatLine) -> bool:
    """Whether somebody of the audience asks something."""
    return line.question and not line.staff
