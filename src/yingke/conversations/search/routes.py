"""The HTTP door of search."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from yingke.conversations.search.querying import SearchPage, search
from yingke.conversations.search.statements import SearchKind
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr

router = APIRouter(route_class=WorkRoute, tags=["search"])


@router.get("/search", summary="Messages, notes and contacts that contain all words, newest first")
async def find(
    *,
    q: Annotated[CleanStr, StringConstraints(max_length=200), Query(description="Words, in Chinese or English")],
    call: Annotated[Call, allowed("conversations.read")],
    kind: SearchKind = "all",
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
    cursor: str | None = None,
) -> SearchPage:
    return await search(call.work, call.actor, q, kind=kind, limit=limit, cursor=cursor)
