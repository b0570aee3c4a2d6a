"""The simulated audience: viewers who come and go, and what they write."""

import asyncio
import random
from collections.abc import Callable, Sequence

from studio.clock import Clock
from studio.i18n import N_, _
from studio.show.chat import ChatLine
from studio.spine import Store
from studio.state.rehearsal import Rehearsal

LINES_A_SECOND = 0.4
FULL = 240
"""How many come in the end."""
NAMES = ("Sofie", "Karen K.", "Nadia", "Emil", "Lise", "Jonas", "Freja", "Oliver", "Anne-Mette", "Søren", "Astrid", "Mikkel")
LINES = (
    N_("Hello from Aarhus!"),
    N_("Is it good for very dry skin?"),
    N_("I bought it last time, love it"),
    N_("Can I use it together with retinol?"),
    N_("What is the difference between the oil and the serum?"),
    N_("Just joined, which one is on offer?"),
    N_("How long does delivery take?"),
    N_("The sound is very good tonight"),
    N_("Could you show the colour close up?"),
    N_("Is it vegan?"),
    N_("My mother would like this one"),
    N_("Is there a larger size?"),
    N_("Beautiful!"),
    N_("Do you have it without perfume? I am allergic, and most of what I have tried so far gave me a rash within a week."),
)


class SimulatedAudience:
    """Works while the show is in rehearsal. `say` is called with the new lines. On the studio's loop."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        say: Callable[[Sequence[ChatLine]], None],
        *,
        lines_a_second: float = LINES_A_SECOND,
        chance: random.Random | None = None,
    ) -> None:
        self.lines_a_second = lines_a_second
        self._store = store
        self._clock = clock
        self._say = say
        self._chance = chance or random.Random()
        self._count = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if self._store.state.show.state == "rehearsal":
                await asyncio.sleep(self._chance.expovariate(self.lines_a_second))
                self.act()
            else:
                self._store.update(rehearsal=Rehearsal())
                await asyncio.sleep(0.5)

    def act(self) -> None:
        """Somebody writes, and some come and go."""
        if self._store.state.show.state != "rehearsal":
            return
        viewers = self._store.state.rehearsal.viewers
        drift = (FULL - viewers) * 0.06 + self._chance.gauss(0, 2)
        self._store.update(rehearsal=Rehearsal(viewers=max(1, round(viewers + drift))))
        self._count += 1
        line = ChatLine(
            id=f"simulated-{self._count}",
            at_ms=self._clock.wall_ms(),
            name=self._chance.choice(NAMES),
            text=_(self._chance.choice(LINES)),
            simulated=True,
        )
        self._say((line,))
