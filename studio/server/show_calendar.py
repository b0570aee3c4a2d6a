"""A show as an appointment (RFC 5545)."""

from urllib.parse import urlsplit

from aiohttp import web

from studio.server.live.show import LiveShow
from studio.show.calendar_file import escaped, quoted, stamp, written

SHOW_MS = 3600 * 1000
"""How long a show is said to last."""


def calendar(live: LiveShow, url: str) -> web.Response:
    """`GET /shows/{show}/calendar.ics`: 404 while nobody knows when it begins."""
    show = live.show
    if show.starts_at_ms is None:
        raise web.HTTPNotFound

    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vitrine//Show//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{show.id}@{urlsplit(url).hostname}",
        f"DTSTAMP:{stamp(live.wall_ms)}",
        f"DTSTART:{stamp(show.starts_at_ms)}",
        f"DTEND:{stamp(show.starts_at_ms + SHOW_MS)}",
        f"SUMMARY:{escaped(show.title)}",
        f"ORGANIZER;CN={quoted(show.brand or show.title)}:mailto:no-reply@{urlsplit(url).hostname}",
        f"URL:{url}/shows/{show.id}",
        f"DESCRIPTION:{escaped(url)}/shows/{show.id}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(show.title)}",
        "TRIGGER:-PT10M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    headers = {"Content-Disposition": f'attachment; filename="{show.id}.ics"'}
    return web.Response(text=written(lines), content_type="text/calendar", charset="utf-8", headers=headers)
