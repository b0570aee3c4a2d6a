#!/usr/bin/env bash
# PyAV / FFmpeg's swscale: a picture that is scaled by several threads has wrong pixels where each further thread's slice begins.
#
# What: VideoReformatter.reformat (and VideoFrame.reformat) scales with as many threads as there are processors unless told otherwise.
#   Scaling yuv420p to bgra, the first four pixels of the first row of each further slice are far off: of a picture of one colour that
#   becomes (24, 24, 192) they are (94, 93, 255). With threads=1 all is well.
# Versions: av 18.1.0 (FFmpeg 8.1's libswscale 9.5.102), numpy 2.4.6.
# Seen on 2026-11-30 (1920 x 1080 to 498 x 280, pixels that differ by more than 8 from the colour):
#   threads=1: 0        threads=2: 4        (threads=3: 4 or 8, from run to run)
# Why it matters: a preview or a converted film has little dashes at its left edge, at a half or a third of its height; flat grounds show
#   them. On one processor they are not there, so a test machine may never show them.
# Needs: Debian package python3-venv.
set -euo pipefail
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install av==18.1.0 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import sys

import av
import numpy as np
from av.video.reformatter import VideoReformatter

WIDTH, HEIGHT = 498, 280
frame = av.VideoFrame(1920, 1080, "yuv420p")
for plane, value in zip(frame.planes, (63, 102, 215), strict=True):
    plane.update(bytes([value]) * plane.buffer_size)


def wrong(threads: int) -> int:
    scaled = VideoReformatter().reformat(frame, WIDTH, HEIGHT, "bgra", interpolation="FAST_BILINEAR", threads=threads)
    rows = np.frombuffer(scaled.planes[0], np.uint8).reshape(-1, scaled.planes[0].line_size)
    pixels = rows[:HEIGHT, : WIDTH * 4].reshape(HEIGHT, WIDTH, 4).astype(int)
    far = np.abs(pixels - pixels[HEIGHT // 2 + 20, WIDTH // 2]).max(axis=2) > 8
    return int(far.sum())


found = {threads: wrong(threads) for threads in (1, 2)}
print(av.__version__, av.library_versions["libswscale"], found)
sys.exit(0 if found == {1: 0, 2: 4} else "swscale behaves otherwise now")
PY
