"""The teleprompter: where in the text one is. Pure; time is an argument."""

import re
from typing import NamedTuple

HEADING = "#"


class Line(NamedTuple):
    """A paragraph of the script; `first` is the number of its first word."""

    text: str
    heading: bool
    first: int
    words: int


def parse(script: str) -> tuple[Line, ...]:
    """The script's paragraphs. Lines that begin with # are headings: jumped to, and not spoken."""
    lines, at = [], 0
    for raw in script.splitlines():
        text = raw.strip()
        if not text:
            continue
        heading = text.startswith(HEADING)
        shown = text.lstrip(HEADING).strip() if heading else text
        words = 0 if heading else len(re.findall(r"\S+", shown))
        lines.append(Line(shown, heading, at, words))
        at += words
    return tuple(lines)


class Prompter:
    """Position in words, running or not."""

    def __init__(self, words_a_minute: int) -> None:
        self.lines: tuple[Line, ...] = ()
        self.words_a_minute = words_a_minute
        self.at = 0.0
        """Words behind us; the fraction is how far into the next."""
        self.running = False
        self._script = ""

    @property
    def total(self) -> int:
        """How many words there are."""
        return self.lines[-1].first + self.lines[-1].words if self.lines else 0

    @property
    def left_s(self) -> float:
        """How long the rest takes at this speed."""
        return (self.total - self.at) * 60 / self.words_a_minute

    def load(self, script: str) -> None:
        """Another text; where one is stays, as far as there is text."""
        if script != self._script:
            self._script = script
            self.lines = parse(script)
            self.at = min(self.at, float(self.total))

    def toggle(self) -> None:
        """Run or pause; at the end it begins anew."""
        if not self.running and self.at >= self.total:
            self.at = 0.0
        self.running = not self.running and self.total > 0

    def advance(self, seconds: float) -> None:
        """Time passes."""
        if self.running:
            self.at = min(float(self.total), self.at + seconds * self.words_a_minute / 60)
            self.running = self.at < self.total

    def jump(self, direction: int) -> None:
        """To the next (1) or previous (-1) heading, or to the beginning or end."""
        starts = [0, *(line.first for line in self.lines if line.heading), self.total]
        if direction > 0:
            self.at = float(min((start for start in starts if start > self.at + 0.5), default=self.total))
        else:
            self.at = float(max((start for start in starts if start < self.at - 1.5), default=0))

    def faster(self, by: int) -> None:
        """Words a minute more or less."""
        self.words_a_minute = min(300, max(40, self.words_a_minute + by))
