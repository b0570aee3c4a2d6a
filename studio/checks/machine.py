"""Disk and permissions of this machine."""

import os
import shutil
import sys
from pathlib import Path

from studio import paths
from studio.i18n import N_, _
from studio.state.preflight import Finding

DISK_LEAST_GB = 5.0


def disk_finding() -> Finding:
    """Whether recordings and databases have room."""
    free_gb = shutil.disk_usage(paths.data_dir()).free / 1e9
    words = _("{free:.0f} GB free in {path}").format(free=free_gb, path=paths.data_dir())
    return Finding(N_("Disk"), "ok" if free_gb > DISK_LEAST_GB else "bad", words)


def permission_finding() -> Finding:
    """Whether we may use what is there."""
    for folder in (paths.data_dir(), paths.config_dir(), paths.runtime_dir()):
        if not os.access(folder, os.W_OK):
            return Finding(N_("Permissions"), "bad", _("{path} cannot be written to").format(path=folder))
    if sys.platform == "darwin":
        words = _("macOS asks for camera, microphone and screen at first use; System Settings shows what was answered")
        return Finding(N_("Permissions"), "note", words)
    closed = [str(device) for device in sorted(Path("/dev").glob("video*")) if not os.access(device, os.R_OK | os.W_OK)]
    if closed:
        words = _("{devices} may not be used: add yourself to the group video (sudo usermod -aG video $USER) and log in again")
        return Finding(N_("Permissions"), "bad", words.format(devices=", ".join(closed)))
    if os.environ.get("WAYLAND_DISPLAY") and not os.environ.get("DISPLAY"):
        return Finding(N_("Permissions"), "note", _("screens and windows can only be captured in an X session"))
    return Finding(N_("Permissions"), "ok", _("cameras, sound and folders may be used"))
