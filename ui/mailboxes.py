"""What changes more often than the state: pictures and levels, the newest of each, read without waiting for anybody."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from studio.audio.loudness import Loudness
from studio.audio.meter import Level, measure
from studio.desktop.studio import Studio
from studio.media.frames import Converter, Picture
from studio.media.mailbox import Mailbox
from studio.sources.audition import Audition


class Mailboxes:
    """`studio()` is the one that runs, or None. On the window's thread."""

    def __init__(self, studio: Callable[[], Studio | None]) -> None:
        self._studio = studio
        self._converter = Converter()

    def newer(self, bus: str, than: int, size: Callable[[], QSize]) -> tuple[int, QImage] | None:
        """The content's number and the picture, at `size()`, of the newest frame of a bus, when it is not the one of `than`."""
        studio = self._studio()
        if studio is None or (frame := studio.program.newest(bus)) is None:
            return None
        try:
            image = self._image(frame.picture, size()) if frame.content != than else None
            return (frame.content, image) if image is not None else None
        finally:
            frame.release()

    def call_picture(self, peer: str, than: int, room: QSize) -> tuple[int, QImage] | None:
        """The number and the newest picture of the other end of a call, when it is not the one of number `than`; as large as
        it can be in `room`, in device pixels."""
        calls = getattr(self._studio(), "calls", None)
        return self._newer_of(calls.picture(peer) if calls is not None else None, than, room)

    def guest_picture(self, guest: str, than: int, room: QSize) -> tuple[int, QImage] | None:
        """The same of a guest of the show."""
        guests = getattr(self._studio(), "guests", None)
        remote = guests.remote(guest) if guests is not None else None
        return self._newer_of(remote.picture if remote is not None and remote.shows else None, than, room)

    def _newer_of(self, box: Mailbox[Picture] | None, than: int, room: QSize) -> tuple[int, QImage] | None:
        number = box.serial if box is not None else than
        picture = box.peek() if box is not None and number != than else None
        if picture is None or picture.width < 2 or picture.height < 2:
            return None
        size = QSize(picture.width, picture.height).scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        image = self._image(picture, QSize(max(2, size.width() & ~1), max(2, size.height() & ~1)))
        return (number, image) if image is not None else None

    def audition_image(self, audition: Audition, size: QSize) -> QImage | None:
        """The newest picture of an audition."""
        studio = self._studio()
        picture = audition.picture(studio.clock.now_ns()) if studio is not None else None
        return self._image(picture, size) if picture is not None else None

    def audition_level(self, audition: Audition) -> Level:
        """How loud an audition is."""
        sound = audition.sound()
        return measure(sound) if sound is not None else Level()

    def product_picture(self, path: str) -> QImage | None:
        """A product's picture, when it is here; else it is fetched, and will be here later."""
        studio = self._studio()
        return studio.shop_data.picture(path) if studio is not None else None

    def _image(self, picture: Picture, size: QSize) -> QImage | None:
        """A picture at `size`, as Qt shows it."""
        if picture.frame is None:
            return None
        rgb = self._converter.convert(picture.frame, size.width(), size.height(), "bgra")
        plane = rgb.planes[0]  # as the screen holds it: painting it is a copy
        return QImage(bytes(plane), rgb.width, rgb.height, plane.line_size, QImage.Format.Format_RGB32)

    def levels(self) -> dict[str, Level]:
        """The mixer's newest meters, by source id; the master under ''."""
        studio = self._studio()
        return (studio.mixer.meters.peek() or {}) if studio is not None else {}

    def loudness(self) -> Loudness | None:
        """Of the programme, by EBU R128."""
        studio = self._studio()
        return studio.mixer.loudness.peek() if studio is not None else None
