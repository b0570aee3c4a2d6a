"""ICE servers for viewers: with credentials that end (draft-uberti-behave-turn-rest), as WHEP's Link headers (RFC 9725 4.6)."""

import base64
import hashlib
import hmac
import secrets

from studio.server.config import Ice, read_secret
from studio.webrtc.ice import IceServer


class IceServers:
    """Makes them anew for each viewer."""

    def __init__(self, ice: Ice) -> None:
        self._ice = ice
        self._secret = read_secret(ice.turn_secret_file, "ice.turn_secret_file").encode() if ice.turn else b""

    def at(self, now_s: float) -> list[IceServer]:
        """The servers for somebody who comes at Unix time `now_s`."""
        servers = [IceServer([url]) for url in self._ice.stun]
        if self._ice.turn:
            name = f"{round(now_s + self._ice.turn_hours * 3600)}:{secrets.token_hex(8)}"
            password = base64.b64encode(hmac.digest(self._secret, name.encode(), hashlib.sha1)).decode()
            servers.append(IceServer(list(self._ice.turn), name, password))
        return servers


def links(servers: list[IceServer]) -> list[str]:
    """Link header values, one for each address."""
    found = []
    for server in servers:
        secret = ""
        if server.username:
            secret = f'; username="{server.username}"; credential="{server.credential}"; credential-type="password"'
        found += [f'<{url}>; rel="ice-server"{secret}' for url in server.urls]
    return found
