"""What is held is told in words that people read, in both languages, and nothing of it breaks on what is stored."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.i18n import LANGUAGES
from studio.server.db import personal
from studio.server.db.personal import PLACES
from studio.server.readable import FIELDS, ROWS_MAX, TITLES, UNSAID, Said, readable
from tests.server.db.test_personal import WHO, engine, fill

assert engine  # the fixture


def test_everything_that_is_told_has_a_word() -> None:
    places = [place for place in PLACES if place.name]
    assert set(TITLES) == {place.name for place in places}
    told = {column.name for place in places for column in place.table.c if column.name not in place.untold}
    assert set(FIELDS) | UNSAID == told
    assert not FIELDS.keys() & UNSAID


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_that_can_be_held_of_somebody_is_told_in_words(engine: AsyncEngine, language: str) -> None:
    await fill(engine)
    async with engine.connect() as connection:
        found = await personal.held(connection, WHO)
    sections = readable(found, language)
    there = {place.name for place in PLACES if place.name}
    assert len(sections) == len(there), "a row of each is there"
    words = [said for section in sections for row in section.rows for said in row]
    assert all(said.label and (said.text or said.at_ms) for said in words)
    assert not any(said.text.startswith(("[", "{")) for said in words)
    assert sections[0].title == {"en": "You in this browser", "da": "Dig i denne browser"}[language]


async def test_values_are_as_people_write_them(engine: AsyncEngine) -> None:
    await fill(engine)
    async with engine.connect() as connection:
        found = await personal.held(connection, WHO)
    found["orders"] = [found["orders"][0] | {"value_minor": 24_950, "media_ms": 3_725_000, "verified": True, "consent": "a-m"}]
    order = next(section for section in readable(found, "da") if section.title == "Ordrer").rows[0]
    assert Said(label="Beløb", text="249,50 kr.") in order
    assert Said(label="Tid i showet", text="1:02:05") in order
    assert Said(label="Bekræftet af butikken", text="Ja") in order
    assert Said(label="Du har sagt ja til", text="Statistik, Markedsføring") in order
    assert any(said.label == "Hvornår" and said.at_ms for said in order)


async def test_what_is_too_long_to_read_is_counted(engine: AsyncEngine) -> None:
    await fill(engine)
    async with engine.connect() as connection:
        found = await personal.held(connection, WHO)
    found["behaviours"] = found["behaviours"] * (ROWS_MAX + 7)
    section = next(section for section in readable(found, "en") if section.title == "What you did here")
    assert (len(section.rows), section.left) == (ROWS_MAX, 7)
