"""Sound devices by their very id, and streams that stay on them.

A sound server moves a stream whose device is unplugged to another one: a microphone's to the next microphone, or to the speakers'
monitor, so that the audience hears the laptop; headphones' to the speakers. It moves streams as well when the user's default
becomes another. Ours ask not to be moved (`PA_STREAM_DONT_MOVE`, which PulseAudio and pipewire-pulse both keep to), and each
block is looked at: a stream that has ended, or is on another device (PipeWire's patch bays can do that), is a lost device.
Nothing of another device is ever passed on.

soundcard's streams are used as they are but for that (PulseAudio's; those of CoreAudio and WASAPI are not moved): its own way out
waits for ever on a suspended device, and aborts the process on a lost one.
"""

import sys
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from studio.errors import DeviceFailed

OPEN_S = 5.0
"""A sound server has so long to open a stream."""
POLL_S = 0.1
"""A device that is silent is looked at so often."""
SILENT_S = 5.0
"""A recorder that is given nothing for so long, and a player that takes nothing, are lost; idle null sinks need two seconds."""


class DeviceLost(DeviceFailed):
    """The device that was asked for is not there any more, or the stream is on another."""


def lost(name: str) -> DeviceLost:
    """The sentence about it."""
    return DeviceLost("{device} is not connected any more: plug it in again, or choose another", device=name)


def exactly(devices: Iterable[Any], wanted: str) -> Any | None:
    """The device with this id. soundcard's own look-ups take a part of a name for it: for a missing `mic`, `mic_out.monitor`."""
    return next((device for device in devices if device.id == wanted), None)


def default_microphone(soundcard: Any) -> Any | None:
    """The system's default microphone; never what a speaker plays, which PulseAudio's default is when no microphone is left."""
    microphones = soundcard.all_microphones()
    pulse = getattr(soundcard, "pulseaudio", None)
    if pulse is None:
        return soundcard.default_microphone() if microphones else None
    return exactly(microphones, pulse._pulse.server_info["default source id"]) or next(iter(microphones), None)


def default_speaker(soundcard: Any) -> Any | None:
    """The system's default speaker."""
    speakers = soundcard.all_speakers()
    pulse = getattr(soundcard, "pulseaudio", None)
    if pulse is None:
        return soundcard.default_speaker() if speakers else None
    return exactly(speakers, pulse._pulse.server_info["default sink id"]) or next(iter(speakers), None)


def recorder(soundcard: Any, device: Any, *, rate: int, channels: int, block: int) -> Any:
    """A context manager whose `record(count)` gives samples of `device` and of no other; raises `DeviceLost`."""
    pulse = getattr(soundcard, "pulseaudio", None)
    if pulse is None:
        return device.recorder(samplerate=rate, channels=channels, blocksize=block)
    return _classes(pulse)[0](device.id, rate, channels, block)


def player(soundcard: Any, device: Any, *, rate: int, channels: int, block: int) -> Any:
    """The same with `play(samples)`."""
    pulse = getattr(soundcard, "pulseaudio", None)
    if pulse is None:
        return device.player(samplerate=rate, channels=channels, blocksize=block)
    return _classes(pulse)[1](device.id, rate, channels, block)


@lru_cache(maxsize=1)
def _library(pulse: Any) -> Any:
    """What of libpulse soundcard does not declare. The types are the same, so that its streams can be handed over."""
    import cffi

    ffi = cffi.FFI()
    ffi.include(pulse._ffi)
    ffi.cdef("const char *pa_stream_get_device_name(const pa_stream *s);")
    return ffi.dlopen("libpulse.so.0" if sys.platform == "linux" else "pulse")


