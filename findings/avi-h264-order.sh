#!/usr/bin/env bash
# PyAV: the pictures of H.264 in AVI come in the right order, each with the time of another one.
#
# What: AVI stores one chunk after another and no presentation times. FFmpeg's demuxer numbers the chunks in the order of the file,
#   which is the decoder's; the decoder gives its pictures in the order in which they are shown, each with the number of the chunk
#   it came from. Packet.pts is set, and so is VideoFrame.pts, so nothing says that it is a guess; whoever sorts or schedules by
#   VideoFrame.time shows B-frames in the wrong places. libavcodec's best_effort_timestamp, which players use, is not part of PyAV.
#   VideoFrame.dts goes up by one with each picture, but begins late (by the decoder's delay), and is None for the last ones.
#   The same pictures in MP4 have rising times.
# Versions: av 18.1.0 (libavformat 62.12.102), numpy 2.4.6.
# Seen on 2026-11-30 (24 pictures of rising brightness, two B-frames, written by PyAV itself):
#   h264.avi  pictures in order, pts 1 3 4 2 6 7 5 9 10 8 12 11 13 15 16 14 18 19 17 21 22 20 24 23, dts 2 … 23 and two None
#   h264.mp4  pictures in order, pts rising
# Why it matters: films from cameras and old screen recorders jump back and forth. Take dts, less its first value, for AVI, and
#   count on from there where there is none.
# Needs: Debian package python3-venv.
set -euo pipefail
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install av==18.1.0 numpy==2.4.6
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys

import av
import numpy as np

PICTURES, STEP = 24, 8


def write(name):
    with av.open(name, "w") as film:
        stream = film.add_stream("libx264", rate=25, options={"g": "12", "bf": "2", "crf": "8"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(PICTURES):
            picture = np.full((48, 64, 3), 16 + STEP * number, np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        film.mux(stream.encode())


def read(name):
    """(what is seen, pts, dts) of each picture."""
    with av.open(name) as film:
        for frame in film.decode(video=0):
            yield round((frame.to_ndarray(format="gray").mean() - 16) / STEP), frame.pts, frame.dts


failed = False
for name, rises in (("h264.avi", False), ("h264.mp4", True)):
    write(name)
    seen, pts, dts = map(list, zip(*read(name)))
    print(name, "pts", *pts, "dts", *dts)
    known = [number for number in dts if number is not None]
    as_stated = seen == list(range(PICTURES)) and (pts == sorted(pts)) == rises and known == sorted(known)
    if name == "h264.avi":
        as_stated = as_stated and sorted(pts) == list(range(1, PICTURES + 1)) and len(known) < PICTURES
    failed = failed or not as_stated
if failed:
    sys.exit("CHANGED")
print("as stated")
PY
