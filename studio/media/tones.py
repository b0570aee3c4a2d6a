"""High dynamic range and wide colours as the programme can carry them: HLG, PQ, BT.2020 and P3 to BT.709.

Reference white (203 cd/m²: BT.2408-7, 2.1; HLG 75 %, PQ 58 %) becomes white; what is brighter is rolled off instead of cut. It is
done by tables, made once for a kind of film; OpenCV looks things up in them without the GIL.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Plane = NDArray[np.uint8]

PQ, HLG = 16, 18
"""Transfer characteristics (H.273, 8.2)."""
BT2020, P3_DCI, P3 = 9, 11, 12
"""Colour primaries (H.273, 8.1)."""
WHITE = 203.0
"""cd/m² of reference white (BT.2408)."""
PEAK = 1000.0
"""cd/m² of the display that HLG is reckoned for (BT.2100, table 5: gamma 1.2)."""
KNEE = 0.9
"""Of white: what is darker stays as it is."""
GAMMA = 2.4
"""BT.1886: what a display makes of BT.709."""
LUMAS = 1024
SLABS, SLAB_BITS, NODES = 128, 3, 65
"""The table of colours: lumas without their last bits, by nodes of chroma."""
_TO_709 = {
    BT2020: np.array(((1.660491, -0.587641, -0.072850), (-0.124550, 1.132900, -0.008349), (-0.018151, -0.100579, 1.118730))),
    P3: np.array(((1.224940, -0.224940, 0.0), (-0.042057, 1.042057, 0.0), (-0.019638, -0.078636, 1.098274))),
}
_WEIGHTS = {BT2020: (0.2627, 0.6780, 0.0593), P3: (0.2126, 0.7152, 0.0722)}
"""Of red, green and blue in luma: BT.2020 non-constant luminance; P3 is carried with BT.709's."""


@dataclass(frozen=True, slots=True)
class Tones:
    """How a film's numbers are meant: transfer, primaries (`BT2020` or `P3`), and whether they are full range."""

    transfer: int
    primaries: int
    full: bool


def tones_of(transfer: int, primaries: int, full: bool) -> Tones | None:
    """What has to be done about a picture; None when it is BT.709 already, or says nothing."""
    wide = {BT2020: BT2020, P3: P3, P3_DCI: P3}.get(primaries)
    if transfer in (PQ, HLG):
        return Tones(transfer, wide or BT2020, full)
    return Tones(0, wide, full) if wide is not None else None


def light(signal: Floats, tones: Tones) -> Floats:
    """Linear display light of a non-linear signal (…, 3), 1 being reference white (BT.2100, tables 4 and 5; BT.1886)."""
    signal = np.clip(signal, 0, 1)
    if tones.transfer == PQ:
        power = signal ** np.float32(1 / 78.84375)
        ratio = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
        return np.asarray(10_000 / WHITE * ratio ** np.float32(1 / 0.1593017578125), np.float32)
    if tones.transfer == HLG:
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(signal <= 0.5, signal * signal / 3, (np.exp((signal - c) / a) + b) / 12)
        luminance = scene @ np.array(_WEIGHTS[BT2020], np.float32)
        return np.asarray(PEAK / WHITE * np.maximum(luminance, 1e-6)[..., None] ** np.float32(0.2) * scene, np.float32)
    return np.asarray(signal ** np.float32(GAMMA), np.float32)


def rolled(linear: Floats) -> Floats:
    """Light that a display of BT.709 can show: as it is up to the knee, ever less of what is above it."""
    above = (linear - KNEE) / (1 - KNEE)
    return np.asarray(np.where(linear <= KNEE, linear, KNEE + (1 - KNEE) * (1 - np.exp(-np.maximum(above, 0)))), np.float32)


