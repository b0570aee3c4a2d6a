"""The spine both programs share: the store (one way to know), the dispatcher (one way to act), undo.

Decision: this folder stands beside the ones DESIGN names, because `state/` and `commands/` hold structs only and the
desktop and the server both need these three mechanisms; `studio.py` is the wrong home, the server may not import it.
"""

from studio.spine.dispatcher import Dispatcher
from studio.spine.store import Store
from studio.spine.undo import Inverse, UndoStacks

__all__ = ["Dispatcher", "Inverse", "Store", "UndoStacks"]
