"""OpenID Connect Core 1.0: the authorization code flow with PKCE (RFC 7636), state, nonce, and the issuer in the answer
(RFC 9207); Back-Channel Logout 1.0."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from studio.clock import Clock
from studio.errors import Unreachable
from studio.i18n import N_
from studio.server.config import Login
from studio.server.login.provider import Asked, Attempt, Who, refused, text

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "RS384", "ES384", "RS512", "ES512"]
"""Never none, and none that are signed with a secret both sides know."""
DAY_S, SKEW_S = 86_400, 60
"""So far may two clocks be apart."""
METADATA_MS, KEYS_MS = 3_600_000, 60_000
"""How long what a provider says of itself is believed; and how often at most its keys are read anew for one that is not known."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


class OidcProvider:
    """On the server's loop."""

    def __init__(self, settings: Login, secret: str, http: aiohttp.ClientSession, clock: Clock) -> None:
        self._settings = settings
        self._secret = secret
        self._asked = Asked(http)
        self._clock = clock
        self._metadata: dict[str, Any] = {}
        self._read_ms = 0
        self._keys: KeySet | None = None
        self._keys_ms = 0

    async def address(self, attempt: Attempt) -> str:
        metadata = await self._look()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": attempt.redirect,
            "scope": " ".join(self._settings.scopes),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        at = str(metadata["authorization_endpoint"])
        return f"{at}{'&' if '?' in at else '?'}{urlencode(query, quote_via=quote)}"

    async def who(self, attempt: Attempt, answer: Mapping[str, str]) -> Who:
        metadata = await self._look()
        if "iss" in answer and answer["iss"] != self._settings.issuer:
            raise refused()  # another provider's answer (a mix-up, RFC 9207)
        if metadata.get("authorization_response_iss_parameter_supported") and "iss" not in answer:
            raise refused()
        form = {"grant_type": "authorization_code", "code": answer.get("code", ""), "redirect_uri": attempt.redirect}
        form |= {"code_verifier": attempt.verifier}
        tokens = await self._exchange(metadata, form)
        claims = await self._claims(text(tokens, "id_token", 20_000))
        if not hmac.compare_digest(text(claims, "nonce").encode(), attempt.nonce.encode()):
            raise refused()
        return await self._person(metadata, claims, text(tokens, "access_token", 20_000))

    async def _person(self, metadata: Mapping[str, Any], claims: Mapping[str, Any], access: str) -> Who:
        """The claims that we take, of the token or, where they are not in it, of the provider's own answer about the person."""
        subject = text(claims, "sub")
        wanted = {self._settings.claim, *(("email",) if self._settings.email else ())}
        if wanted - claims.keys() and access and (at := text(metadata, "userinfo_endpoint", 2000)):
            more = await self._asked.get(at, access)
            if text(more, "sub") != subject:  # OpenID Connect Core 5.3.2: it may be about somebody else
                raise refused()
            claims = {**more, **claims}
        claim = text(claims, self._settings.claim)
        if not subject or not claim:
            raise refused()
        verified = self._settings.email and claims.get("email_verified") is True
        email = text(claims, "email", 254) if verified else ""
        return Who(subject=subject, claim=claim, session=text(claims, "sid"), email=email)

    async def logged_out(self, token: str) -> tuple[str, str]:
        claims = await self._claims(token)
        events = claims.get("events")
        if not isinstance(events, dict) or LOGOUT not in events or "nonce" in claims:
            raise refused()  # a token of a login is none of a logout
        subject, session = text(claims, "sub"), text(claims, "sid")
        if not subject and not session:
            raise refused()
        return subject, session

    # ── what the provider says ───────────────────────────────────────────────────────────────────────────────

    async def _look(self) -> dict[str, Any]:
        """What it says of itself (OpenID Connect Discovery 1.0)."""
        now_ms = self._clock.wall_ms()
        if self._metadata and 0 <= now_ms - self._read_ms < METADATA_MS:
            return self._metadata
        issuer = self._settings.issuer
        found = await self._asked.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise Unreachable(N_("The issuer calls itself something else: write it as it does"))
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not text(found, name, 2000):
                raise Unreachable(N_("Whoever logs people in does not say how"))
        self._metadata, self._read_ms = found, now_ms
        return found

    async def _exchange(self, metadata: Mapping[str, Any], form: dict[str, str]) -> dict[str, Any]:
        at, client = text(metadata, "token_endpoint", 2000), self._settings.client_id
        methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if not self._secret:
            return await self._asked.post(at, form | {"client_id": client})
        if "client_secret_basic" in methods:
            return await self._asked.post(at, form, (client, self._secret))
        return await self._asked.post(at, form | {"client_id": client, "client_secret": self._secret})

    async def _claims(self, token: str) -> dict[str, Any]:
        """What a token says that this provider signed for us, now."""
        claims = await self._signed(token)
        now_s = self._clock.wall_ms() / 1000
        audience = claims.get("aud")
        listed = [audience] if isinstance(audience, str) else audience
        client = self._settings.client_id
        if claims.get("iss") != self._settings.issuer or not isinstance(listed, list) or client not in listed:
            raise refused()
        if (len(listed) > 1 or "azp" in claims) and claims.get("azp") != client:
            raise refused()
        until_s, made_s = _moment_s(claims.get("exp")), _moment_s(claims.get("iat"))
        if now_s >= until_s + SKEW_S:
            raise refused()
        if not now_s - DAY_S < made_s <= now_s + SKEW_S:
            raise refused()
        return claims

    async def _signed(self, token: str) -> dict[str, Any]:
        """The claims of a token with a signature of theirs. A key that is not known may be new: the keys are read once more."""
        for again in (False, True):
            keys = await self._key_set(again=again)
            try:
                return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        raise refused()

    async def _key_set(self, *, again: bool) -> KeySet:
        now_ms = self._clock.wall_ms()
        fresh = 0 <= now_ms - self._keys_ms < (KEYS_MS if again else METADATA_MS)
        if self._keys is None or not fresh:
            metadata = await self._look()
            found = await self._asked.get(text(metadata, "jwks_uri", 2000))
            try:
                self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
            except (JoseError, ValueError, TypeError, KeyError):
                raise Unreachable(N_("Whoever logs people in does not say how")) from None
            self._keys_ms = now_ms
        return self._keys


def _moment_s(value: Any) -> float:
    """A moment of a token (RFC 7519, NumericDate); long ago for what is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
