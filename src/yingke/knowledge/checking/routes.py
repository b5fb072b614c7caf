"""The HTTP door of the checks."""

from typing import Annotated

from fastapi import APIRouter, Query

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.knowledge.checking.looking import look, summary
from yingke.knowledge.checking.values import CheckSummary, Finding, Kind
from yingke.knowledge.languages import Language

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])


Wait = Annotated[float, Query(ge=0, le=20)]
"""Seconds to go on comparing entries with one another; what is left then is told, and goes on with the next request."""


class Findings(Value, frozen=True, kw_only=True):
    items: list[Finding]
    next_cursor: str | None
    total: int


@router.get("/knowledge/checks", summary="What is wrong with the entries, the worst first")
async def list_findings(
    call: Annotated[Call, allowed("knowledge.read")],
    kind: Kind | None = None,
    language: Language | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
    wait: Wait = 10,
) -> Findings:
    looked = await look(
        call.work, call.services.banks, kind=kind, language=language, only_site_ids=call.actor.only_site_ids, wait=wait
    )
    found = looked.found
    start = max(0, read_cursor(cursor, int)[0]) if cursor else 0
    more = start + limit < len(found)
    return Findings(
        items=found[start : start + limit], next_cursor=write_cursor(start + limit) if more else None, total=len(found)
    )


@router.get("/knowledge/checks/summary", summary="How many of each kind")
async def summarise(call: Annotated[Call, allowed("knowledge.read")], wait: Wait = 10) -> CheckSummary:
    looked = await look(call.work, call.services.banks, only_site_ids=call.actor.only_site_ids, wait=wait)
    return await summary(call.work, looked)


@router.post("/knowledge/checks/links", status_code=202, summary="Look at every link again")
async def check_links(call: Annotated[Call, allowed("knowledge.write")]) -> None:
    call.work.defer("check_knowledge_links")
