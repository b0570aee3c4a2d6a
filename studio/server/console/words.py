"""The console's words: the sentences of the whole product in another language, each by the English one."""

import gzip
from functools import lru_cache

import msgspec
from aiohttp import web

from studio import i18n
from studio.server.pages import language_of, packed_answer


@lru_cache(4)
def _packed(language: str) -> tuple[bytes, bytes]:
    body = msgspec.json.encode(i18n.catalogue(language))
    return body, gzip.compress(body, 9, mtime=0)


def words(request: web.Request) -> web.Response:
    """`GET /console/words?lang=`: nothing in English, which stands in the code."""
    return packed_answer(request, *_packed(language_of(request)), "application/json", "no-cache")
