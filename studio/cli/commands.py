"""`vitrine commands`: everything that can be asked."""

import inspect
import json
from typing import Any

from studio.cli.parser import Parser
from studio.commands import COMMANDS, signature


def main(words: list[str]) -> int:
    parser = Parser("commands", "List the commands with signature, meaning and who may use them.", "vitrine commands --json")
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
        }
        for name, cls in COMMANDS.items()
    ]
    if options.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        notes = [f"may: {', '.join(map(str, row['may']))}"]
        if row["when"]:
            notes.append(f"while {', '.join(map(str, row['when']))}")
        if not row["relayed"]:
            notes.append("only at the desktop itself")
        print(f"{row['signature']}\n    {row['description']}\n    ({'; '.join(notes)})")
    return 0
