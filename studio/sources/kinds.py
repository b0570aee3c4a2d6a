"""The table of source kinds that need no drawing; `studio.overlays` adds its own."""

from functools import partial

from studio.sources.base import SourceKind
from studio.sources.camera import CameraSettings, CameraSource
from studio.sources.colour import ColourSettings, ColourSource
from studio.sources.guest import GuestSettings, GuestSource
from studio.sources.image import ImageSettings, ImageSource
from studio.sources.media_file import MediaFileSettings, MediaFileSource
from studio.sources.scene import SceneSettings, SceneSource
from studio.sources.screen import ScreenSettings, ScreenSource
from studio.sources.sound import SoundSettings, SoundSource
from studio.sources.test_pattern import TestPatternSettings, TestPatternSource
from studio.sources.window import WindowSettings, WindowSource

KINDS: dict[str, SourceKind] = {
    "camera": SourceKind(CameraSettings, CameraSource, opens=True, slate=True),
    "window": SourceKind(WindowSettings, WindowSource, opens=True, slate=True),
    "screen": SourceKind(ScreenSettings, ScreenSource, opens=True, slate=True),
    "microphone": SourceKind(SoundSettings, partial(SoundSource, "microphone"), video=False, audio=True, opens=True),
    "system_sound": SourceKind(SoundSettings, partial(SoundSource, "system_sound"), video=False, audio=True, opens=True),
    "media_file": SourceKind(MediaFileSettings, MediaFileSource, audio=True, opens=True, slate=True),
    "image": SourceKind(ImageSettings, ImageSource, opens=True),
    "guest": SourceKind(GuestSettings, GuestSource, audio=True, slate=True),
    "scene": SourceKind(SceneSettings, SceneSource),
    "colour": SourceKind(ColourSettings, ColourSource),
    "test_pattern": SourceKind(TestPatternSettings, TestPatternSource, audio=True),
}
