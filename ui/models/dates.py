"""Days as people write them. Pure."""

from datetime import datetime

from babel.dates import format_datetime

from studio import i18n


def day_time(at_ms: int) -> str:
    """`22 Nov 2026 20:24`, of Unix milliseconds, where this machine is."""
    return format_datetime(datetime.fromtimestamp(at_ms / 1000), "d MMM y HH:mm", locale=i18n.language())
