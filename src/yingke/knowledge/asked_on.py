"""What visitors of a page ask there: offered first to the next one on it."""

import time
from collections import OrderedDict
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, or_, select

from yingke.kit.text import clean
from yingke.kit.work import Work
from yingke.knowledge.models import AskedQuestion

_LONGEST_PAGE = 300
_KEPT_FOR = 60.0
"""Seconds."""
_MOST_KEPT = 2_000
"""Pages of all sites that are remembered."""
_LOOK_BACK, _MOST_LOOKED_AT, _MOST = timedelta(days=60), 1_000, 40
_FEWEST_CONVERSATIONS = 2
"""What one visitor asks is shown to no other, however often he asks it."""


def page_of(url: str) -> str:
    """The path of an address, without query, fragment and a slash at its end: what makes a page, for counting."""
    try:
        path = urlsplit(clean(url)).path
    except ValueError:
        path = ""
    return (path.rstrip("/") or "/")[:_LONGEST_PAGE]


class AskedOn:
    """Asks the database once a minute for each page, however many visitors come."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[UUID, str], tuple[float, list[UUID]]] = OrderedDict()

    async def entries(self, work: Work, site_id: UUID, page: str) -> list[UUID]:
        """Those that answered questions on `page`, the most asked first; at most forty. In which language they are and who
        may see them is not looked at."""
        key, now = (site_id, page), time.monotonic()
        read_at, ids = self._kept.get(key, (0.0, []))
        if key not in self._kept or now - read_at > _KEPT_FOR:
            ids = await _most_asked(work, site_id, page)
            self._kept[key] = now, ids
            self._kept.move_to_end(key)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return ids


async def _most_asked(work: Work, site_id: UUID, page: str) -> list[UUID]:
    answered_by = func.coalesce(AskedQuestion.chosen_id, AskedQuestion.entry_id).label("entry_id")
    helped = or_(AskedQuestion.outcome.is_(None), AskedQuestion.outcome.in_(("solved", "chosen")))
    newest = (
        select(answered_by, AskedQuestion.conversation_id)
        .where(
            AskedQuestion.workspace_id == work.workspace_id,
            AskedQuestion.site_id == site_id,
            AskedQuestion.page == page,
            AskedQuestion.asked_at > work.now - _LOOK_BACK,
            or_(AskedQuestion.decision == "answer", AskedQuestion.chosen_id.is_not(None)),
            helped,
        )
        .order_by(AskedQuestion.asked_at.desc())
        .limit(_MOST_LOOKED_AT)
        .subquery()
    )
    asked_in = func.count(newest.c.conversation_id.distinct())
    counted = select(newest.c.entry_id).where(newest.c.entry_id.is_not(None)).group_by(newest.c.entry_id)
    often = counted.having(asked_in >= _FEWEST_CONVERSATIONS).order_by(asked_in.desc(), newest.c.entry_id)
    return list(await work.scalars(often.limit(_MOST)))
