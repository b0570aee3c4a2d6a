"""Rows of CSV and TSV files as shops, spreadsheets and scripts write them.

A quote that nobody closes would swallow the rest of the file: a row that grows beyond `ROW_MAX`, or that makes no sense over
several lines, is cut after its first line and reading goes on with the second.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from studio.errors import InvalidValue
from studio.i18n import N_

ROW_MAX = 2 << 20
"""Characters of one row."""
REREAD_MAX = 64 << 20
"""Characters that are read twice because of bad quotes; beyond them every line is a row."""
COLUMNS_MAX = 5000
csv.field_size_limit(5 << 20)  # of the whole process, and above ROW_MAX and a line: the limits here say it better


class Row(NamedTuple):
    """`line`: its first line in the file, from 1. `broken`: its quotes do not close, and what it says may be wrong."""

    line: int
    values: dict[str, str]
    broken: bool = False


class Table:
    """A table with a header. Raises `InvalidValue` when there is none."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self._taken: list[str] = []
        self._size = 0
        self._line = 0
        self._reread = 0
        self.delimiter = ""
        self.header = self._header()

    def _header(self) -> list[str]:
        while line := self._next_line():
            if line.lower().startswith("sep=") and len(line.strip()) == 5:
                self.delimiter = line[4]
            elif line.strip():
                self.delimiter = self.delimiter or sniffed(line)
                self._again.append(line)
                self._line -= 1
                self._reader = self._new_reader()
                fields, _ = self._row()
                if len(fields) > COLUMNS_MAX:
                    break
                return [column(name) for name in fields]
        raise InvalidValue(N_("The table has no header"))

    def rows(self, columns: Mapping[str, str]) -> Iterator[Row]:
        """The rows, with the header's `columns` by the names they have here. Empty cells and empty rows are left out; of
        two columns with one name the first that says something counts."""
        wanted = [(place, columns[name]) for place, name in enumerate(self.header) if name in columns]
        while True:
            line = self._line + 1
            fields, broken = self._row()
            if not self._taken:
                return
            count = len(fields)
            values: dict[str, str] = {}
            for place, name in wanted:
                if place < count and (value := fields[place].strip()) and name not in values:
                    values[name] = value
            if values or broken:
                yield Row(line, values, broken)

    def _next_line(self) -> str:
        line = self._again.pop() if self._again else next(self._lines, "")
        self._line += bool(line)
        return line

    def _feed(self) -> Iterator[str]:
        """Lines for the reader, which takes as many as a row needs; none when that becomes too many."""
        while self._size < (ROW_MAX if self._reread < REREAD_MAX or not self._size else 0) and (line := self._next_line()):
            self._taken.append(line)
            self._size += len(line)
            yield line

    def _row(self) -> tuple[list[str], bool]:
        """The next row, and whether it is broken. Nothing was taken: the file has ended."""
        self._taken, self._size = [], 0
        try:
            return next(self._reader, []), False
        except csv.Error:
            self._reader = self._new_reader()  # an error has ended the one before
            return self._first_line()

    def _new_reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self.delimiter, strict=True)

    def _first_line(self) -> tuple[list[str], bool]:
        """Only the first line of what was taken, read as it stands; the others are given back."""
        first, *others = self._taken
        self._reread += sum(map(len, others))
        self._line -= len(others)
        self._again.extend(reversed(others))
        self._taken = [first]
        try:
            fields = next(csv.reader([first], delimiter=self.delimiter), [])
        except csv.Error:
            return [], True
        return fields, bool(others) or not _closed(first)


def _closed(line: str) -> bool:
    return line.count('"') % 2 == 0


def sniffed(header: str) -> str:
    """What separates the header's names: a tab, a semicolon or a comma."""
    outside = "".join(header.split('"')[::2])
    return max("\t;,", key=outside.count)


def column(name: str) -> str:
    """A header's name for comparing: lower case, one space between words."""
    return " ".join(name.replace("\ufeff", "").split()).casefold()
