"""One viewer's connection: answers the offer, then carries ready packets."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import aioice.ice
from aiortc import (
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.codecs import get_capabilities
from aiortc.rtcrtpparameters import RTCRtpCodecCapability
from aiortc.sdp import candidate_from_sdp

from studio.errors import InvalidValue, Overloaded
from studio.i18n import N_
from studio.webrtc.packet_sender import PacketSender
from studio.webrtc.signalling import (
    CANDIDATES_MAX,
    checked_whep_offer,
    finished_answer,
    fragment_candidates,
)

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 15.0
ANSWER_TIMEOUT_S = 10.0
GATHER_S = 0.5


class RestartRefused(InvalidValue):
    """A PATCH asks for an ICE restart, which we cannot do; the session goes on (RFC 9725 4.3.3)."""

    code = "ice_restart"


class WhepPeer:
    """A viewer. `on_connected()` and `on_closed()` come on the loop, once each."""

    def __init__(self, stun: Sequence[str] = (), public_ip: str = "") -> None:
        servers = [] if public_ip else [RTCIceServer(urls=url) for url in stun]
        self._public_ip = public_ip
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self.video: PacketSender | None = None
        self.audio: PacketSender | None = None
        self.on_connected: Callable[[], None] = lambda: None
        self.on_closed: Callable[[], None] = lambda: None
        self._closed = False
        self._remote_user = ""
        self._candidates = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, body: bytes) -> str:
        """Our answer to the offer in `body`, with all candidates. Raises `InvalidValue` for a bad offer."""
        offer, kinds = checked_whep_offer(body)
        self._candidates = offer.count("\na=candidate:")
        for kind in kinds:
            self._add(kind)
        connection = self._connection
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                await connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
                answer = await connection.createAnswer()
                await connection.setLocalDescription(answer)
        except TimeoutError:
            raise Overloaded(N_("The server is too busy to answer")) from None
        except Exception as error:  # a stranger's SDP leads aiortc into many kinds of error, all of them the offer's
            log.debug("offer refused", exc_info=True)
            raise InvalidValue("The offer cannot be answered: {problem}", field="sdp", problem=error) from None
        if any(transceiver.currentDirection != "sendonly" for transceiver in connection.getTransceivers()):
            raise InvalidValue(N_("The offer has no codec in common with the show: H.264 and Opus are needed"), field="sdp")
        if "a=candidate:" not in connection.localDescription.sdp:
            raise Overloaded(N_("The server has no UDP port left"))
        self._remote_user = next(iter(_ice_users(offer)), "")
        connection.on("connectionstatechange", self._changed)
        self._spawn(self._give_up())
        self._changed()
        return finished_answer(connection.localDescription.sdp, self._public_ip)

    async def trickle(self, body: bytes) -> None:
        """Add the candidates of a fragment. Raises `InvalidValue`; another ICE user name is a restart: `RestartRefused`."""
        username, candidates = fragment_candidates(body)
        if username is not None and username != self._remote_user:
            raise RestartRefused(N_("ICE restart is not supported; start a new session"), field="ice-ufrag")
        self._candidates += len(candidates)
        if self._candidates > CANDIDATES_MAX:
            raise InvalidValue(N_("A session has at most {count} candidates"), field="candidate", count=CANDIDATES_MAX)
        own = [transceiver.mid for transceiver in self._connection.getTransceivers() if not transceiver._bundled]
        for mid, line in candidates:
            candidate = candidate_from_sdp(line.removeprefix("candidate:"))
            candidate.sdpMid = mid if mid in own else own[0]  # bundled sections share the first one's transport
            await self._connection.addIceCandidate(candidate)

    async def close(self) -> None:
        """Leave: DTLS close_notify, sockets freed. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        current = asyncio.current_task()
        for task in self._tasks:
            if task is not current:
                task.cancel()
        await self._connection.close()
        self.on_closed()

    def _add(self, kind: str) -> None:
        transceiver = self._connection.addTransceiver(kind, direction="sendonly")
        transceiver.setCodecPreferences(_codecs(kind))
        old = transceiver.sender
        sender = PacketSender(kind, old.transport)
        sender._stream_id = old._stream_id
        setattr(transceiver, "_RTCRtpTransceiver__sender", sender)  # noqa: B010 - it has no setter
        transceiver.receiver._set_rtcp_ssrc(sender._ssrc)
        if kind == "video":
            self.video = sender
        else:
            self.audio = sender

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


def _codecs(kind: str) -> list[RTCRtpCodecCapability]:
    """What we can send: Opus, or H.264 constrained baseline with its retransmission."""
    wanted = {"audio": "audio/opus", "video": "video/H264"}[kind]
    found = [codec for codec in get_capabilities(kind).codecs if codec.mimeType == wanted]
    if kind == "video":
        found = [codec for codec in found if codec.parameters.get("profile-level-id") == "42e01f"]
        found += [codec for codec in get_capabilities(kind).codecs if codec.mimeType == "video/rtx"]
    return found


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
