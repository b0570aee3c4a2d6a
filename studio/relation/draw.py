"""Who is drawn: by a hash, so that it is the same on all devices and at every request, and nobody has to remember it."""

import hashlib
from collections.abc import Sequence


def share(salt: str, profile: str) -> float:
    """Where somebody falls, 0 ≤ … < 1."""
    digest = hashlib.blake2b(f"{salt}\n{profile}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53  # what a float holds: the last of 64 bits would round up to 1


def held_back(salt: str, profile: str, percent: float) -> bool:
    """Whether they are one of the few who are never personalised, for measuring."""
    return share(f"holdback {salt}", profile) * 100 < percent


def variant(salt: str, profile: str, weights: Sequence[int]) -> int:
    """Which of several, as often as their weights say."""
    at = share(f"variant {salt}", profile) * sum(weights)
    for place, weight in enumerate(weights):
        at -= weight
        if at < 0:
            return place
    return len(weights) - 1
