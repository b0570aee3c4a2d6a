"""A record stream made with libpulse itself: `record.py DEVICE moves|stays`. Prints `STATE DEVICE` now and at each change."""

import ctypes
import sys
import time

ADJUST_LATENCY, DONT_MOVE = 0x2000, 0x0200  # pa_stream_flags_t
STATES = ("unconnected", "creating", "ready", "failed", "terminated")
READY, FAILED, TERMINATED = 2, 3, 4  # a stream's; a context is READY at 4


class Sample(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


pulse = ctypes.CDLL("libpulse.so.0")
for name in ("pa_mainloop_new", "pa_mainloop_get_api", "pa_context_new", "pa_stream_new"):
    getattr(pulse, name).restype = ctypes.c_void_p
for name in ("pa_stream_get_device_name", "pa_strerror"):
    getattr(pulse, name).restype = ctypes.c_char_p
pointer = ctypes.c_void_p
pulse.pa_mainloop_get_api.argtypes = [pointer]
pulse.pa_mainloop_iterate.argtypes = [pointer, ctypes.c_int, pointer]
pulse.pa_context_new.argtypes = [pointer, ctypes.c_char_p]
pulse.pa_context_connect.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int, pointer]
pulse.pa_stream_new.argtypes = [pointer, ctypes.c_char_p, pointer, pointer]
pulse.pa_stream_connect_record.argtypes = [pointer, ctypes.c_char_p, pointer, ctypes.c_int]
for name in ("pa_context_get_state", "pa_context_errno", "pa_stream_get_state", "pa_stream_get_device_name", "pa_stream_drop"):
    getattr(pulse, name).argtypes = [pointer]
pulse.pa_stream_peek.argtypes = [pointer, ctypes.POINTER(pointer), ctypes.POINTER(ctypes.c_size_t)]

device, how = sys.argv[1:]
loop = pulse.pa_mainloop_new()
context = pulse.pa_context_new(pulse.pa_mainloop_get_api(loop), b"finding")


def turn() -> None:
    """What has come is dealt with."""
    while pulse.pa_mainloop_iterate(loop, 0, None) > 0:
        pass
    time.sleep(0.01)


pulse.pa_context_connect(context, None, 0, None)
while pulse.pa_context_get_state(context) != 4:
    turn()
stream = pulse.pa_stream_new(context, b"finding", ctypes.byref(Sample(3, 48_000, 1)), None)
pulse.pa_stream_connect_record(stream, device.encode(), None, ADJUST_LATENCY | (DONT_MOVE if how == "stays" else 0))
last, end = "", time.monotonic() + 20
while time.monotonic() < end:
    turn()
    state, data, size = pulse.pa_stream_get_state(stream), pointer(), ctypes.c_size_t()
    now = STATES[state]
    if state == READY:
        now += " " + (pulse.pa_stream_get_device_name(stream) or b"-").decode()
        pulse.pa_stream_peek(stream, ctypes.byref(data), ctypes.byref(size))
        if size.value:
            pulse.pa_stream_drop(stream)
    elif state == FAILED:
        now += " " + pulse.pa_strerror(pulse.pa_context_errno(context)).decode()
    if now != last and state >= READY:
        print(now, flush=True)
        last = now
    if state in (FAILED, TERMINATED):
        break
