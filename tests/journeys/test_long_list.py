"""A list of many pages is scrolled through at the desk, in a real browser."""

from itertools import pairwise
from typing import Any

import asyncpg
from playwright.async_api import expect

from tests.journeys.conftest import People, Shop
from tests.journeys.test_working_day import talk

MANY = 330
"""Rows: three pages and a part of one."""
_COPIES = """INSERT INTO conversations ({columns}) SELECT {columns} FROM (
  SELECT (jsonb_populate_record(c, jsonb_build_object(
    'id', uuidv7(-n * interval '1 minute'), 'number', 100000 + n, 'last_message_at', now() - n * interval '1 minute',
    'opening_client_id', NULL, 'who', jsonb_build_object('name', 'copy ' || n)))).*
  FROM conversations c, generate_series(1, $2::int) AS n WHERE c.id = $1) AS copies"""
_COLUMNS = """SELECT string_agg(column_name, ', ') FROM information_schema.columns
  WHERE table_name = 'conversations' AND is_generated = 'NEVER'"""
_SHOWN = """(list) => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const frame = list.getBoundingClientRect();
  const rows = [...list.querySelectorAll('.list-row')].map((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return { id: row.querySelector('a').dataset.id, top: top - frame.top, bottom: bottom - frame.top };
  });
  done({ rows: rows.sort((one, other) => one.top - other.top), height: list.clientHeight,
         below: list.scrollHeight - list.scrollTop - list.clientHeight });
})))"""


async def test_a_list_of_many_pages_is_scrolled_through_without_gaps_or_doubles(people: People, shop: Shop) -> None:
    page = (await people.agent()).page
    _, first = await talk(people, shop, "我是第一页")
    shop.owner.ask("POST", f"/conversations/{first}/resolve", reason="no_answer_needed")
    folder = (shop.product.data / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    database = await asyncpg.connect(f"postgresql://postgres@/yingke?host={folder}")
    try:
        await database.execute(_COPIES.format(columns=await database.fetchval(_COLUMNS)), first, MANY)
        await page.goto(f"{shop.product.url}/desk/conversations/done")
        box = page.locator(".list")
        await box.hover()
        seen: list[str] = []
        for _ in range(400):
            shown = await box.evaluate(_SHOWN)
            follow_each_other(shown)
            ids = [row["id"] for row in shown["rows"]]
            again = seen.index(ids[0]) if ids[0] in seen else len(seen)
            assert seen[again:] == ids[: len(seen) - again], "what was seen keeps its place"
            seen += ids[len(seen) - again :]
            if shown["below"] < 1 and len(seen) >= MANY:
                break
            await page.mouse.wheel(0, 400)
        assert seen == everything(shop)
        await expect(page.get_by_text(f"copy {MANY}", exact=True)).to_be_in_viewport()
    finally:
        await database.execute("DELETE FROM conversations WHERE number > 100000")
        await database.close()


def follow_each_other(shown: dict[str, Any]) -> None:
    """The window is full of rows, each where the last one ends; and they are few, however long the list is."""
    rows = shown["rows"]
    for above, below in pairwise(rows):
        assert abs(above["bottom"] - below["top"]) < 1, (above, below)
    assert rows[0]["top"] <= 1 and (rows[-1]["bottom"] >= shown["height"] - 1 or shown["below"] < 60), shown
    assert len(rows) < 60 and len({row["id"] for row in rows}) == len(rows)


def everything(shop: Shop) -> list[str]:
    """As the server has it, by its pages."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = shop.owner.ask("GET", f"/conversations?view=done&limit=100{cursor}")
        found += [each["id"] for each in answer["items"]]
        if not answer["next_cursor"]:
            return found
        cursor = f"&cursor={answer['next_cursor']}"
