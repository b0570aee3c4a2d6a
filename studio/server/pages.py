"""The viewer page, the list of shows, `/embed.js` and the files they load."""

import gzip
import hashlib
import html
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiohttp import web

from studio import i18n, paths
from studio.i18n import N_, translate
from studio.server.http_guard import FORMS
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.public_show import public_show

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
PACKED = frozenset({".js", ".css", ".svg", ".html", ".json"})
SHOP_TYPES = {".html": "text/html", ".json": "application/json"}
_IMPORTED = re.compile(r'((?:from|import\(?)\s*)"\./')
_HASHED = re.compile(r"-[0-9A-Z]{8}\.\w+$")
"""A name that says what is in the file: it never changes."""
FOR_EVER = "public, max-age=31536000, immutable"
NEEDS_JAVASCRIPT = N_("This show needs JavaScript to play.")
NO_SHOWS = N_("No shows yet.")
COMING_UP = N_("Coming up")
STATE_WORDS = {"live": N_("Live now"), "paused": N_("Live now"), "ended": N_("Ended")}
_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{title}</title>
<meta property="og:title" content="{title}">{head}
<link rel="icon" href="/assets/icons/vitrine.svg" type="image/svg+xml">
<link rel="stylesheet" href="{style}">
{script}<body>
{body}
</body>
</html>
"""


def language_of(request: web.Request) -> str:
    """Danish or English, as the visitor's browser prefers; `?lang=` wins."""
    if (asked := request.query.get("lang")) in i18n.LANGUAGES:
        return str(asked)
    best, weight = "en", 0.0
    for number, part in enumerate(request.headers.get("Accept-Language", "").split(",")[:20]):
        name, _, quality = part.replace(" ", "").partition(";q=")
        try:
            value = float(quality) if quality else 1.0
        except ValueError:
            value = 0.0
        short = name.lower()[:2]
        if short in i18n.LANGUAGES and value - number * 1e-6 > weight:
            best, weight = short, value - number * 1e-6
    return best


def show_page(request: web.Request, live: LiveShow, *, keyed: bool) -> web.Response:
    """`GET /shows/{id}`."""
    show = public_show(live, keyed=keyed)
    language = language_of(request)
    e = html.escape
    key = f' key="{e(request.query["key"])}"' if keyed else ""
    brand = f'<span class="name">{e(show["brand"])}</span>' if show["brand"] else ""
    body = (
        f'<header class="brand">{brand}<h1>{e(show["title"])}</h1></header>\n'
        f'<main><vitrine-show show="{e(show["id"])}"{key} lang="{language}" consent="bar" poster="{e(show["poster"])}">'
        f"<noscript>{e(translate(NEEDS_JAVASCRIPT, language))}</noscript>"
        f"</vitrine-show></main>"
    )
    image = f'\n<meta property="og:image" content="{e(show["poster"])}">' if show["poster"] else ""
    script = f"/assets/page/{_bundled()['vitrine-show.js'][0]}"
    return _page(language, show["title"], body, image + _preload(), script)


async def index_page(request: web.Request, live_shows: LiveShows) -> web.Response:
    """`GET /`: the public shows of this server. Rehearsals and unlisted shows are not among them."""
    language = language_of(request)
    rows = []
    for row in await live_shows.listed():
        state = translate(STATE_WORDS.get(row["state"], COMING_UP), language)
        rows.append(
            f'<li><a href="/shows/{html.escape(row["id"])}"><strong>{html.escape(row["title"])}</strong> '
            f"<span>{html.escape(state)}</span></a></li>"
        )
    title = translate(N_("Shows"), language)
    empty = f"<p>{html.escape(translate(NO_SHOWS, language))}</p>"
    body = f"<main class='index'><h1>{html.escape(title)}</h1>" + (f"<ul>{''.join(rows)}</ul>" if rows else empty) + "</main>"
    return _page(language, title, body, "")


def guest_page(request: web.Request) -> web.Response:
    """`GET /guest`: the green room; who comes is in the address, after `#`."""
    language = language_of(request)
    title = translate(N_("Green room"), language)
    without = html.escape(translate(NEEDS_JAVASCRIPT, language))
    body = f'<vitrine-guest lang="{language}"><noscript>{without}</noscript></vitrine-guest>'
    head = '\n<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">'
    return _page(language, title, body, head, script="/assets/viewer/guest/vitrine-guest.js")


def console_page(request: web.Request) -> web.Response:
    """`GET /console`: what staff use in a browser; who may see anything is asked once its script runs."""
    language = language_of(request)
    without = html.escape(translate(N_("The console needs JavaScript."), language))
    head = '\n<meta name="robots" content="noindex">\n<meta name="referrer" content="no-referrer">'
    body = f'<div id="console"><noscript>{without}</noscript></div>'
    title = translate(N_("Vitrine console"), language)
    return _page(language, title, body, head, script="/assets/console/console.js", style="/assets/console/console.css")


