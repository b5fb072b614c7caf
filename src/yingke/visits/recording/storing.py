"""Many reports in a few statements: who it is, which visit, then page views and events.

Each statement is a transaction of its own, and may be repeated: mostly there is only the one that adds page views. Two
processes may hear of one visitor at once; each insert says what wins, and who lost reads what won.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from yingke.kit.ids import new_id, new_id_at
from yingke.kit.values import encode
from yingke.kit.work import Direct
from yingke.visitors import address_prefix, recognise
from yingke.visits.incoming import Begun, Done, Incoming, Known, Seen
from yingke.visits.regions import Regions
from yingke.visits.sources import source_of
from yingke.visits.values import Touch

NEW_VISIT_AFTER = timedelta(minutes=30)

_FIND = """
SELECT v.workspace_id, v.site_id, v.token_hash, v.id AS visitor_id, v.visits, v.last_seen_at,
       x.id AS visit_id, x.number, x.active_at
FROM visitors v LEFT JOIN LATERAL (
  SELECT id, number, active_at FROM visits
  WHERE workspace_id = v.workspace_id AND visitor_id = v.id ORDER BY number DESC LIMIT 1) x ON true
WHERE v.token_hash = ANY($1)
"""
_ADD_VISITORS = """
INSERT INTO visitors (workspace_id, id, site_id, token_hash, language, user_agent, device, address_prefix, anonymous,
                      landing_url, referrer, visits, first_seen_at, last_seen_at, fields)
SELECT t.*, 0, $12, $12, '{}' FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::text[], $6::text[],
  $7::jsonb[], $8::text[], $9::bool[], $10::text[], $11::text[]) AS t
ON CONFLICT (token_hash) DO NOTHING RETURNING token_hash, id
"""
_ADD_VISITS = """
INSERT INTO visits (workspace_id, id, site_id, visitor_id, number, started_at, active_at, page_views, events, landing_url,
                    landing_title, exit_url, exit_title, referrer, language, source, region, device)
SELECT workspace_id, id, site_id, visitor_id, number, at, at, 0, 0, url, title, url, title, referrer, language, source,
       region, device
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::timestamptz[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::jsonb[], $12::jsonb[], $13::jsonb[])
  AS t (workspace_id, id, site_id, visitor_id, number, at, url, title, referrer, language, source, region, device)
ON CONFLICT (workspace_id, visitor_id, number) DO NOTHING RETURNING id
"""
_TOUCH = """
UPDATE visitors v SET
  visits = t.number, last_seen_at = greatest(v.last_seen_at, t.at), page_url = t.url, page_title = t.title,
  language = coalesce(nullif(t.language, ''), v.language), device = t.device, user_agent = t.user_agent,
  first_touch = coalesce(v.first_touch, t.touch),
  last_touch = CASE WHEN t.direct AND v.last_touch IS NOT NULL THEN v.last_touch ELSE t.touch END
FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
            $9::text[], $10::jsonb[], $11::bool[])
  AS t (workspace_id, id, number, at, url, title, language, device, user_agent, touch, direct)
WHERE v.workspace_id = t.workspace_id AND v.id = t.id
"""
# The last page of a visit is that of its latest view: two tabs may report in any order.
_ADD_PAGES = """
WITH stored AS (
  INSERT INTO page_views (workspace_id, visit_id, id, visitor_id, site_id, at, url, title, open_ms, visible_ms, scroll)
  SELECT t.*, 0, 0, 0 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[],
                                  $7::text[], $8::text[]) AS t
  ON CONFLICT DO NOTHING RETURNING workspace_id, visit_id, id, at, url, title),
counted AS (
  SELECT workspace_id, visit_id, count(*) AS views, max(at) AS at, (array_agg(url ORDER BY at DESC))[1] AS url,
         (array_agg(title ORDER BY at DESC))[1] AS title
  FROM stored GROUP BY workspace_id, visit_id),
