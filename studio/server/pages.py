"""The viewer page, the list of shows, `/embed.js` and the files they load."""

import html
from pathlib import Path

from aiohttp import web

from studio import i18n, paths
from studio.i18n import N_, translate
from studio.server.public_show import public_show
from studio.server.room import Room
from studio.server.rooms import Rooms

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
NEEDS_JAVASCRIPT = N_("This show needs JavaScript to play.")
NO_SHOWS = N_("No shows yet.")
COMING_UP = N_("Coming up")
STATE_WORDS = {"live": N_("Live now"), "paused": N_("Live now"), "ended": N_("Ended")}
_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{title}</title>
<meta property="og:title" content="{title}">{image}
<link rel="icon" href="/assets/icons/vitrine.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/viewer/page.css">
<link rel="modulepreload" href="/assets/viewer/vitrine-show.js">
<script type="module" src="/assets/viewer/vitrine-show.js"></script>
<body>
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


def show_page(request: web.Request, room: Room, *, keyed: bool) -> web.Response:
    """`GET /shows/{id}`."""
    show = public_show(room, keyed=keyed)
    language = language_of(request)
    e = html.escape
    key = f' key="{e(request.query["key"])}"' if keyed else ""
    body = (
        f'<header class="brand"><span class="name">{e(show["brand"] or show["title"])}</span></header>\n'
        f'<main><vitrine-show show="{e(show["id"])}"{key} lang="{language}" poster="{e(show["poster"])}">'
        f"<noscript>{e(translate(NEEDS_JAVASCRIPT, language))}</noscript>"
        f"</vitrine-show></main>"
    )
    image = f'\n<meta property="og:image" content="{e(show["poster"])}">' if show["poster"] else ""
    return _page(language, show["title"], body, image)


async def index_page(request: web.Request, rooms: Rooms) -> web.Response:
    """`GET /`: the public shows of this server. Rehearsals and unlisted shows are not among them."""
    language = language_of(request)
    rows = []
    for row in await rooms.listed():
        state = translate(STATE_WORDS.get(row["state"], COMING_UP), language)
        rows.append(
            f'<li><a href="/shows/{html.escape(row["id"])}"><strong>{html.escape(row["title"])}</strong> '
            f"<span>{html.escape(state)}</span></a></li>"
        )
    title = translate(N_("Shows"), language)
    empty = f"<p>{html.escape(translate(NO_SHOWS, language))}</p>"
    body = f"<main class='index'><h1>{html.escape(title)}</h1>" + (f"<ul>{''.join(rows)}</ul>" if rows else empty) + "</main>"
    return _page(language, title, body, "")


def _page(language: str, title: str, body: str, image: str) -> web.Response:
    text = _PAGE.format(language=language, title=html.escape(title), body=body, image=image)
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})


def embed(request: web.Request) -> web.Response:
    """`GET /embed.js`: a module that defines `<vitrine-show>` on somebody else's page."""
    return _file(paths.assets() / "viewer" / "embed.js")


def asset(request: web.Request) -> web.Response:
    """`GET /assets/…`: the page's own files, and nothing outside their folders."""
    root = paths.assets().resolve()
    try:
        path = (root / request.match_info["path"]).resolve()
        if path.is_relative_to(root) and path.suffix in TYPES and path.is_file():
            return _file(path)
    except (OSError, ValueError):  # a name that no file can have: a NUL in it, or far too long
        pass
    raise web.HTTPNotFound


def _file(path: Path) -> web.Response:
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], headers={"Cache-Control": "public, max-age=300"})
