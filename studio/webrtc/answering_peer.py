"""One browser's connection, which it offers and we answer: the part that viewers and calls have in common."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import aioice.ice
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCRtpTransceiver, RTCSessionDescription
from aiortc.codecs import get_capabilities
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.sdp import candidate_from_sdp

from studio.errors import InvalidValue, Overloaded
from studio.i18n import N_
from studio.webrtc.ice import CANDIDATES_MAX
from studio.webrtc.packet_sender import PacketSender

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 15.0
ANSWER_TIMEOUT_S = 10.0
GATHER_S = 0.5
UNANSWERABLE = N_("The description cannot be answered: it needs H.264 and Opus, ICE and DTLS, and a name (mid) for each section")


class AnsweringPeer:
    """`on_connected()` and `on_closed()` come on the loop, once each."""

    def __init__(self, servers: Sequence[RTCIceServer] = (), *, relay: bool = False) -> None:
        policy = RTCIceTransportPolicy.RELAY if relay else RTCIceTransportPolicy.ALL
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=list(servers), iceTransportPolicy=policy))
        self.video: PacketSender | None = None
        self.audio: PacketSender | None = None
        self.on_connected: Callable[[], None] = lambda: None
        self.on_closed: Callable[[], None] = lambda: None
        self.on_state: Callable[[str], None] = lambda state: None
        """ICE's state, as often as it changes."""
        self._closed = False
        self.remote_user = ""
        self._candidates = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def respond(self, offer: str) -> str:
        """Our answer to a checked offer, with all candidates. Raises `InvalidValue` for one that cannot be answered."""
        self._candidates = offer.count("\na=candidate:")
        connection = self._connection
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
                if "a=setup:passive" not in offer:
                    self._wait_for_dtls()
                answer = await connection.createAnswer()
                await connection.setLocalDescription(answer)
        except TimeoutError:
            raise Overloaded(N_("The server is too busy to answer")) from None
        except Exception:  # a stranger's SDP leads aiortc into many kinds of error, all of them the offer's
            log.debug("offer refused", exc_info=True)
            raise InvalidValue(UNANSWERABLE, field="sdp") from None
        self.remote_user = next(iter(_ice_users(offer)), "")
        return connection.localDescription.sdp

    def _wait_for_dtls(self) -> None:
        """Let the other side begin DTLS. Of its two round trips the last half is then ours, and pictures go with it. Who begins,
        as RFC 8842 (5.3) recommends and aiortc does, waits a whole round trip more before it may send the first one."""
        for transport in getattr(self._connection, "_RTCPeerConnection__dtlsTransports"):  # noqa: B009 - it has no getter
            if transport._role == "auto":
                transport._set_role("server")

    async def propose(self) -> str:
        """Our own offer, with all candidates, for what was added."""
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._connection.localDescription.sdp

    async def accept(self, answer: str) -> None:
        """The other side's answer to it. Raises `InvalidValue`."""
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        except Exception as error:  # a stranger's SDP leads aiortc into many kinds of error
            raise InvalidValue(UNANSWERABLE, field="sdp") from error

    @property
    def closed(self) -> bool:
        """Whether it has been left."""
        return self._closed

    @property
    def directions(self) -> list[str | None]:
        """What was agreed on for each section."""
        return [transceiver.currentDirection for transceiver in self._connection.getTransceivers()]

    def watch(self) -> None:
        """Begin to tell how it goes, and give up when nothing comes of it."""
        self._connection.on("connectionstatechange", self._changed)
        self._connection.on("iceconnectionstatechange", lambda: self.on_state(self._connection.iceConnectionState))
        self._spawn(self._give_up())
        self._changed()

    async def add_candidates(self, candidates: Sequence[tuple[str, str]]) -> None:
        """Add some as (mid, candidate line). Raises `InvalidValue`."""
        self._candidates += len(candidates)
        if self._candidates > CANDIDATES_MAX:
            raise InvalidValue(N_("A session has at most {count} candidates"), field="candidate", count=CANDIDATES_MAX)
        own = [transceiver.mid for transceiver in self._connection.getTransceivers() if not transceiver._bundled]
        try:
            for mid, line in candidates:
                candidate = candidate_from_sdp(line.removeprefix("candidate:"))
                candidate.sdpMid = mid if mid in own else own[0]  # bundled sections share the first one's transport
                await self._connection.addIceCandidate(candidate)
        except Exception:  # a stranger's candidate leads aiortc into many kinds of error
            raise InvalidValue(N_("This is no candidate"), field="candidate") from None

    async def close(self) -> None:
        """Leave: DTLS close_notify, sockets freed. A second call does nothing. `on_closed` is always told."""
        if self._closed:
            return
        self._closed = True
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        try:
            await self._connection.close()
        except Exception as error:  # aiortc's own close stumbles over what a bad offer has left half made
            log.debug("a connection was left half closed: %s", error)
            await self._free()
        finally:
            self.on_closed()

    async def _free(self) -> None:
        """Free what `RTCPeerConnection.close` did not come to: the sockets of transports that were made."""
        names = ("_RTCPeerConnection__transceivers", "_RTCPeerConnection__dtlsTransports", "_RTCPeerConnection__iceTransports")
        for part in (part for name in names for part in tuple(getattr(self._connection, name))):
            with contextlib.suppress(Exception):
                await part.stop()

    def add(self, kind: str, codecs: list[RTCRtpCodecCapability], direction: str) -> RTCRtpTransceiver:
        """A section that sends ready packets; to be added in the order of the offer, before it is applied."""
        transceiver = self._connection.addTransceiver(kind, direction=direction)
        transceiver.setCodecPreferences(codecs)
        old = transceiver.sender
        sender = PacketSender(kind, old.transport)
        sender._stream_id = old._stream_id
        setattr(transceiver, "_RTCRtpTransceiver__sender", sender)  # noqa: B010 - it has no setter
        transceiver.receiver._set_rtcp_ssrc(sender._ssrc)
        if kind == "video":
            self.video = sender
        else:
            self.audio = sender
        return transceiver

    def _changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected":
            self._spawn(self._announce())
        elif state in ("failed", "closed") and not self._closed:
            self._spawn(self.close())

    async def _announce(self) -> None:
        """aiortc calls the senders just after it reports `connected`."""
        async with asyncio.timeout(5):
            while not self._closed and not all(s.ready for s in (self.video, self.audio) if s):  # noqa: ASYNC110 - it has no event
                await asyncio.sleep(0.002)
        if not self._closed:
            self.on_connected()

    async def _give_up(self) -> None:
        await asyncio.sleep(CONNECT_TIMEOUT_S)
        if self._connection.connectionState != "connected":
            await self.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def codecs(kind: str, *mime_types: str) -> list[RTCRtpCodecCapability]:
    """What we can send or take of `mime_types`, in that order, pictures with their retransmission. Of H.264 only constrained
    baseline: what every browser takes."""
    known = get_capabilities(kind).codecs
    found = [codec for mime in mime_types for codec in known if codec.mimeType == mime]
    found = [codec for codec in found if codec.parameters.get("profile-level-id", "42e01f") == "42e01f"]
    return found + [codec for codec in known if codec.mimeType == "video/rtx"]


def _ice_users(text: str) -> list[str]:
    return [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("a=ice-ufrag:")]


_host_addresses = aioice.ice.get_host_addresses


def _with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """aioice leaves out 127.0.0.1; on a machine without a network it is all there is."""
    return _host_addresses(use_ipv4, use_ipv6) or ["127.0.0.1"]


aioice.ice.get_host_addresses = _with_loopback
_gather: Any = aioice.ice.Connection.get_component_candidates


async def _gather_briefly(self: Any, component: int, addresses: list[str], timeout: float = GATHER_S) -> Any:
    """aioice lets a STUN server that does not answer cost every viewer five seconds."""
    return await _gather(self, component, addresses, timeout=GATHER_S)


aioice.ice.Connection.get_component_candidates = _gather_briefly  # type: ignore[method-assign]