changed AS (
  UPDATE visits v SET page_views = v.page_views + c.views, active_at = greatest(v.active_at, c.at),
    exit_url = CASE WHEN c.at >= v.active_at THEN c.url ELSE v.exit_url END,
    exit_title = CASE WHEN c.at >= v.active_at THEN c.title ELSE v.exit_title END
  FROM counted c WHERE v.workspace_id = c.workspace_id AND v.id = c.visit_id)
SELECT id FROM stored
"""
_ADD_EVENTS = """
WITH stored AS (
  INSERT INTO custom_events (workspace_id, visit_id, id, visitor_id, site_id, page_id, at, kind, name, properties)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[],
                       $8::text[], $9::text[], $10::jsonb[])
  ON CONFLICT DO NOTHING RETURNING workspace_id, visit_id, id, at),
counted AS (SELECT workspace_id, visit_id, count(*) AS events, max(at) AS at FROM stored GROUP BY 1, 2),
changed AS (
  UPDATE visits v SET events = v.events + c.events, active_at = greatest(v.active_at, c.at)
  FROM counted c WHERE v.workspace_id = c.workspace_id AND v.id = c.visit_id)
SELECT id FROM stored
"""


async def store(
    direct: Direct,
    batch: Sequence[Incoming],
    people: dict[bytes, Known],
    regions: Regions,
    now: datetime,
) -> None:
    """Store `batch` in order. `people` holds whom this process knows by token hash, and is added to.

    Each item is told its visitor (`known`), the visit it began, and what of it was `stored`; one that belongs to no
    visit (its token is another site's, or its visit has ended) is left as it came.
    """
    await _recognise(direct, batch, people, now)
    for item in batch:
        known = people.get(item.browser.token_hash)
        if known and known.site_id == item.site.id:
            item.known = known
    await _begin_visits(direct, batch, regions, now)
    mine = [item for item in batch if item.known and item.known.visit_id]
    fresh = set()
    if pages := [row for item in mine for row in _page_rows(item)]:
        fresh |= {record["id"] for record in await direct.fetch(_ADD_PAGES, *_columns(pages))}
    if events := [row for item in mine for row in _event_rows(item)]:
        fresh |= {record["id"] for record in await direct.fetch(_ADD_EVENTS, *_columns(events))}
    for item in mine:
        assert item.known
        moments: list[Seen | Done] = [*item.pages, *item.events]
        item.stored = {each.id for each in moments} & fresh
        item.known.active_at = max([*(each.at for each in moments), item.known.active_at or now])


async def _recognise(direct: Direct, batch: Sequence[Incoming], people: dict[bytes, Known], now: datetime) -> None:
    unknown = [item for item in batch if _is_to_be_found(item, people.get(item.browser.token_hash))]
    if not unknown:
        return
    await _find(direct, {item.browser.token_hash for item in unknown}, people, now)
    first: dict[bytes, Incoming] = {}
    for item in unknown:
        if item.pages and item.browser.token_hash not in people:
            first.setdefault(item.browser.token_hash, item)
    if not first:
        return
    newcomers = list(first.values())
    rows = [_visitor_row(item) for item in newcomers]
    ids = {record["token_hash"]: record["id"] for record in await direct.fetch(_ADD_VISITORS, *_columns(rows), now)}
    for item in newcomers:
        token = item.browser.token_hash
        if token in ids:
            people[token] = Known(item.site.workspace_id, item.site.id, ids[token])
    if lost := [item.browser.token_hash for item in newcomers if item.browser.token_hash not in ids]:
        await _find(direct, lost, people, now)


async def _find(direct: Direct, tokens: Iterable[bytes], people: dict[bytes, Known], now: datetime) -> None:
    for row in await direct.fetch(_FIND, list(tokens)):
        number = max(row["number"] or 0, row["visits"])
        greeted_now = row["visit_id"] is None and now - row["last_seen_at"] <= NEW_VISIT_AFTER
        if greeted_now and number:  # the panel came first, and has counted this visit
            number -= 1
        people[row["token_hash"]] = Known(
            row["workspace_id"], row["site_id"], row["visitor_id"], row["visit_id"], number, row["active_at"]
        )


async def _begin_visits(direct: Direct, batch: Sequence[Incoming], regions: Regions, now: datetime) -> None:
    beginning = []
    for item in batch:
        if item.known and item.pages and _has_ended(item.known, item.pages[0].at):
            item.begun = _begin(item, item.known, regions)
            beginning.append(item)
    if not beginning:
        return
    rows = [_visit_row(item) for item in beginning]
    added = {record["id"] for record in await direct.fetch(_ADD_VISITS, *_columns(rows))}
    if lost := [item for item in beginning if item.begun and item.begun.id not in added]:
        await _follow_winners(direct, lost, now)
    if begun := [item for item in beginning if item.begun]:
        await direct.fetch(_TOUCH, *_columns([_touch_row(item) for item in begun]))


async def _follow_winners(direct: Direct, lost: Sequence[Incoming], now: datetime) -> None:
    """Another process began these visits in the same moment: go on in those."""
    won: dict[bytes, Known] = {}
    await _find(direct, [item.browser.token_hash for item in lost], won, now)
    for item in lost:
        winner = won.get(item.browser.token_hash)
        item.begun = None
        if winner and item.known:
            item.known.visit_id, item.known.number = winner.visit_id, winner.number
            item.known.active_at = winner.active_at


def _is_to_be_found(item: Incoming, known: Known | None) -> bool:
    """Nobody knows him here, or his visit went on in another process without a word to this one."""
    return known is None or bool(item.pages and _has_ended(known, item.pages[0].at))


def _has_ended(known: Known, at: datetime) -> bool:
    return known.visit_id is None or known.active_at is None or at - known.active_at > NEW_VISIT_AFTER


def _begin(item: Incoming, known: Known, regions: Regions) -> Begun:
    page = item.pages[0]
    known.visit_id, known.number, known.active_at = new_id_at(page.at), known.number + 1, page.at
    return Begun(
        id=known.visit_id,
        number=known.number,
        page=page,
        source=source_of(page.url, page.said_referrer, item.site.hosts),
        region=regions.of(item.browser.address),
        device={**recognise(item.browser.user_agent)},
    )


def _visitor_row(item: Incoming) -> tuple[Any, ...]:
    browser, page = item.browser, item.pages[0]
    return (item.site.workspace_id, new_id(), item.site.id, browser.token_hash, browser.language, browser.user_agent,
            _json(recognise(browser.user_agent)), address_prefix(browser.address), browser.anonymous, page.url,
            page.referrer or None)  # fmt: skip


def _visit_row(item: Incoming) -> tuple[Any, ...]:
    begun, known = item.begun, item.known
    assert begun and known
    page = begun.page
    return (item.site.workspace_id, begun.id, item.site.id, known.visitor_id, begun.number, page.at, page.url, page.title,
            page.referrer, item.browser.language, _json(begun.source), _json(begun.region), _json(begun.device))  # fmt: skip


def _touch_row(item: Incoming) -> tuple[Any, ...]:
    begun, known = item.begun, item.known
    assert begun and known
    page = begun.page
    touch = Touch(source=begun.source, landing_url=page.url, at=page.at, visit_id=begun.id)
    return (item.site.workspace_id, known.visitor_id, begun.number, page.at, page.url, page.title, item.browser.language,
            _json(begun.device), item.browser.user_agent, _json(touch), begun.source.kind == "direct")  # fmt: skip


def _page_rows(item: Incoming) -> Iterable[tuple[Any, ...]]:
    known = item.known
    assert known
    for page in item.pages:
        yield (item.site.workspace_id, known.visit_id, page.id, known.visitor_id, item.site.id, page.at, page.url,
               page.title)  # fmt: skip


def _event_rows(item: Incoming) -> Iterable[tuple[Any, ...]]:
    known = item.known
    assert known
    for done in item.events:
        yield (item.site.workspace_id, known.visit_id, done.id, known.visitor_id, item.site.id, done.page_id, done.at,
               done.kind, done.name, _json(done.properties))  # fmt: skip


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _json(value: Any) -> str:
    return encode(value).decode()
