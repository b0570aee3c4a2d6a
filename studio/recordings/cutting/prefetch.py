"""Pictures made on another thread, a few ahead of whoever encodes them: decoding and scaling, and x264, each have a processor."""

import queue
import threading
from collections.abc import Generator, Iterator

import numpy as np

from studio.media.frames import Picture, blank

DEPTH = 4
WAIT_S = 0.2


def ahead(pictures: Iterator[Picture], width: int, height: int) -> Generator[Picture, None, None]:
    """The same pictures, each valid until the next one is asked for. What making them raises comes where they are asked for."""
    free: queue.Queue[Picture] = queue.Queue()
    ready: queue.Queue[Picture | BaseException | None] = queue.Queue()
    stop = threading.Event()
    for _ in range(DEPTH):
        free.put(blank(width, height))

    def make() -> None:
        try:
            for picture in pictures:
                while (kept := _taken(free)) is None:
                    if stop.is_set():
                        return
                for plane, copy in ((picture.y, kept.y), (picture.u, kept.u), (picture.v, kept.v)):
                    np.copyto(copy, plane)
                ready.put(kept)
                if stop.is_set():
                    return
            ready.put(None)
        except BaseException as error:  # it belongs to who waits for the pictures
            ready.put(error)

    thread = threading.Thread(target=make, name="pictures-ahead", daemon=True)
    thread.start()
    try:
        while (picture := ready.get()) is not None:
            if isinstance(picture, BaseException):
                raise picture
            yield picture
            free.put(picture)
    finally:
        stop.set()
        thread.join()


def _taken(free: "queue.Queue[Picture]") -> Picture | None:
    try:
        return free.get(timeout=WAIT_S)
    except queue.Empty:
        return None
