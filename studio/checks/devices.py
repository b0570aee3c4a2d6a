"""Cameras, screens, microphones and loudspeakers."""

from studio.i18n import N_, _
from studio.sources import devices
from studio.sources.camera_list import cameras
from studio.state.preflight import Finding


def camera_finding() -> Finding:
    """Which cameras there are, with their best size."""
    found = cameras()
    if not found:
        return Finding(N_("Cameras"), "note", _("none found"))
    shown = []
    for camera in found:
        best = camera.modes[0] if camera.modes else None
        shown.append(f"{camera.name} ({best.width}×{best.height} {best.fps:g}/s)" if best else camera.name)
    return Finding(N_("Cameras"), "ok", ", ".join(shown))


def screen_finding() -> Finding:
    """Which screens can be captured."""
    found = devices.screens()
    if not found:
        return Finding(N_("Screens"), "note", _("none can be captured here (no X display)"))
    return Finding(N_("Screens"), "ok", ", ".join(device.name for device in found))


def microphone_finding() -> Finding:
    """Which microphones there are."""
    found = devices.microphones()
    if not found:
        return Finding(N_("Microphones"), "note", _("none found: viewers would only hear films"))
    return Finding(N_("Microphones"), "ok", ", ".join(device.name for device in found))


def speaker_finding() -> Finding:
    """Which loudspeakers' sound can be captured."""
    found = devices.speakers()
    if not found:
        return Finding(N_("Speakers"), "note", _("none found: system sound cannot be captured"))
    return Finding(N_("Speakers"), "ok", ", ".join(device.name for device in found))
