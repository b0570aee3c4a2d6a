"""A clapperboard for machines: a clock drawn as black and white blocks on an X display, and once a second a flash with a
beep into a PulseAudio pipe source. Run as a process of its own: `python -m studio.bench.clapper DISPLAY FIFO`.

The blocks are the wall clock in steps of 4 ms, 24 bits, most significant first, in two rows of twelve, as a Gray code:
from one step to the next one block changes, mostly one of the last, so that a block misread while it changes is an
error of milliseconds. Whoever sees them later, on whatever screen, knows how old the picture is.
"""

import os
import sys
import threading
import time
from typing import Any

import numpy as np

from studio.media.encoder import SAMPLE_RATE

BITS = 24
TICK_MS = 4
COLUMNS = 12
BLOCK = 80
LEFT, TOP = 160, 80
FLASH = (440, 360, 400, 280)
FLASH_MS = 100
TONE_HZ = 1000
FRAME_S = 1 / 120
SOUND_STEP_S = 0.005


def bits(wall_ms: int) -> list[bool]:
    """The clock's blocks, in drawing order."""
    count = wall_ms // TICK_MS % (1 << BITS)
    code = count ^ count >> 1
    return [bool(code >> (BITS - 1 - number) & 1) for number in range(BITS)]


def flashing(wall_ms: int) -> bool:
    """Whether the flash is on and the beep sounds."""
    return wall_ms % 1000 < FLASH_MS


def draw(display_name: str) -> None:
    """Draw the clock until the process ends."""
    from Xlib.display import Display

    display: Any = Display(display_name)
    screen = display.screen()
    width, height = screen.width_in_pixels, screen.height_in_pixels
    window = screen.root.create_window(0, 0, width, height, 0, screen.root_depth, override_redirect=1)
    window.map()
    board = window.create_pixmap(width, height, screen.root_depth)
    white = window.create_gc(foreground=screen.white_pixel)
    black = window.create_gc(foreground=screen.black_pixel)
    while True:
        wall_ms = time.time_ns() // 1_000_000
        board.fill_rectangle(black, 0, 0, width, height)
        boxes = [
            (LEFT + number % COLUMNS * BLOCK, TOP + number // COLUMNS * BLOCK, BLOCK, BLOCK)
            for number, on in enumerate(bits(wall_ms))
            if on
        ]
        if flashing(wall_ms):
            boxes.append(FLASH)
        board.poly_fill_rectangle(white, boxes)
        window.copy_area(black, board, 0, 0, width, height, 0, 0)
        display.sync()
        time.sleep(FRAME_S)


def beep(fifo: str) -> None:
    """Feed the pipe source in real time, mono s16 at 48 kHz, a beep at each whole second."""
    handle = os.open(fifo, os.O_WRONLY)
    sent_ns = time.time_ns()
    while True:
        time.sleep(SOUND_STEP_S)
        now_ns = time.time_ns()
        first, last = (ns * SAMPLE_RATE // 1_000_000_000 for ns in (sent_ns, now_ns))
        at = np.arange(first, last)
        on = at % SAMPLE_RATE < SAMPLE_RATE * FLASH_MS // 1000
        wave = np.sin(at * (2 * np.pi * TONE_HZ / SAMPLE_RATE)) * 0.5 * on
        os.write(handle, (wave * 32767).astype("<i2").tobytes())
        sent_ns = now_ns


def main() -> None:
    """Draw on the display named first, beep into the pipe named second."""
    threading.Thread(target=beep, args=(sys.argv[2],), daemon=True).start()
    draw(sys.argv[1])


if __name__ == "__main__":
    main()
