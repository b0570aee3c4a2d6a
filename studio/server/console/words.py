"""The console's words: the sentences of the whole product in another language, each by the English one."""

import gzip
import hashlib
from functools import lru_cache

import msgspec
from aiohttp import web

from studio import i18n
from studio.server.pages import language_of


@lru_cache(4)
def _packed(language: str) -> tuple[bytes, str]:
    body = gzip.compress(msgspec.json.encode(i18n.catalogue(language)), 9, mtime=0)
    return body, f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'


def words(request: web.Request) -> web.Response:
    """`GET /console/words?lang=`: nothing in English, which stands in the code."""
    body, tag = _packed(language_of(request))
    headers = {"Cache-Control": "no-cache", "ETag": tag, "Vary": "Accept-Language, Accept-Encoding"}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return web.Response(body=body, content_type="application/json", headers=headers)
