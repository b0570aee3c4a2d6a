"""Facebook Login: plain OAuth 2 (RFC 6749) and the Graph API. It signs nothing for us, and does not say whether an address is
verified: so none is taken."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import aiohttp

from studio.server.config import Login
from studio.server.login.provider import Asked, Attempt, Who, refused, text

DIALOG, GRAPH = "https://www.facebook.com", "https://graph.facebook.com"
VERSION = "v21.0"


class FacebookProvider:
    """`issuer` in the settings, when there is one, stands for both hosts. On the server's loop."""

    def __init__(self, settings: Login, secret: str, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._secret = secret
        self._asked = Asked(http)

    async def address(self, attempt: Attempt) -> str:
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": attempt.redirect,
            "scope": "public_profile",
            "state": attempt.state,
        }
        return f"{self._settings.issuer or DIALOG}/{VERSION}/dialog/oauth?{urlencode(query, quote_via=quote)}"

    async def who(self, attempt: Attempt, answer: Mapping[str, str]) -> Who:
        graph = f"{self._settings.issuer or GRAPH}/{VERSION}"
        form = {"client_id": self._settings.client_id, "client_secret": self._secret, "code": answer.get("code", "")}
        form |= {"redirect_uri": attempt.redirect}
        tokens = await self._asked.post(f"{graph}/oauth/access_token", form)
        found = await self._asked.get(f"{graph}/me?fields=id", text(tokens, "access_token", 20_000))
        subject = text(found, "id")
        if not subject:
            raise refused()
        return Who(subject=subject, claim=subject)

    async def logged_out(self, token: str) -> tuple[str, str]:
        raise refused()  # it tells nobody
