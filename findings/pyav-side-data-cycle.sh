#!/usr/bin/env bash
# PyAV: whoever looks at the side data of each decoded frame keeps hundreds of megabytes of pictures alive.
#
# What: VideoFrame.side_data makes a container that holds the frame, and the frame holds it. The two are freed by Python's cycle collector
#   only, which counts objects, not bytes: a decoding loop makes few objects, so that about a hundred and fifty pictures of 3 MB wait.
#   Looking at .rotation, .planes or .opaque makes no such cycle.
# Versions: av 18.1.0, Python 3.11 to 3.13.
# Seen on 2026-11-30 (300 pictures of 1920 x 1080 in yuv420p, each dropped at once; growth of the resident memory):
#   not looked at: 5 MB        .rotation read: 5 MB        .side_data read: 506 MB        .side_data and gc.collect() after each: 5 MB
# Why it matters: phones write how a film is to be turned into side data, so that a player that turns films looks at each frame's.
#   Read .rotation, and the side data only where that has changed.
# Needs: Debian package python3-venv.
set -euo pipefail
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install av==18.1.0
cat > "$work/play.py" <<'PY'
import gc
import sys
from fractions import Fraction
from pathlib import Path

import av


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


encoder = av.CodecContext.create("libx264", "w")
encoder.width, encoder.height, encoder.pix_fmt, encoder.framerate = 1920, 1080, "yuv420p", 30
encoder.time_base = Fraction(1, 30)
encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
packets = []
for number in range(300):
    frame = av.VideoFrame(1920, 1080, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([60 + number % 100]) * plane.buffer_size)
    frame.pts = number
    packets += [bytes(packet) for packet in encoder.encode(frame)]
del frame
gc.collect()
look = {
    "nothing": lambda frame: None,
    "rotation": lambda frame: frame.rotation,
    "side_data": lambda frame: frame.side_data,
    "collected": lambda frame: (frame.side_data, gc.collect()),
}[sys.argv[1]]
decoder = av.CodecContext.create("h264", "r")
decoder.thread_count = 1
before, most = resident_mb(), 0.0
for packet in packets:
    for frame in decoder.decode(av.Packet(packet)):
        look(frame)
    most = max(most, resident_mb())
print(round(most - before))
PY
grown() { "$work/venv/bin/python" "$work/play.py" "$1"; }
nothing=$(grown nothing) rotation=$(grown rotation) side_data=$(grown side_data) collected=$(grown collected)
echo "grown by (MB): nothing $nothing, rotation $rotation, side_data $side_data, side_data with gc.collect() $collected"
[ "$nothing" -lt 60 ] && [ "$rotation" -lt 60 ] && [ "$collected" -lt 60 ] && [ "$side_data" -gt 150 ]
