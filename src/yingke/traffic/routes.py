"""The HTTP door of figures."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from msgspec.structs import replace

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.text import CleanStr
from yingke.traffic.conversions import ConversionBy, Conversions, conversions_of_goal
from yingke.traffic.figures import Range, breakdown, range_of, traffic
from yingke.traffic.naming import called
from yingke.traffic.sheets import MEDIA_TYPES, Cell, Format, Language, conversions_table, table, write_sheet
from yingke.traffic.values import Breakdown, Figures, Traffic

router = APIRouter(route_class=WorkRoute, tags=["traffic"])

Reading = Annotated[Call, allowed("traffic.read")]
First = Annotated[date | None, Query(alias="from")]
Dimension = Literal[
    "source", "engine", "keyword", "campaign", "referrer", "region", "landing", "exit", "page", "device", "system",
    "browser", "language", "goal",
]  # fmt: skip
MOST_LINES = 20_000
"""Of an exported table."""


@router.get("/traffic", summary="Traffic of a range of days")
async def read(
    call: Reading,
    first: First = None,
    to: date | None = None,
    site_id: UUID | None = None,
    segment_id: UUID | None = None,
) -> Traffic:
    return await traffic(call.work, await range_of(call.work, call.actor, first, to, site_id, segment_id))


@router.get("/traffic/by/{dimension}", summary="Traffic by source, page, region, …")
async def read_by(
    dimension: Dimension,
    call: Reading,
    first: First = None,
    to: date | None = None,
    site_id: UUID | None = None,
    segment_id: UUID | None = None,
    q: Annotated[CleanStr, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> Breakdown:
    offset = max(0, read_cursor(cursor, int)[0]) if cursor else 0
    range = await range_of(call.work, call.actor, first, to, site_id, segment_id)
    shown, more = await breakdown(call.work, range, dimension, limit=limit, offset=offset, q=q)
    return replace(shown, next_cursor=write_cursor(offset + limit) if more else None)


@router.get("/traffic/export", response_class=Response, summary="Traffic as CSV or XLSX")
async def export(
    call: Annotated[Call, allowed("traffic.read", written_down=True)],
    dimension: Dimension | Literal["days", "hours"] = "days",
    format: Format = "csv",
    first: First = None,
    to: date | None = None,
    site_id: UUID | None = None,
    segment_id: UUID | None = None,
    language: Language = "zh-CN",
) -> Response:
    range = await range_of(call.work, call.actor, first, to, site_id, segment_id)
    lines = table(await _lines(call, range, dimension, language), language)
    return _sheet(lines, f"traffic-{dimension}", range, format)


@router.get("/goals/{goal_id}/conversions", summary="Who reached a goal, by source, keyword, agent, …")
async def conversions(
    goal_id: UUID,
    call: Reading,
    by: ConversionBy = "source",
    first: First = None,
    to: date | None = None,
) -> Conversions:
    return await conversions_of_goal(call.work, goal_id, by, await range_of(call.work, call.actor, first, to, None))


@router.get("/goals/{goal_id}/conversions/export", response_class=Response, summary="The same as CSV or XLSX")
async def export_conversions(
    goal_id: UUID,
    call: Annotated[Call, allowed("traffic.read", written_down=True)],
    by: ConversionBy = "source",
    format: Format = "csv",
    first: First = None,
    to: date | None = None,
    language: Language = "zh-CN",
) -> Response:
    range = await range_of(call.work, call.actor, first, to, None)
    found = await conversions_of_goal(call.work, goal_id, by, range, most=MOST_LINES)
    return _sheet(conversions_table(found.items, by, language), f"goal-{by}", range, format)


def _sheet(lines: Sequence[Sequence[Cell]], name: str, range: Range, format: Format) -> Response:
    disposition = f'attachment; filename="{name}-{range.first}-{range.last}.{format}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return Response(write_sheet(lines, format), media_type=MEDIA_TYPES[format], headers=headers)


async def _lines(call: Call, range: Range, dimension: str, language: Language) -> list[tuple[str, Figures]]:
    if dimension in ("days", "hours"):
        whole = await traffic(call.work, range)
        if dimension == "days":
            return [(day.day.isoformat(), day) for day in whole.days]
        return [(f"{hour.hour:02}:00", hour) for hour in whole.hours]
    shown, _ = await breakdown(call.work, range, dimension, limit=MOST_LINES)
    return [(called(dimension, row.key, row.name, language), row) for row in shown.items]
