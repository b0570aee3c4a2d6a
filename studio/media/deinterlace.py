"""Films of television: frames that are two fields, half a frame's time apart, become pictures without combs."""

from collections.abc import Iterator

import av
from av.filter import Graph


class Deinterlacer:
    """FFmpeg's `bwdif` from the first frame on that says it is interlaced; frames that do not are left as they are."""

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._kind: tuple[int, int, str] = (0, 0, "")

    def frames(self, frame: av.VideoFrame) -> Iterator[av.VideoFrame]:
        """What can be shown once `frame` has come: itself, or the one before it."""
        kind = frame.width, frame.height, frame.format.name
        if self._graph is not None and kind != self._kind:
            yield from self.rest()
        if self._graph is None:
            if not frame.interlaced_frame:
                yield frame
                return
            self._graph, self._kind = _graph(frame), kind
        self._graph.push(frame)
        yield from _waiting(self._graph)

    def rest(self) -> Iterator[av.VideoFrame]:
        """The last one, at the end of the film."""
        graph, self._graph = self._graph, None
        if graph is not None:
            graph.push(None)
            yield from _waiting(graph)

    def forget(self) -> None:
        """The film goes on elsewhere."""
        self._graph = None


def _graph(frame: av.VideoFrame) -> Graph:
    graph = Graph()
    graph.threads = 1
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base, name="in")
    filtered = graph.add("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
    sink = graph.add("buffersink")
    source.link_to(filtered)
    filtered.link_to(sink)
    graph.configure()
    return graph


def _waiting(graph: Graph) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        if isinstance(frame, av.VideoFrame):
            yield frame
