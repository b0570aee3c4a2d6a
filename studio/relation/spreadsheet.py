"""Tables that spreadsheets open: what a stranger wrote is a text there, never a formula (OWASP, *CSV injection*)."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell must not begin with; also as wide letters, which some programs read alike."""


def safe(cell: object) -> str:
    """A cell that is shown as it is."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def written(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table (RFC 4180); without a header where one goes on."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    if header:
        writer.writerow(header)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
    return out.getvalue()
