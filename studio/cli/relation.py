"""`vitrine relation`: what is kept about people, for a brand's own policies, and what they did before."""

import json
from pathlib import Path

import msgspec

from studio.cli.history import ZONE, bring_history
from studio.cli.parser import Parser, SubParser
from studio.i18n import LANGUAGES, N_, translate
from studio.paths import data_dir
from studio.server.config import Retention, load_config, sqlite_url
from studio.server.data_map import IN_BROWSERS, at_the_server

HEADS = (N_("Name"), N_("Where"), N_("What"), N_("For how long"), N_("Consent"))


def main(words: list[str]) -> int:
    about = (
        "What is kept about people: at the server (map), and in their browsers (storage), for a privacy and a cookie policy;\n"
        "and what they did before (import)."
    )
    parser = Parser("relation", about, "vitrine relation storage --language da")
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=SubParser)
    map_ = verbs.add_parser("map", help="every table with somebody in it: what, for how long, and what becomes of it")
    map_.add_argument("--config", type=Path, metavar="FILE.toml", help="the server's settings, for how long things are kept")
    storage = verbs.add_parser("storage", help="what pages of the shop keep in browsers, as a table (Markdown)")
    storage.add_argument("--language", choices=LANGUAGES, default="en", help="of the table")
    for verb in (map_, storage):
        verb.add_argument("--json", action="store_true", help="as JSON")
    bring = verbs.add_parser("import", help="what customers did before, from a file: it counts, and triggers nothing")
    bring.add_argument("file", type=Path, metavar="FILE", help="CSV or JSON with customer_id, timestamp, and event or order_id")
    bring.add_argument("--zone", default=ZONE, help=f"of times that name none (default: {ZONE})")
    bring.add_argument("--currency", default="", help="of prices that name none, such as DKK")
    bring.add_argument("--server", required=True, help="address of the show server")
    bring.add_argument("--token-file", type=Path, help="file with a token of the role shop (or set VITRINE_TOKEN)")
    bring.add_argument("--json", action="store_true", help="the result as JSON")
    options = parser.parse_args(words)
    if options.verb == "import":
        return bring_history(options)
    if options.verb == "map":
        _map(options.config, as_json=options.json)
    else:
        _storage(options.language, as_json=options.json)
    return 0


def _map(config: Path | None, *, as_json: bool) -> None:
    retention = load_config(config, sqlite_url(data_dir() / "shows.sqlite")).retention if config is not None else Retention()
    found = at_the_server(retention)
    if as_json:
        print(json.dumps(msgspec.to_builtins(found), indent=2))
        return
    for one in found:
        days = "until it is over" if one.days is None else "for ever" if not one.days else f"{one.days} days"
        consent = "with consent only" if one.consent else "-"
        print(f"{one.table:<18} {days:<17} {consent:<18} {one.forgotten:<22} {one.what}")


def _storage(language: str, *, as_json: bool) -> None:
    rows = [
        {
            "name": one.name,
            "where": translate(one.kind, language),
            "what": translate(one.what, language),
            "until": translate(one.until, language),
            "consent": translate(one.consent or N_("not needed: they asked for it"), language),
        }
        for one in IN_BROWSERS
    ]
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    print(f"| {' | '.join(translate(head, language) for head in HEADS)} |")
    print(f"|{'---|' * len(HEADS)}")
    for row in rows:
        print(f"| `{row['name']}` | {row['where']} | {row['what']} | {row['until']} | {row['consent']} |")
