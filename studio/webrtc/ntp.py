"""Times of sender reports (RFC 3550, 4)."""

EPOCH_S = 2_208_988_800
"""From NTP's epoch, 1900, to Unix', 1970."""


def ntp_of(unix_s: float) -> int:
    """64 bit NTP time of a Unix time in seconds."""
    return round((unix_s + EPOCH_S) * (1 << 32))
