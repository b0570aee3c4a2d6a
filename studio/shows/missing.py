"""Files that are not where a show says, looked for by name in another folder."""

import os
from collections.abc import Iterable
from pathlib import Path

MAX_LOOKED_AT = 200_000


def search(folder: Path, wanted: Iterable[str]) -> dict[str, str]:
    """For each path of `wanted` the file of that name below `folder`; what is nearest to the top wins."""
    names = {Path(path).name.casefold(): path for path in wanted}
    found: dict[str, str] = {}
    looked_at = 0
    for root, folders, files in os.walk(folder):
        folders.sort()
        looked_at += len(files)
        for name in sorted(files):
            path = names.get(name.casefold())
            if path is not None and path not in found:
                found[path] = os.path.join(root, name)
        if len(found) == len(names) or looked_at > MAX_LOOKED_AT:
            break
    return found
