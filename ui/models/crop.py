"""Which part of a picture a clip of another shape keeps. Pure."""

RATIOS: dict[str, tuple[int, int]] = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5)}
Rect = tuple[float, float, float, float]
"""Left, top, width, height as shares of the picture."""


def crop(width: int, height: int, aspect: str, focus_x: float) -> Rect:
    """As much as fits in the shape, with its middle at `focus_x` (0 to 1) of the width where the picture allows it."""
    across, down = RATIOS.get(aspect, (width, height))
    if width <= 0 or height <= 0:
        return 0.0, 0.0, 1.0, 1.0
    wanted = across / down * height / width
    if wanted >= 1:  # wider than the picture: less of its height
        return 0.0, (1 - 1 / wanted) / 2, 1.0, 1 / wanted
    return min(max(focus_x - wanted / 2, 0.0), 1 - wanted), 0.0, wanted, 1.0


def focus_of(left: float, share: float) -> float:
    """`focus_x` of a frame whose left edge is dragged to `left`, `share` wide."""
    return min(max(left + share / 2, share / 2), 1 - share / 2)
