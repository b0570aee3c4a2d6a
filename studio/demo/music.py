"""A calm loop: soft chords under light plucks. Everything wraps around its end, so the loop has no seam."""

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
LOUDNESS = -20.0
CHORD_SECONDS = 2.0
PLUCK_SECONDS = 0.25

Sound = NDArray[np.float64]

# Fmaj9 · Am7 · Dm9 · Cmaj7 in MIDI notes: bass and chord.
CHORDS = ((41, 57, 60, 64, 67), (45, 57, 60, 64, 67), (38, 57, 60, 65, 64), (48, 55, 59, 64, 67))
STEPS = (0, 2, 1, 3, 2, 3, 1, 2)
RESTS = frozenset((3, 6, 13, 17, 22, 30))


def _hertz(note: float) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def _add(track: Sound, note: Sound, at: float, pan: float) -> None:
    """Lay a note into the loop; what rings beyond the end goes on at the beginning."""
    places = (round(at * RATE) + np.arange(note.size)) % track.shape[1]
    np.add.at(track[0], places, note * np.cos((pan + 1) * np.pi / 4))
    np.add.at(track[1], places, note * np.sin((pan + 1) * np.pi / 4))


def _pad(hertz: float, seconds: float) -> Sound:
    """A slow, soft tone of three slightly detuned voices."""
    time = np.arange(round(seconds * RATE)) / RATE
    rise = np.sin(0.5 * np.pi * np.clip(time / 0.9, 0, 1)) ** 2
    fall = np.sin(0.5 * np.pi * np.clip((seconds - time) / 1.4, 0, 1)) ** 2
    tone = np.zeros_like(time)
    for cents, start in ((-5, 0.0), (0, 0.37), (5, 0.71)):
        turns = hertz * 2 ** (cents / 1200) * time + start
        for harmonic, level in ((1, 1.0), (2, 0.22), (3, 0.1), (4, 0.03)):
            tone += level * np.sin(2 * np.pi * harmonic * turns)
    return np.asarray(tone * rise * fall)


def _pluck(hertz: float) -> Sound:
    """A light, bell-like note."""
    time = np.arange(round(1.6 * RATE)) / RATE
    tone = np.zeros_like(time)
    for ratio, level, fade in ((1, 1.0, 3.2), (2, 0.35, 5.0), (3.01, 0.12, 8.0), (5.4, 0.04, 14.0)):
        tone += level * np.exp(-fade * time) * np.sin(2 * np.pi * hertz * ratio * time)
    edge = np.clip(time / 0.006, 0, 1) * np.clip((1.6 - time) / 0.1, 0, 1)
    return np.asarray(tone * edge)


def _room(track: Sound) -> Sound:
    """A soft echo of a room, convolved around the loop."""
    count = track.shape[1]
    time = np.arange(min(count, round(2.2 * RATE))) / RATE
    wet = np.empty_like(track)
    for side in range(2):
        dice = np.random.default_rng(11 + side)
        answer = dice.normal(0, 1, time.size) * np.exp(-3.4 * time) * np.clip(time / 0.02, 0, 1)
        answer = np.convolve(answer, np.hanning(25), "same")
        answer /= np.sqrt(np.sum(answer**2))
        wet[side] = np.fft.irfft(np.fft.rfft(track[side]) * np.fft.rfft(answer, count), count)
    return track + 0.28 * wet


def _weighted(track: Sound) -> Sound:
    """The K-weighting of ITU-R BS.1770 at 48 kHz, around the loop."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(track.shape[1]))
    shelf = (1.53512485958697 - 2.69169618940638 * turn + 1.19839281085285 * turn**2) / (
        1 - 1.69065929318241 * turn + 0.73248077421585 * turn**2
    )
    high = (1 - 2 * turn + turn**2) / (1 - 1.99004745483398 * turn + 0.99007225036621 * turn**2)
    return np.asarray(np.fft.irfft(np.fft.rfft(track) * shelf * high, track.shape[1]))


def loop(seconds: float) -> NDArray[np.float32]:
    """Two rows of samples at 48 kHz that may be played round and round; `seconds` in whole chords."""
    track = np.zeros((2, round(seconds * RATE)))
    chords = round(seconds / CHORD_SECONDS)
    for index in range(chords):
        start = index * CHORD_SECONDS
        bass, *notes = CHORDS[index if index < chords - 1 else len(CHORDS) - 1]
        _add(track, 0.9 * _pad(_hertz(bass), 3.4), start - 0.5, 0)
        for voice, note in enumerate(notes):
            _add(track, 0.36 * _pad(_hertz(note), 3.4), start - 0.5, (-0.6, 0.4, -0.2, 0.6)[voice])
        for step in range(round(CHORD_SECONDS / PLUCK_SECONDS)):
            beat = index * round(CHORD_SECONDS / PLUCK_SECONDS) + step
            if beat not in RESTS:
                level = 0.62 if step % 4 == 0 else 0.4
                _add(track, level * _pluck(_hertz(notes[STEPS[step]] + 12)), start + step * PLUCK_SECONDS, 0.5 * (-1) ** step)
    track = _room(track)
    track -= track.mean(axis=1, keepdims=True)
    loudness = -0.691 + 10 * np.log10(np.sum(np.mean(_weighted(track) ** 2, axis=1)))
    return np.asarray(track * 10 ** ((LOUDNESS - loudness) / 20), np.float32)
