"""One viewer's connection: answers the offer, then carries ready packets."""

from collections.abc import Sequence

from aiortc import RTCIceServer

from studio.errors import InvalidValue, Overloaded
from studio.i18n import N_
from studio.webrtc.answering_peer import AnsweringPeer, codecs
from studio.webrtc.signalling import checked_whep_offer, finished_answer, fragment_candidates

MIME = {"audio": "audio/opus", "video": "video/H264"}


class RestartRefused(InvalidValue):
    """A PATCH asks for an ICE restart, which we cannot do; the session goes on (RFC 9725 4.3.3)."""

    code = "ice_restart"


class WhepPeer(AnsweringPeer):
    """A viewer."""

    def __init__(self, stun: Sequence[str] = (), public_ip: str = "") -> None:
        super().__init__([] if public_ip else [RTCIceServer(urls=url) for url in stun])
        self._public_ip = public_ip

    async def answer(self, body: bytes) -> str:
        """Our answer to the offer in `body`, with all candidates. Raises `InvalidValue` for a bad offer."""
        offer, kinds = checked_whep_offer(body)
        for kind in kinds:
            self.add(kind, codecs(kind, MIME[kind]), "sendonly")
        answer = await self.respond(offer)
        if any(direction != "sendonly" for direction in self.directions):
            raise InvalidValue(N_("The offer has no codec in common with the show: H.264 and Opus are needed"), field="sdp")
        if "a=candidate:" not in answer:
            raise Overloaded(N_("The server has no UDP port left"))
        self.watch()
        return finished_answer(answer, self._public_ip)

    async def trickle(self, body: bytes) -> None:
        """Add the candidates of a fragment. Raises `InvalidValue`; another ICE user name is a restart: `RestartRefused`."""
        username, candidates = fragment_candidates(body)
        if username is not None and username != self.remote_user:
            raise RestartRefused(N_("ICE restart is not supported; start a new session"), field="ice-ufrag")
        await self.add_candidates(candidates)
