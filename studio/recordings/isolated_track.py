"""What is recorded by itself beside the programme, on the film's own time: one camera, or one microphone."""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from studio.media.encoder import Encoded
from studio.media.timed_ring import Samples
from studio.recordings.movie_file import MovieFile
from studio.recordings.recorder import Recorder
from studio.recordings.sound_file import SoundFile

WAITING_MAX = 500
Item = Encoded | tuple[Samples, int]


class IsolatedTrack:
    """Items come in on any thread and wait until the film's pictures of their time have come. `keyframe` asks a camera's encoder
    for one; None for a microphone."""

    def __init__(self, name: str, keyframe: Callable[[], None] | None = None) -> None:
        self._file = f"{name}.{'mp4' if keyframe else 'flac'}"
        self._keyframe = keyframe
        self._needs_key = True
        self._items: deque[Item] = deque(maxlen=WAITING_MAX)
        self._lock = threading.Lock()
        self._recorder: Recorder | None = None

    def put(self, item: Item) -> None:
        """The next picture, or block."""
        with self._lock:
            self._items.append(item)

    def skip(self, until_ns: int) -> None:
        """What is older is not wanted."""
        self._due(until_ns)
        self._needs_key = True

    def write(self, until_ns: int, cut_ns: int, folder: Path, began_ns: int) -> None:
        """Write what is older, `cut_ns` less, into a file in `folder` beside the film that began at `began_ns`."""
        if self._recorder is None:
            self._recorder = Recorder(folder / self._file, opened=lambda: self._open(folder, began_ns), began_ns=began_ns)
            self._recorder.start()
        for item in self._due(until_ns):
            if not isinstance(item, Encoded):
                self._recorder.sound(item[0], item[1] - cut_ns)
            elif item.key or not self._needs_key:
                self._needs_key = False
                self._recorder.video(Encoded(item.payload, item.pts_ns - cut_ns, item.key))
            elif self._keyframe is not None:
                self._keyframe()

    def turn(self) -> Recorder | None:
        """The film is over, and the next one begins: what is to be closed."""
        recorder, self._recorder = self._recorder, None
        self._needs_key = True
        return recorder

    def _due(self, until_ns: int) -> list[Item]:
        found = []
        with self._lock:
            while self._items and _time(self._items[0]) < until_ns:
                found.append(self._items.popleft())
        return found

    def _open(self, folder: Path, began_ns: int) -> MovieFile | SoundFile:
        folder.mkdir(exist_ok=True, mode=0o700)
        path = folder / self._file
        return MovieFile(path, began_ns=began_ns, sound=False) if self._keyframe else SoundFile(path, began_ns)


def _time(item: Item) -> int:
    return item.pts_ns if isinstance(item, Encoded) else item[1]
