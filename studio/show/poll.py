"""A question to the audience with two to four answers."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

QUESTION_MAX, ANSWER_MAX, ANSWERS_MAX = 200, 60, 4
Question = Annotated[str, Meta(min_length=1, max_length=QUESTION_MAX)]
Answer = Annotated[str, Meta(min_length=1, max_length=ANSWER_MAX)]
Answers = Annotated[tuple[Answer, ...], Meta(min_length=2, max_length=ANSWERS_MAX)]
PollState = Literal["open", "closed"]


class Poll(Struct, frozen=True, kw_only=True):
    """One poll; `votes` counts each answer. A visitor has one vote and may move it while the poll is open."""

    id: str
    question: Question
    answers: Answers
    votes: tuple[int, ...] = ()
    state: PollState = "open"

    @property
    def total(self) -> int:
        """How many have voted."""
        return sum(self.votes)


def shares(votes: tuple[int, ...]) -> tuple[int, ...]:
    """Whole per cents that add up to 100 (largest remainder), or zeros when nobody voted."""
    total = sum(votes)
    if not total:
        return tuple(0 for _ in votes)
    exact = [count * 100 / total for count in votes]
    whole = [int(share) for share in exact]
    for place in sorted(range(len(votes)), key=lambda n: whole[n] - exact[n])[: 100 - sum(whole)]:
        whole[place] += 1
    return tuple(whole)
