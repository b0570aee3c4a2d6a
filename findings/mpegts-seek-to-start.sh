#!/usr/bin/env bash
# PyAV: seek(container.start_time) in an MPEG transport stream goes past its beginning, to the second keyframe.
#
# What: a transport stream has no index; FFmpeg looks for the time by halving the file, and the very first packet is not among what
#   it finds. Asked for the time at which the stream says that it begins, with backward=True, it stands at the next keyframe: a
#   whole group of pictures is lost. Asked for anything before its beginning (0 where it begins at 0.08 s) it does give the first
#   one. In MP4, Matroska and AVI the same call gives the first picture.
# Versions: av 18.1.0 (libavformat 62.12.102), numpy 2.4.6.
# Seen on 2026-11-30 (24 pictures, a keyframe every 12, H.264, written by PyAV itself): first picture after seek(start_time)
#   .ts 12   .mp4 0   .mkv 0   .avi 0;   .ts after seek(0) 0
# Why it matters: a film that begins again, or that is sought to 0:00, lacks its first seconds (a keyframe every 250 pictures is
#   x264's default: ten seconds). Seek to a time before start_time, or to byte 0 (unsupported_byte_offset=True).
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

STEP = 8


def write(name):
    with av.open(name, "w") as film:
        stream = film.add_stream("libx264", rate=25, options={"g": "12"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(24):
            picture = np.full((48, 64, 3), 16 + STEP * number, np.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        film.mux(stream.encode())


def first(name, at=None, **how):
    """The number of the picture that comes after a seek, to the film's beginning without `at`."""
    with av.open(name) as film:
        film.seek(film.start_time if at is None else at, **how)
        return round((next(film.decode(video=0)).to_ndarray(format="gray").mean() - 16) / STEP)


found = {}
for kind in ("ts", "mp4", "mkv", "avi"):
    write(f"film.{kind}")
    found[kind] = first(f"film.{kind}")
found["ts, 0"] = first("film.ts", 0)
found["ts, byte 0"] = first("film.ts", 0, unsupported_byte_offset=True)
print(found)
if found != {"ts": 12, "mp4": 0, "mkv": 0, "avi": 0, "ts, 0": 0, "ts, byte 0": 0}:
    sys.exit("CHANGED")
print("as stated")
PY
