"""What a visitor may know of a show: one function, for the page, the socket and the API."""

from typing import Any

from studio.server.room import Room


def public_show(room: Room, *, keyed: bool) -> dict[str, Any]:
    """The show as JSON-ready values. Without the key a rehearsal looks like a draft, and nothing of it is on air."""
    show = room.show
    state = room.public_state(keyed=keyed)
    return {
        "id": show.id,
        "title": show.title,
        "brand": show.brand,
        "state": state,
        "on_air": show.on_air and room.may_watch(keyed=keyed),
        "curtain": room.curtain and room.may_watch(keyed=keyed),
        "starts_at_ms": show.starts_at_ms,
        "live_since_ms": show.live_since_ms,
        "ended_at_ms": show.ended_at_ms,
        "media_ms": show.media_ms,
        "poster": show.poster,
        "viewers": show.viewers,
        "seq": show.seq,
        "products": room.shelf.public(),
        "pins": room.public_pins(keyed=keyed),
        "replay": f"/api/shows/{show.id}/replay" if state == "ended" and room.replay else None,
        "whep": f"/shows/{show.id}/whep",
        "socket": f"/shows/{show.id}/ws",
    }
