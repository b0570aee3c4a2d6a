"""Logging for processes: stderr, warnings and worse unless VITRINE_LOG says otherwise (`debug`, `info`)."""

import json
import logging
import os
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """One JSON object a line. We log what happened and to which show, never who watches."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(level: str = "warning", *, as_json: bool = False) -> None:
    """Set the process' logging up; VITRINE_LOG has the last word on the level."""
    level = os.environ.get("VITRINE_LOG", level).upper()
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level if level in logging.getLevelNamesMapping() else "WARNING", handlers=[handler])
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)  # it tells of every call, twice
    logging.getLogger("aioice").setLevel(logging.WARNING)
    logging.getLogger("aiortc").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("botocore").setLevel(logging.WARNING)  # it tells of every request, with its signature
