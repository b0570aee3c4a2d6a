#!/usr/bin/env bash
# OpenCV: a photo that was taken upright and saved as TIFF is turned whatever flag is given by imdecode, and not read at all by imread.
#
# What: the documentation of IMREAD_UNCHANGED says that Exif's orientation is ignored, and so it is for JPEG, PNG and WebP. Of a
#   TIFF the decoder itself applies the tag Orientation, also with IMREAD_UNCHANGED and IMREAD_IGNORE_ORIENTATION, so that whoever
#   reads the tag and turns the picture turns it twice. And imread makes room for the picture as it is stored: where the tag turns
#   it by a quarter it fails with an internal error ('original_ptr == real_mat.data' must be 'true') and gives None.
# Versions: opencv-python-headless 5.0.0.93, pillow 13.0.0, numpy 2.4.6.
# Seen on 2026-11-30 (60 x 40 pixels, orientation 6, shapes as rows x columns):
#   imdecode, IMREAD_UNCHANGED or IMREAD_IGNORE_ORIENTATION: jpg 40x60, png 40x60, webp 40x60, tiff 60x40
#   imdecode, IMREAD_COLOR: all 60x40          imread, any of the three: jpg, png and webp the same, tiff None
# Why it matters: scans and photographs that were exported as TIFF stand on their heads in a program that handles Exif by itself.
#   Leave TIFF to OpenCV, or read it with another library.
# Needs: Debian package python3-venv.
set -euo pipefail
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install opencv-python-headless==5.0.0.93 pillow==13.0.0 numpy==2.4.6
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys

import cv2
import numpy as np
from PIL import Image

KINDS = ("jpg", "png", "webp", "tiff")
FLAGS = {
    "unchanged": cv2.IMREAD_UNCHANGED,
    "colour": cv2.IMREAD_COLOR,
    "ignore orientation": cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION,
}


def shape(picture):
    return None if picture is None else picture.shape[:2]


exif = Image.Exif()
exif[0x0112] = 6
for kind in KINDS:
    Image.new("RGB", (60, 40), "red").save(f"photo.{kind}", exif=exif)
decoded = {
    name: [shape(cv2.imdecode(np.fromfile(f"photo.{kind}", np.uint8), flag)) for kind in KINDS] for name, flag in FLAGS.items()
}
read = {name: [shape(cv2.imread(f"photo.{kind}", flag)) for kind in KINDS] for name, flag in FLAGS.items()}
for name in FLAGS:
    print(name, "imdecode", dict(zip(KINDS, decoded[name])), "imread", dict(zip(KINDS, read[name])))
stored, turned = (40, 60), (60, 40)
kept = [stored] * 3
if decoded != {"unchanged": [*kept, turned], "colour": [turned] * 4, "ignore orientation": [*kept, turned]}:
    sys.exit("CHANGED")
if read != {"unchanged": [*kept, None], "colour": [*[turned] * 3, None], "ignore orientation": [*kept, None]}:
    sys.exit("CHANGED")
print("as stated")
PY
