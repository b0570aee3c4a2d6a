"""A picture of the other side, kept as a file that only its owner reads."""

from pathlib import Path

import cv2
import numpy as np

from studio.errors import DeviceFailed
from studio.media.frames import Converter, Picture
from studio.paths import write_atomically


def save_png(picture: Picture, path: Path) -> None:
    """Write it; raises `DeviceFailed` with the disk's reason."""
    assert picture.frame is not None
    rgb = Converter().convert(picture.frame, picture.width, picture.height, "bgr24").to_ndarray()
    done, data = cv2.imencode(".png", np.ascontiguousarray(rgb))
    if not done:
        raise DeviceFailed("{path} cannot be written: {problem}", path=str(path), problem="PNG")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, data.tobytes(), mode=0o600)
    except OSError as error:
        raise DeviceFailed("{path} cannot be written: {problem}", path=str(path), problem=error.strerror or error) from None
