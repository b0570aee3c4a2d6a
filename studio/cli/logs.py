"""Logging for processes: stderr, warnings and worse unless VITRINE_LOG says otherwise (`debug`, `info`)."""

import logging
import os


def configure() -> None:
    """Set the process' logging up."""
    level = os.environ.get("VITRINE_LOG", "warning").upper()
    logging.basicConfig(
        level=level if level in logging.getLevelNamesMapping() else "WARNING",
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("aioice").setLevel(logging.WARNING)
    logging.getLogger("aiortc").setLevel(logging.WARNING)
