"""One job, whichever way it is done."""

import errno
from collections.abc import Callable

from av.error import FFmpegError

from studio.errors import DeviceFailed, StudioError
from studio.recordings.cutting import lossless
from studio.recordings.cutting.job import Done, Job, is_lossless
from studio.recordings.cutting.output import disk_full


def cut(job: Job, progress: Callable[[float], None] = lambda share: None) -> Done:
    """Make the clip at `job.target`, or nothing there; `progress` is told the share that is done (0…1). Raises `StudioError`."""
    try:
        if is_lossless(job):
            return lossless.cut(job, progress)
        from studio.recordings.cutting.encode import cut as encode  # Qt is not loaded for a copy

        return encode(job, progress)
    except StudioError:
        raise
    except (FFmpegError, OSError, ValueError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full() from error
        problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise DeviceFailed("The clip could not be made: {problem}", problem=problem) from error
