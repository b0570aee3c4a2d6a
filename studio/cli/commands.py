"""`vitrine commands`: everything that can be asked."""

import inspect
import json
from typing import Any

from studio.cli.parser import Parser
from studio.commands import signature
from studio.queries import ASKED, QUERIES


def main(words: list[str]) -> int:
    parser = Parser("commands", "List commands and queries, what they mean, who may use them.", "vitrine commands --json")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(words)
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "signature": signature(cls),
            "description": inspect.getdoc(cls) or "",
            "may": sorted(cls.may),
            "when": sorted(cls.when) if cls.when else None,
            "owner": cls.owner,
            "relayed": cls.relayed,
            "query": name in QUERIES,
        }
        for name, cls in ASKED.items()
    ]
    if options.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        notes = [f"may: {', '.join(map(str, row['may']))}"]
        if row["query"]:
            notes.append("answers, and changes nothing")
        if row["when"]:
            notes.append(f"while {', '.join(map(str, row['when']))}")
        if not row["relayed"]:
            notes.append("only at the desktop itself")
        print(f"{row['signature']}\n    {row['description']}\n    ({'; '.join(notes)})")
    return 0
