"""STUN and TURN servers as the show server names them."""

from typing import Any

from aiortc import RTCIceServer


def ice_server(told: dict[str, Any]) -> RTCIceServer:
    """One of them."""
    return RTCIceServer(urls=told["urls"], username=told.get("username") or None, credential=told.get("credential") or None)
