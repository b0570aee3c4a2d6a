"""What a visitor may know of a show: one function, for the page, the socket and the API."""

from typing import Any

from studio.server.live.show import LiveShow


def public_show(live: LiveShow, *, keyed: bool) -> dict[str, Any]:
    """The show as JSON-ready values. Without the key a rehearsal looks like a draft, and nothing of it is on air."""
    show = live.show
    state = live.public_state(keyed=keyed)
    return {
        "id": show.id,
        "title": show.title,
        "brand": show.brand,
        "state": state,
        "on_air": show.on_air and live.may_watch(keyed=keyed),
        "curtain": live.stream.curtain and live.may_watch(keyed=keyed),
        "starts_at_ms": show.starts_at_ms,
        "live_since_ms": show.live_since_ms,
        "ended_at_ms": show.ended_at_ms,
        "media_ms": show.media_ms,
        "poster": show.poster,
        "viewers": show.viewers,
        "seq": show.seq,
        "products": live.shelf.public(),
        "pins": live.pages.pins(keyed=keyed),
        "replay": f"/api/shows/{show.id}/replay" if state == "ended" and live.replay else None,
        "whep": f"/shows/{show.id}/whep",
        "socket": f"/shows/{show.id}/ws",
    }
