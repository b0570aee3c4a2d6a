"""What there is to choose from for a kind of source: devices, screens, windows. May take a second: not on a thread that ticks."""

from studio.queries.source import Choice
from studio.sources import camera_list, devices, window_list


def camera_modes(device: str) -> list[Choice]:
    """How a camera can deliver, its best first; '' is the first camera there is."""
    found = camera_list.cameras()
    camera = next((one for one in found if one.id == device), found[0] if found and not device else None)
    return [
        Choice(
            f"{mode.width}×{mode.height} · {mode.fps:g}/s · {mode.format}",
            {"format": mode.format, "width": mode.width, "height": mode.height, "fps": float(mode.fps)},
        )
        for mode in (camera.modes if camera is not None else ())
    ]


def choices(kind: str) -> list[Choice]:
    """What is connected or open now; empty when there is nothing."""
    if kind == "camera":
        return [Choice(camera.name, {"device": camera.id}) for camera in camera_list.cameras()]
    if kind == "window":
        opened = window_list.windows()
        return [Choice(f"{w.application}: {w.title}", {"application": w.application, "title": w.title}) for w in opened]
    found = {"microphone": devices.microphones, "system_sound": devices.speakers, "screen": devices.screens}.get(kind)
    return [Choice(device.name, device.settings) for device in found()] if found is not None else []
