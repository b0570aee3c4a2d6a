"""The library as it goes to the server: small enough for every link. Pure."""

import msgspec

from studio.state.recording import Library, Recorded, Recording

MOST, WHOLE_BYTES, MARKS = 100, 96 << 10, 100


def slim(library: Library) -> Library:
    """The newest recordings; whole as long as there is room, then without marks, spans and clips. How long the one is that grows
    stands in the recording's own branch: the library is not told anew for it."""
    left = WHOLE_BYTES
    found: list[Recorded] = []
    for one in library.recordings[:MOST]:
        if one.state == "recording":
            one = msgspec.structs.replace(one, length_ms=0, size=0)
        left -= len(msgspec.json.encode(one))
        found.append(one if left >= 0 else msgspec.structs.replace(one, marks=(), spans=(), clips=(), products=one.products[:5]))
    return msgspec.structs.replace(library, recordings=tuple(found), used=sum(one.size for one in found))


def slim_recording(recording: Recording) -> Recording:
    """With its newest marks."""
    return msgspec.structs.replace(recording, marks=recording.marks[-MARKS:])
