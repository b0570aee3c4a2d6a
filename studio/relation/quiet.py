"""When people are left in peace: no mail between nine in the evening and eight in the morning of theirs."""

from datetime import datetime, timedelta

from studio.relation.days import Zone

BEGINS, ENDS = 21, 8


def held_until_ms(at_ms: int, zone: Zone) -> int:
    """`at_ms`, or when the quiet hours that it falls into end."""
    wall = zone.wall(at_ms)
    if ENDS <= wall.hour < BEGINS:
        return at_ms
    day = wall.date() + timedelta(days=1 if wall.hour >= BEGINS else 0)
    return zone.moment_ms(datetime(day.year, day.month, day.day, ENDS))