def mapped(y: Floats, u: Floats, v: Floats, tones: Tones) -> tuple[Floats, Floats, Floats]:
    """Luma and chroma of BT.709 in limited range (8 bits, not rounded), of luma and chroma in 10 bits."""
    if tones.full:
        luma, blue, red = y / 1023, (u - 512) / 1023, (v - 512) / 1023
    else:
        luma, blue, red = (y - 64) / 876, (u - 512) / 896, (v - 512) / 896
    wr, wg, wb = _WEIGHTS[tones.primaries]
    r, b = luma + 2 * (1 - wr) * red, luma + 2 * (1 - wb) * blue
    rgb = np.stack((r, (luma - wr * r - wb * b) / wg, b), axis=-1).astype(np.float32)
    shown = np.maximum(light(rgb, tones) @ _TO_709[tones.primaries].T.astype(np.float32), 0)
    if tones.transfer in (PQ, HLG):
        shown = rolled(shown)
    r, g, b = np.moveaxis(np.clip(shown, 0, 1) ** np.float32(1 / GAMMA), -1, 0)
    out = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 16 + 219 * out, 128 + 224 * (b - out) / 1.8556, 128 + 224 * (r - out) / 1.5748


class ToneMap:
    """Puts the pictures of one film through its tables. One a thread: it reuses its scratch paper, which would else be fetched
    anew from the system for every picture.

    Luma is what its grey would become (`_greys`), and a correction for its colour; that and chroma come from one table of `SLABS`
    lumas by `NODES` × `NODES` chromas.
    """

    def __init__(self, tones: Tones) -> None:
        self._greys, self._colours = _tables(tones)
        self._scratch: tuple[Any, ...] = ()

    def planes(self, y: NDArray[np.uint16], u: NDArray[np.uint16], v: NDArray[np.uint16]) -> tuple[Plane, Plane, Plane]:
        """8-bit planes of BT.709 limited range of 10-bit ones, (h, w) and twice (h/2, w/2)."""
        height, width = y.shape
        if not self._scratch or self._scratch[0].shape != u.shape:
            sheets = (np.empty(u.shape, np.float32), np.empty(u.shape, np.float32), np.empty(u.shape, np.float32))
            bits, found = np.empty(u.shape, np.uint16), np.empty((*u.shape, 3), np.uint8)
            self._scratch = (*sheets, bits, found, np.empty(y.shape, np.uint8))
        across, down, slabs, bits, colours, more = self._scratch
        scale = np.float32((NODES - 1) / 1024)
        np.multiply(u, scale, out=across)
        np.multiply(v, scale, out=down)
        np.right_shift(y[::2, ::2], SLAB_BITS, out=bits)
        np.multiply(bits, np.float32(NODES), out=slabs)
        cv2.add(down, slabs, dst=down)
        cv2.remap(self._colours, across, down, cv2.INTER_LINEAR, dst=colours, borderMode=cv2.BORDER_REPLICATE)
        blue, red, correction = cv2.split(colours)
        cv2.resize(correction, (width, height), dst=more, interpolation=cv2.INTER_NEAREST)
        luma = cv2.addWeighted(_looked_up(y, self._greys), 1, more, 1, -128)
        return np.asarray(luma, np.uint8), np.asarray(blue, np.uint8), np.asarray(red, np.uint8)


@lru_cache(8)
def _tables(tones: Tones) -> tuple[Plane, Plane]:
    """Luma of each grey, and blue, red and luma's correction (128: none) of each colour; made once for a kind of film."""
    greys = np.minimum(np.arange(65536, dtype=np.float32), LUMAS - 1)
    exact = mapped(greys, np.full_like(greys, 512), np.full_like(greys, 512), tones)[0]
    nodes = np.linspace(0, 1024, NODES, dtype=np.float32)
    lumas = (np.arange(SLABS, dtype=np.float32) + 0.5) * (1024 / SLABS)
    y, v, u = np.meshgrid(lumas, nodes, nodes, indexing="ij")
    luma, blue, red = mapped(y, u, v, tones)
    more = luma - np.interp(lumas, greys[:LUMAS], exact[:LUMAS])[:, None, None]
    colours = _rounded(np.stack((blue, red, 128 + more), axis=-1)).reshape(SLABS * NODES, NODES, 3)
    return _rounded(exact), colours


def _rounded(values: NDArray[Any]) -> Plane:
    return np.ascontiguousarray(np.clip(np.rint(values), 0, 255).astype(np.uint8))


def _looked_up(y: NDArray[np.uint16], table: Plane) -> Plane:
    try:
        return np.asarray(cv2.LUT(y, table), np.uint8)
    except cv2.error:  # before OpenCV 5 its tables have 256 entries
        return np.asarray(np.take(table, y), np.uint8)
