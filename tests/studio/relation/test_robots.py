"""Who says of themselves that they are a robot, and who only sounds like it."""

import pytest

from studio.relation.robots import of_agent

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    "agent",
    [
        f"Mozilla/5.0 (Linux; Android 10; CUBOT X30) {CHROME}",
        f"Mozilla/5.0 (Linux; Android 11; Cubot KingKong 5 Pro) {CHROME}",
        f"Mozilla/5.0 (Linux; Android 14; SM-S911B) {CHROME}",
        f"Mozilla/5.0 (Linux; Android 14; SM-S911B) {CHROME} CamScanner/6.60",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Instagram 350.0",
    ],
)
def test_a_telephone_is_a_person(agent: str) -> None:
    assert of_agent(agent, webdriver=False) == ("person", None)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        f"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) {CHROME} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "AdsBot-Google (+http://www.google.com/adsbot.html)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0",
        "curl/8.5.0",
        "  ",
    ],
)
def test_a_robot_says_so(agent: str) -> None:
    assert of_agent(agent, webdriver=False)[0] == "robot"
