#!/usr/bin/env bash
# aiortc: who answers an offer and sends the pictures waits half a round trip or more longer than necessary before the first one.
#
# What: to an offer with a=setup:actpass aiortc answers a=setup:active, as RFC 8842 (5.3) recommends, because the handshake may then
#   begin before the answer has arrived. With ICE that gains nothing: neither side may send before a pair of candidates works, and
#   the offering side, which controls ICE, is ready first. DTLS 1.2 takes two round trips. Whoever begins it has the third of its
#   four flights and is done when the fourth has come; whoever waits is done on receiving the third, half a round trip earlier, and
#   what it sends then travels with the fourth. A server of WHEP is both: it answers, and it is the one that sends.
# Versions: aiortc 1.16.0, aioice 0.13.0, Python 3.11.
# Seen on 2026-11-30, every datagram on its way for 100 ms (medians of five): from the offering side's ICE to the answering side's
#   "connected": a=setup:active 0.41 s, a=setup:passive 0.31 s.
# Why it matters: in Chromium, at the same delay, a live picture came 0.19 s earlier (1.50 s instead of 1.69 s). Set the
#   role of the DTLS transport to "server" between setRemoteDescription and createAnswer, where the offer did not ask for the other one.
# Needs: Debian package python3-venv; an address of the machine other than 127.0.0.1, which aioice leaves out.
set -euo pipefail
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install aiortc==1.16.0 aioice==0.13.0
cd "$work"
"$work/venv/bin/python" - <<'PY'
import asyncio
import statistics
import sys

import aioice.ice
from aiortc import RTCPeerConnection, RTCSessionDescription

ON_ITS_WAY_S = 0.1
arrived = aioice.ice.StunProtocol.datagram_received


def later(self, data, addr):
    asyncio.get_running_loop().call_later(ON_ITS_WAY_S, arrived, self, data, addr)


aioice.ice.StunProtocol.datagram_received = later


async def connect(role):
    """What was answered, and the seconds from the offering side's ICE to the answering side's connection."""
    offering, answering = RTCPeerConnection(), RTCPeerConnection()
    now, at, done = asyncio.get_running_loop().time, {}, asyncio.Event()

    @offering.on("iceconnectionstatechange")
    def _():
        if offering.iceConnectionState in ("connected", "completed"):
            at.setdefault("ice", now())

    @answering.on("connectionstatechange")
    def _():
        if answering.connectionState == "connected":
            at.setdefault("connected", now())
            done.set()

    offering.addTransceiver("video", direction="recvonly")
    answering.addTransceiver("video", direction="sendonly")
    await offering.setLocalDescription(await offering.createOffer())
    await answering.setRemoteDescription(RTCSessionDescription(offering.localDescription.sdp, "offer"))
    if role:
        for transport in answering._RTCPeerConnection__dtlsTransports:
            transport._set_role(role)
    await answering.setLocalDescription(await answering.createAnswer())
    said = "active" if "a=setup:active" in answering.localDescription.sdp else "passive"
    await offering.setRemoteDescription(RTCSessionDescription(answering.localDescription.sdp, "answer"))
    await asyncio.wait_for(done.wait(), 30)
    await asyncio.gather(offering.close(), answering.close())
    return said, at["connected"] - at["ice"]


async def main():
    taken = {}
    for role in ("", "server"):
        found = [await connect(role) for _ in range(5)]
        taken[found[0][0]] = statistics.median(seconds for _, seconds in found)
    print(*(f"a=setup:{said} {seconds:.2f} s" for said, seconds in taken.items()))
    if list(taken) != ["active", "passive"] or taken["active"] - taken["passive"] < ON_ITS_WAY_S:
        sys.exit("CHANGED")
    print("as stated")


asyncio.run(main())
PY