@lru_cache(maxsize=1)
def _classes(pulse: Any) -> tuple[Any, Any]:
    """Recorder and player. Made when soundcard is there: they are its own, with other ways in and out."""
    pa, ffi, more = pulse._pa, pulse._ffi, _library(pulse)

    class Exact:
        """Mixed into soundcard's streams."""

        _id: str
        stream: Any

        def __enter__(self) -> Any:
            self._server = pulse._pulse  # the connection it lives on, whatever takes that one's place later
            self._wanted = self._id.encode()
            self.stream = None
            try:
                super().__enter__()  # type: ignore[misc] # soundcard's; it calls `_connect_stream`
                with self._server._lock_mainloop():
                    self._stay()
            except BaseException:
                self.__exit__()
                raise
            return self

        def __exit__(self, *_: object) -> None:
            stream, self.stream = self.stream, None
            if not stream:
                return
            with self._server._lock_mainloop():
                pa.pa_stream_set_read_callback(stream, ffi.NULL, ffi.NULL)
                pa.pa_stream_disconnect(stream)  # the server's own reference goes when it answers
                pa.pa_stream_unref(stream)

        def _opened(self, result: int) -> None:
            """Wait until it is open; soundcard's own loop has no end for a stream that never begins to connect."""
            end = time.monotonic() + OPEN_S
            while result >= 0 and time.monotonic() < end:
                with self._server._lock_mainloop():
                    state = pa.pa_stream_get_state(self.stream)
                if state == pa.PA_STREAM_READY:
                    return
                if state != pa.PA_STREAM_CREATING:
                    break
                time.sleep(0.002)
            raise lost(self._id)

        def _stay(self) -> None:
            """Raise unless it is open, on its device. The main loop is locked by the caller."""
            if pa.pa_stream_get_state(self.stream) != pa.PA_STREAM_READY:
                raise lost(self._id)
            name = more.pa_stream_get_device_name(self.stream)
            if name == ffi.NULL or ffi.string(name) != self._wanted:
                raise lost(self._id)

    class Recorder(Exact, pulse._Recorder):  # type: ignore[misc]
        def _connect_stream(self, attributes: Any) -> None:
            @ffi.callback("pa_stream_request_cb_t")  # type: ignore[untyped-decorator]
            def ready(_stream: Any, _size: int, _user: Any) -> None:
                self._record_event.set()

            self._callback = ready
            flags = pa.PA_STREAM_ADJUST_LATENCY | pa.PA_STREAM_DONT_MOVE
            with self._server._lock_mainloop():
                pa.pa_stream_set_read_callback(self.stream, ready, ffi.NULL)
                result = pa.pa_stream_connect_record(self.stream, self._wanted, attributes, flags)
            self._opened(result)

        def _record_chunk(self) -> Any:
            data, size = ffi.new("void**"), ffi.new("size_t*")
            end = time.monotonic() + SILENT_S
            while time.monotonic() < end:
                with self._server._lock_mainloop():
                    self._stay()
                    if pa.pa_stream_peek(self.stream, data, size) < 0:
                        raise lost(self._id)
                    if size[0]:
                        hole = data[0] == ffi.NULL
                        chunk = np.zeros(size[0] // 4, np.float32)
                        if not hole:
                            chunk[:] = np.frombuffer(ffi.buffer(data[0], size[0]), np.float32)
                        pa.pa_stream_drop(self.stream)
                        return chunk
                    self._record_event.clear()
                self._record_event.wait(POLL_S)
            raise lost(self._id)

    class Player(Exact, pulse._Player):  # type: ignore[misc]
        def _connect_stream(self, attributes: Any) -> None:
            flags = pa.PA_STREAM_ADJUST_LATENCY | pa.PA_STREAM_DONT_MOVE
            with self._server._lock_mainloop():
                result = pa.pa_stream_connect_playback(self.stream, self._wanted, attributes, flags, ffi.NULL, ffi.NULL)
            self._opened(result)

        def play(self, samples: Any) -> None:
            rest = np.ascontiguousarray(samples, np.float32)
            frame = 4 * self.channels
            end = time.monotonic() + SILENT_S
            while len(rest):
                with self._server._lock_mainloop():
                    self._stay()
                    room = pa.pa_stream_writable_size(self.stream) // frame
                    if room:
                        data = rest[:room].tobytes()
                        if pa.pa_stream_write(self.stream, data, len(data), ffi.NULL, 0, pa.PA_SEEK_RELATIVE) < 0:
                            raise lost(self._id)
                        rest = rest[room:]
                        continue
                if time.monotonic() > end:
                    raise lost(self._id)
                time.sleep(0.001)

    return Recorder, Player
