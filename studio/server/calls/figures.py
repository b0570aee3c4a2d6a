"""How the desk does today: from what is stored, so that a server that was started anew says the same."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.server.db import calls as rows
from studio.server.db.calls import CallRow
from studio.show.price_claim import DAY_MS
from studio.state.calls import CallFigures


async def figures(engine: AsyncEngine, now_ms: int, since_ms: int | None = None) -> CallFigures:
    """Of the calls of today (UTC), or since then."""
    async with engine.connect() as connection:
        today = await rows.since(connection, now_ms - now_ms % DAY_MS if since_ms is None else since_ms)
    return of(today)


def of(calls: Sequence[CallRow]) -> CallFigures:
    """Of these calls. Missed is who left, or was let go, before anybody answered."""
    waits = sorted(row.wait_ms for row in calls if row.wait_ms is not None)
    lengths = sorted(row.ended_ms - row.answered_ms for row in calls if row.ended_ms is not None and row.answered_ms is not None)
    return CallFigures(
        answered=sum(row.answered_ms is not None for row in calls),
        missed=sum(row.answered_ms is None and row.state == "ended" for row in calls),
        wait_p50_s=_seconds(waits, 0.5),
        wait_p95_s=_seconds(waits, 0.95),
        length_p50_s=_seconds(lengths, 0.5),
    )


def _seconds(sorted_ms: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile, in whole seconds."""
    if not sorted_ms:
        return None
    rank = max(0, -(-len(sorted_ms) * share // 1) - 1)
    return round(sorted_ms[int(rank)] / 1000)
