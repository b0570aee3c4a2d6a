"""Who is a person. Robots get what everybody gets, and no profile; who is likely one is left out of sizes, tests and
recommendations until a person decides."""

import re
from functools import lru_cache
from typing import Literal

from studio.i18n import N_
from studio.relation.reason import Reason

VisitorClass = Literal["person", "likely", "robot", "staff"]
VIEWS_A_DAY, VIEWS_A_MINUTE = 250, 60
_AGENTS = re.compile(
    r"(?<!\bcu)bot\b|crawl|spider|slurp|mediapartners|facebookexternalhit|embedly|preview|headless|phantomjs|lighthouse"
    r"|pagespeed|monitor|uptime|pingdom|curl/|wget|python-|aiohttp|okhttp|java/|go-http-client|libwww|httpclient|node-fetch|axios"
    r"|(?<!\bcam)scan|validator|archive\.org|feedfetcher|whatsapp|skypeuripreview|google-inspectiontool|apis-google",
    re.IGNORECASE,
)


@lru_cache(2000)
def of_agent(agent: str, *, webdriver: bool) -> tuple[VisitorClass, Reason | None]:
    """By what a browser says of itself: its User-Agent, and whether a program steers it (`navigator.webdriver`)."""
    if not agent.strip() or _AGENTS.search(agent):
        return "robot", Reason(N_("robot: it says so itself"))
    if webdriver:
        return "robot", Reason(N_("robot: a program steers the browser"))
    return "person", None


def of_views(a_day: int, a_minute: int) -> tuple[VisitorClass, Reason | None]:
    """By how many product views there were in the busiest day and the busiest minute."""
    if a_day > VIEWS_A_DAY:
        return "likely", Reason(N_("likely robot: {views} > {most} views in a day"), {"views": a_day, "most": VIEWS_A_DAY})
    if a_minute > VIEWS_A_MINUTE:
        values = {"views": a_minute, "most": VIEWS_A_MINUTE}
        return "likely", Reason(N_("likely robot: {views} > {most} views in a minute"), values)
    return "person", None
