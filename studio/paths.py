"""Where things lie on this machine. Everything may be moved with VITRINE_HOME (tests and second instances do)."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import platformdirs

from studio.errors import InvalidValue

APP = "vitrine"


def assets() -> Path:
    """The shipped pages, icons, texts and demo: inside the wheel, or beside the packages in a checkout."""
    here = Path(__file__).resolve().parent
    inside = here / "assets"
    return inside if inside.is_dir() else here.parent / "assets"


def data_dir() -> Path:
    """Databases, shows and recordings of this user."""
    return _made("data", lambda: platformdirs.user_data_path(APP, appauthor=False))


def config_dir() -> Path:
    """Settings of this user."""
    return _made("config", lambda: platformdirs.user_config_path(APP, appauthor=False))


def cache_dir() -> Path:
    """What can be made again: the demo clip, thumbnails."""
    return _made("cache", lambda: platformdirs.user_cache_path(APP, appauthor=False))


def runtime_dir() -> Path:
    """Sockets, locks and the note where the running server is; private to the user. Raises `PermissionError`."""

    def default() -> Path:
        if base := os.environ.get("XDG_RUNTIME_DIR"):
            return Path(base) / APP
        return Path(tempfile.gettempdir()) / f"{APP}-{os.getuid() if hasattr(os, 'getuid') else os.getlogin()}"

    path = _made("run", default)
    if os.name == "posix":
        if path.stat().st_uid != os.getuid():
            raise PermissionError(f"{path} belongs to somebody else")
        path.chmod(0o700)
    return path


def server_note() -> Path:
    """`server.json`: pid, port and token of the server on this machine."""
    return runtime_dir() / "server.json"


def _made(name: str, default: Callable[[], Path]) -> Path:
    home = os.environ.get("VITRINE_HOME")
    path = Path(home) / name if home else default()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = "The folder {path} cannot be made ({problem}): set VITRINE_HOME to one that can be written"
        raise InvalidValue(problem, path=str(path), problem=error.strerror or error) from None
    return path


def lock(path: Path) -> IO[bytes]:
    """Hold `path` until the file that is returned is closed, or the process ends however it does. Raises `BlockingIOError` when
    another process has it."""
    file = open(path, "a+b")  # noqa: SIM115 - the lock lives as long as the file is open
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise BlockingIOError(str(path)) from None
    return file


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace `path` with `data` so that a crash leaves either the old file or the new one, never half of one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            if os.name == "posix":
                os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