def plain_page(language: str, brand: str, heading: str, text: str, form: str = "", *, status: int = 200) -> web.Response:
    """A page without a script, for one person: nobody finds it by searching, and what is sent from it comes back to us. `form` is
    markup."""
    e = html.escape
    from_ = f'<p class="from">{e(brand)}</p>' if brand else ""
    body = f'<main class="plain">{from_}<h1>{e(heading)}</h1><p>{e(text)}</p>{form}</main>'
    response = _page(language, heading, body, '\n<meta name="robots" content="noindex">')
    response.set_status(status)
    response.headers["Cache-Control"] = "private, no-store"
    response[FORMS] = True
    return response


def dead_link(brand: str, problem: str, language: str) -> web.Response:
    """A link that is old, or none of ours."""
    return plain_page(language, brand, translate(N_("This link no longer works"), language), problem, status=404)


def _page(
    language: str, title: str, body: str, head: str, script: str = "", style: str = "/assets/viewer/page.css"
) -> web.Response:
    script = f'<script type="module" src="{script}"></script>\n' if script else ""
    text = _PAGE.format(language=language, title=html.escape(title), body=body, head=head, script=script, style=style)
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})


@lru_cache(1)
def _bundled() -> dict[str, list[str]]:
    """The bundle's files by the script that needs them, itself first (packaging/bundle.py)."""
    found: dict[str, list[str]] = _manifest()["scripts"]
    return found


def _manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((paths.assets() / "page" / "manifest.json").read_text(encoding="utf-8"))
    return found


def _preload() -> str:
    """The other modules of the player, which would otherwise be asked for one after the other."""
    _, *others = _bundled()["vitrine-show.js"]
    style = _manifest()["styles"]["vitrine-show.css"]
    scripts = "".join(f'\n<link rel="modulepreload" href="/assets/page/{name}">' for name in others)
    return f'{scripts}\n<link rel="preload" as="style" href="/assets/page/{style}">'


def embed(request: web.Request) -> web.Response:
    """`GET /embed.js`: a module that defines our elements on somebody else's page, each when one is there."""
    return _script(request, "embed.js")


def order_script(request: web.Request) -> web.Response:
    """`GET /order.js`: what a shop's receipt page needs, without the player."""
    return _script(request, "order.js")


def relation_script(request: web.Request) -> web.Response:
    """`GET /relation.js`: one line on every page of the shop."""
    return _script(request, "relation.js")


def _script(request: web.Request, entry: str) -> web.Response:
    """A script with a name of its own, which stands elsewhere than what it imports."""
    body = _lifted(paths.assets() / "page" / _bundled()[entry][0])
    return packed_answer(request, body, gzip.compress(body, 9, mtime=0), TYPES[".js"], "public, max-age=300")


def packed_answer(request: web.Request, body: bytes, packed: bytes, content_type: str, kept: str) -> web.Response:
    """What is made here and asked for again and again: packed where the browser unpacks it, and not at all where it has it.
    `kept` is how long that is nobody's question."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding", "ETag": tag}
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=packed, content_type=content_type, headers=headers | {"Content-Encoding": "gzip"})
    return web.Response(body=body, content_type=content_type, headers=headers)


@lru_cache(8)
def _lifted(path: Path) -> bytes:
    return _IMPORTED.sub(r'\1"./assets/page/', path.read_text(encoding="utf-8")).encode()


def asset(request: web.Request) -> web.Response:
    """`GET /assets/…`: the page's own files, and nothing outside their folders."""
    return _inside(request, paths.assets(), request.match_info["path"], TYPES)


def demo_shop_home(request: web.Request) -> web.Response:
    """`GET /demo/shop`."""
    raise web.HTTPMovedPermanently("/demo/shop/")


def demo_shop(request: web.Request) -> web.Response:
    """`GET /demo/shop/…`: a small shop to see the show in; only where a desktop serves its own machine."""
    return _inside(request, paths.assets() / "demo" / "shop", request.match_info["path"] or "index.html", TYPES | SHOP_TYPES)


def _inside(request: web.Request, root: Path, name: str, types: dict[str, str]) -> web.Response:
    root = root.resolve()
    try:
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.suffix in types and path.is_file():
            return _small(request, path, types)
    except (OSError, ValueError):  # a name that no file can have: a NUL in it, or far too long
        pass
    raise web.HTTPNotFound


def _file(path: Path, types: dict[str, str] = TYPES) -> web.Response:
    fresh = path.suffix in SHOP_TYPES or path.parent.name == "console"  # whose files must be of one version
    kept = "no-cache" if fresh else "public, max-age=300"
    if path.parent.name == "page" and _HASHED.search(path.name):
        kept = FOR_EVER
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding", "ETag": f'W/"{_digest(path, path.stat().st_mtime_ns)}"'}
    return web.Response(body=path.read_bytes(), content_type=types[path.suffix], headers=headers)


@lru_cache(512)
def _digest(path: Path, changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@lru_cache(128)
def _packed(path: Path, changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _small(request: web.Request, path: Path, types: dict[str, str]) -> web.Response:
    """A file, packed where the browser unpacks it and that is worth it."""
    response = _file(path, types)
    if response.headers["ETag"] in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers={name: response.headers[name] for name in ("Cache-Control", "Vary", "ETag")})
    if path.suffix in PACKED and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.body = _packed(path, path.stat().st_mtime_ns)
        response.headers["Content-Encoding"] = "gzip"
    return response
