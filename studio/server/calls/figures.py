"""How the desk does today: from what is stored, so that a server that was started anew says the same."""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.server.db import calls as rows
from studio.server.db.calls import CallTimes
from studio.state.calls import CallFigures, Sum

BOUGHT_MS = 24 * 3600 * 1000
"""What somebody orders so long after a call is said to have come of it."""


async def figures(engine: AsyncEngine, since_ms: int) -> CallFigures:
    """Today's figures, over the calls that came in since `since_ms` (Unix time)."""
    async with engine.connect() as connection:
        calls = await rows.times_since(connection, since_ms)
        sales = await rows.sales_since(connection, since_ms, BOUGHT_MS)
    return of(calls, sales)


def of(calls: Sequence[CallTimes], sales: Sequence[tuple[str, int]] = ()) -> CallFigures:
    """Of these calls. Missed is who left, or was let go, before anybody answered."""
    waits = sorted(call.wait_ms for call in calls if call.wait_ms is not None)
    lengths = sorted(
        call.ended_ms - call.answered_ms for call in calls if call.ended_ms is not None and call.answered_ms is not None
    )
    return CallFigures(
        answered=sum(call.answered_ms is not None for call in calls),
        missed=sum(call.answered_ms is None and call.ended_ms is not None for call in calls),
        wait_p50_s=_seconds(waits, 0.5),
        wait_p95_s=_seconds(waits, 0.95),
        length_p50_s=_seconds(lengths, 0.5),
        sold=sum(call.outcome == "sold" for call in calls),
        sales=tuple(Sum(currency=currency, minor=minor) for currency, minor in sales),
    )


def day_began_ms(now_ms: int, zone: str) -> int:
    """The midnight before, in the brand's time zone."""
    today = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone)).date()
    return round(datetime.combine(today, time(), ZoneInfo(zone)).timestamp() * 1000)


def _seconds(sorted_ms: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile, in whole seconds."""
    if not sorted_ms:
        return None
    rank = max(0, -(-len(sorted_ms) * share // 1) - 1)
    return round(sorted_ms[int(rank)] / 1000)
