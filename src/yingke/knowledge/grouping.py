"""Several entries at once: one made of several, two made of one, the same done to many."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Text, cast, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from yingke.identity import Actor
from yingke.kit.errors import Invalid, Refusal
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge import publishing
from yingke.knowledge.content import checked, content_of
from yingke.knowledge.editing import (
    Placement,
    change_entry,
    delete_entry,
    locked_entry,
    new_entry,
    put_content,
    put_live,
    record,
    require_may_change_live,
    require_room,
    tell_changed,
    undelete_entry,
)
from yingke.knowledge.errors import UnknownReference
from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.values import EntryAudience, EntryContent, EntryValue

BulkAction = Literal[
    "publish", "propose", "archive", "delete", "undelete", "move", "audience", "owner", "review_on", "add_keywords",
    "validity", "pin", "unpin",
]  # fmt: skip
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """What is done to each; the fields that the action names."""

    action: BulkAction
    category_id: UUID | None = None
    audience: EntryAudience = "everyone"
    site_ids: Sequence[UUID] = ()
    owner_id: UUID | None = None
    review_on: date | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    keywords: Sequence[str] = ()


class RefusedEntry(Value, frozen=True, kw_only=True):
    entry_id: UUID
    code: str
    detail: str


class BulkReport(Value, frozen=True, kw_only=True):
    changed: int
    refused: list[RefusedEntry]


class SplitEntries(Value, frozen=True, kw_only=True):
    entry: EntryValue
    rest: EntryValue


async def change_many(work: Work, actor: Actor, ids: Sequence[UUID], change: BulkChange) -> BulkReport:
    """Each entry by itself: one that is refused leaves the others alone."""
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(f"At most {MOST_AT_ONCE} entries are changed at once.", field="entry_ids")
    act = _acts(work, actor, change)[change.action]
    refused: list[RefusedEntry] = []
    wanted = sorted(set(ids))
    for id in wanted:
        try:
            async with work.rows.begin_nested():
                await act(id)
        except Refusal as refusal:
            refused.append(RefusedEntry(entry_id=id, code=refusal.code, detail=refusal.detail))
    return BulkReport(changed=len(wanted) - len(refused), refused=refused)


def _acts(work: Work, actor: Actor, change: BulkChange) -> dict[str, Callable[[UUID], Coroutine[Any, Any, Any]]]:
    def place(**placed: Any) -> Callable[[UUID], Coroutine[Any, Any, Any]]:
        return lambda entry_id: change_entry(work, actor, entry_id, placed)

    return {
        "publish": lambda entry_id: publishing.publish_entry(work, actor, entry_id),
        "propose": lambda entry_id: publishing.propose_entry(work, actor, entry_id),
        "archive": lambda entry_id: publishing.archive_entry(work, actor, entry_id),
        "delete": lambda entry_id: delete_entry(work, actor, entry_id),
        "undelete": lambda entry_id: undelete_entry(work, actor, entry_id),
        "move": place(category_id=change.category_id),
        "audience": place(audience=change.audience, site_ids=change.site_ids),
        "owner": place(owner_id=change.owner_id),
        "review_on": place(review_on=change.review_on),
        "validity": place(valid_from=change.valid_from, valid_until=change.valid_until),
        "add_keywords": lambda entry_id: _add_keywords(work, actor, entry_id, change.keywords),
        "pin": place(pinned=True),
        "unpin": place(pinned=False),
    }


async def _add_keywords(work: Work, actor: Actor, id: UUID, keywords: Sequence[str]) -> None:
    row = await locked_entry(work, id)
    live = row.live_version == row.version
    await change_entry(work, actor, id, {"keywords": [*content_of(row.content).keywords, *keywords]})
    if live and actor.may("knowledge.manage"):
        await publishing.publish_entry(work, actor, id)


async def merge_entries(work: Work, actor: Actor, into: UUID, from_ids: Sequence[UUID]) -> EntryValue:
    """The questions of `from_ids` become similar questions of `into`, their counts are added, links to them and
    their addresses lead to it; they are deleted. Raises EntryMissing, PublishingNotAllowed, UnknownReference for another language, TooManyTexts."""
    others = sorted(set(from_ids) - {into})
    rows = {id: await locked_entry(work, id) for id in sorted([into, *others])}
    row = rows.pop(into)
    if not rows or any(each.language != row.language for each in rows.values()):
        raise UnknownReference("Choose other entries of the same language.", field="from")
    for each in (row, *rows.values()):
        require_may_change_live(actor, each)
    content = content_of(row.content)
    told = [content_of(each.content) for each in rows.values()]
    merged = msgspec.structs.replace(
        content,
        similar=[*content.similar, *(text for each in told for text in (each.question, *each.similar))],
        keywords=list(dict.fromkeys([*content.keywords, *(word for each in told for word in each.keywords)])),
        related_ids=[id for id in content.related_ids if id not in rows],
    )
    live = row.live_version == row.version
    put_content(work, actor, row, checked(merged))
    row.status = "draft"
    if live:
        put_live(work, actor, row)
    for each in rows.values():
        row.views, row.uses = row.views + each.views, row.uses + each.uses
        row.votes_up, row.votes_down = row.votes_up + each.votes_up, row.votes_down + each.votes_down
        row.heat = max(row.heat, each.heat)
        each.deleted_at, each.merged_into = work.now, into
        await tell_changed(work, each, deleted=True)
    earlier = update(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.merged_into.in_(others)
    )
    await work.rows.execute(earlier.values(merged_into=into))
    record(work, row, actor, "merged", "; ".join(each.question for each in told)[:500])
    await _follow(work, actor, {str(id) for id in others}, into)
    return await tell_changed(work, row)


async def split_entry(
    work: Work, actor: Actor, id: UUID, *, question: str, similar: Sequence[str], answer_html: str = ""
) -> SplitEntries:
    """A new draft with `question` and those of the entry's `similar` questions; they leave the entry.

    Raises EntryMissing, and what `content.checked` refuses.
    """
    await require_room(work, 1)
    row = await locked_entry(work, id)
    content = content_of(row.content)
    taken = set(similar) & {content.question, *content.similar}
    new = EntryContent(
        question=question,
        similar=[text for text in content.similar if text in taken and text != question],
        keywords=content.keywords,
        answer_html=answer_html or content.answer_html,
        related_ids=[row.id],
    )
    placed = Placement(**{name: getattr(row, name) for name in Placement.__dataclass_fields__})
    made = new_entry(work, actor, row.language, checked(new), placed)  # type: ignore[arg-type]
    work.add(made)
    await work.flush()
    record(work, made, actor, "split", content.question)
    rest = [text for text in content.similar if text not in taken and text != question]
    live = row.live_version == row.version
    put_content(work, actor, row, checked(msgspec.structs.replace(content, similar=rest)))
    row.status = "draft"
    if live and actor.may("knowledge.manage"):
        put_live(work, actor, row)
    record(work, row, actor, "split", question)
    return SplitEntries(entry=await tell_changed(work, made), rest=await tell_changed(work, row))


async def _follow(work: Work, actor: Actor, gone: set[str], into: UUID) -> None:
    """Links and buttons that led to merged entries lead to the one they became, in drafts and in what is published."""
    linking = select(KnowledgeEntry).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.deleted_at.is_(None),
        or_(*(leads for column in (KnowledgeEntry.content, KnowledgeEntry.live) for leads in _leads_to(column, gone))),
    )
    for row in await work.all(linking.order_by(KnowledgeEntry.id).with_for_update()):
        row.content = _led(row.content, gone, into, row.id)
        row.live = _led(row.live, gone, into, row.id) if row.live else None


def _leads_to(column: Any, gone: set[str]) -> Iterator[ColumnElement[bool]]:
    yield column["related_ids"].op("?|")(cast(list(gone), ARRAY(Text)))
    for id in sorted(gone):
        yield column["buttons"].contains([{"entry_id": id}])


def _led(content: dict[str, Any], gone: set[str], into: UUID, own: UUID) -> dict[str, Any]:
    linked = [str(into) if id in gone else id for id in content["related_ids"]]
    buttons = [
        button | {"entry_id": str(into)} if button["entry_id"] in gone else button for button in content["buttons"]
    ]
    return content | {
        "related_ids": [id for id in dict.fromkeys(linked) if id != str(own)],
        "buttons": [button for button in buttons if button["entry_id"] != str(own)],
    }
