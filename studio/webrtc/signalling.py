"""The rules of WHIP and WHEP about SDP: pure functions on text. Sources: RFC 9725, draft-ietf-wish-whep."""

import re

from aiortc import sdp

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.webrtc.ice import CANDIDATES_MAX

SDP_MAX = 64 * 1024
MEDIA = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"
_ODD = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
"""Control characters that no SDP has (RFC 8866 9), among them a CR alone: only some readers see a line's end there."""
_MID = re.compile(r"[!#$%&'*+.^_`{|}~0-9A-Za-z-]{1,32}")
"""A token (RFC 5888 4); browsers write 0 and 1. It goes into a header extension, and into our answer."""


def checked_whep_offer(body: bytes) -> tuple[str, list[str]]:
    """A viewer's offer, ready to be answered, and the kinds of its m-lines in order; raises `InvalidValue`.

    `.local` candidates are taken out: resolving them costs a second of mDNS for nothing, the peer's real address
    arrives with its first STUN check. So is the end of candidates, after which aioice would not wait for that.
    """
    text, parsed = _parsed(body)
    kinds = _kinds(parsed)
    if any(media.direction not in ("recvonly", "sendrecv") for media in parsed.media):
        raise InvalidValue(N_("A viewer's offer must be willing to receive"), field="sdp")
    return without_names(text), kinds


def checked_call_offer(body: bytes) -> tuple[str, list[str]]:
    """The same for a call's, which goes both ways and has sound and pictures. Raises `InvalidValue`."""
    text, parsed = _parsed(body)
    kinds = _kinds(parsed)
    if sorted(kinds) != ["audio", "video"] or any(media.direction != "sendrecv" for media in parsed.media):
        raise InvalidValue(N_("A call's offer has sound and pictures, both ways"), field="sdp")
    return without_names(text), kinds


def usable_candidate(line: str) -> str | None:
    """A candidate as a browser writes it, when we can use it: `candidate:…` over UDP, with an address."""
    line = line.removeprefix("a=").strip()
    return line if line.startswith("candidate:") and len(line) < 300 and _usable(line) else None


def _parsed(body: bytes) -> tuple[str, sdp.SessionDescription]:
    if len(body) > SDP_MAX:
        raise InvalidValue(N_("The offer is too large"), field="sdp")
    if _ODD.search(body):
        raise InvalidValue(N_("The body is not a valid SDP offer"), field="sdp")
    try:
        text = body.decode()
        parsed = sdp.SessionDescription.parse(text)
    except Exception:  # aiortc's parser raises whatever the stranger's text leads it into
        raise InvalidValue(N_("The body is not a valid SDP offer"), field="sdp") from None
    if text.count("\na=candidate:") > CANDIDATES_MAX:
        raise InvalidValue(N_("A session has at most {count} candidates"), field="sdp", count=CANDIDATES_MAX)
    return text, parsed


def _kinds(parsed: sdp.SessionDescription) -> list[str]:
    """The kinds of the sections, in their order, each once, with what a connection needs."""
    kinds = [media.kind for media in parsed.media]
    if not kinds or not set(kinds) <= {"audio", "video"}:
        raise InvalidValue(N_("The offer needs an audio or a video section, and nothing else"), field="sdp")
    if len(kinds) != len(set(kinds)):
        raise InvalidValue(N_("The offer has more than one section of a kind"), field="sdp")
    mids = [media.rtp.muxId for media in parsed.media]
    if not all(map(_MID.fullmatch, mids)) or len(mids) != len(set(mids)):
        raise InvalidValue(N_("Each section of the offer needs a name of its own (a=mid)"), field="sdp")
    for media in parsed.media:
        if media.ice is None or media.ice.usernameFragment is None or media.ice.password is None:
            raise InvalidValue(N_("The offer lacks ICE credentials"), field="sdp")
        if media.dtls is None or not media.dtls.fingerprints:
            raise InvalidValue(N_("The offer lacks a DTLS fingerprint"), field="sdp")
    return kinds


def without_names(text: str) -> str:
    pattern = r"^a=(candidate:\S+ \d+ \S+ \d+ \S+\.local .*|end-of-candidates)\r?\n"
    return re.sub(pattern, "", text, flags=re.MULTILINE | re.IGNORECASE)


def finished_answer(text: str, public_ip: str = "") -> str:
    """Our answer with what RFC 9725 asks for and aiortc leaves out: `rtcp-mux-only`.

    `public_ip` is where this machine is reached from outside: a copy of each candidate of its own with that address.
    """
    text = re.sub(r"^a=rtcp-mux\r?$", "a=rtcp-mux\r\na=rtcp-mux-only\r", text, flags=re.MULTILINE)
    if not public_ip:
        return text
    family = r"\d+(?:\.\d+){3}" if "." in public_ip else r"[0-9a-fA-F]*:[0-9a-fA-F:]+"
    host = rf"^(a=candidate:)(\S+ \d+ udp \d+ ){family}( \d+ typ host)"
    return re.sub(rf"{host}\r\n", rf"\g<0>\g<1>9\g<2>{public_ip}\g<3>\r\n", text, flags=re.MULTILINE)


def fragment_candidates(body: bytes) -> tuple[str | None, list[tuple[str, str]]]:
    """A trickle fragment's ICE user name and its candidates as (mid, candidate line). Raises `InvalidValue`.

    Candidates that cannot be used (TCP, `.local`, malformed) are left out, as RFC 9725 4.3.1 asks.
    """
    if len(body) > SDP_MAX:
        raise InvalidValue(N_("The fragment is too large"), field="body")
    if _ODD.search(body):
        raise InvalidValue(N_("The fragment is not text"), field="body")
    try:
        lines = [line.removesuffix("\r") for line in body.decode().split("\n")]
    except UnicodeDecodeError:
        raise InvalidValue(N_("The fragment is not text"), field="body") from None
    username, mid, found = None, "0", []
    for line in filter(None, lines):
        if not re.match(r"^[a-z]=", line):
            raise InvalidValue(N_("The body is not an SDP fragment"), field="body")
        if line.startswith("a=ice-ufrag:"):
            username = line.partition(":")[2].strip()
        elif line.startswith("a=mid:"):
            mid = line.partition(":")[2].strip()
        elif line.startswith("a=candidate:") and _usable(line[2:]):
            found.append((mid, line[2:]))
    return username, found


def _usable(line: str) -> bool:
    try:
        candidate = sdp.candidate_from_sdp(line.removeprefix("candidate:"))
    except (AssertionError, ValueError):
        return False
    return candidate.protocol.lower() == "udp" and not candidate.ip.lower().endswith(".local") and 0 < candidate.port < 65536
