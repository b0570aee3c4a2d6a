"""Files a person names: checked before any decoder sees them."""

from pathlib import Path

from studio.errors import DeviceFailed

MAX_BYTES = 200 << 30


def checked_file(path: str) -> Path:
    """`path` as an existing, non-empty regular file; raises `DeviceFailed` with the reason as a sentence."""
    try:
        file = Path(path).expanduser()
        info = file.stat()
    except FileNotFoundError:
        raise DeviceFailed("The file {path} is missing", path=path) from None
    except (OSError, ValueError, RuntimeError) as error:  # no right, a name that cannot be one, ~somebody unknown
        problem = getattr(error, "strerror", None) or error
        raise DeviceFailed("The file {path} cannot be read: {problem}", path=path, problem=problem) from None
    if not file.is_file():
        raise DeviceFailed("{path} is not a file", path=path)
    if info.st_size == 0:
        raise DeviceFailed("The file {path} is empty", path=path)
    if info.st_size > MAX_BYTES:
        raise DeviceFailed("The file {path} is too large", path=path)
    return file
