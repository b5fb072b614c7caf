"""The HTTP door of entries, categories, word lists and settings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from msgspec import convert
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yingke.identity import Call, WorkRoute, allowed
from yingke.identity.site_limits import require_within_sites
from yingke.kit.text import CleanStr
from yingke.kit.values import Value
from yingke.knowledge import categories, editing, grouping, heads, history, linking, publishing, queries, word_lists
from yingke.knowledge.asking import answer_question
from yingke.knowledge.grouping import BulkAction, BulkChange, BulkReport, SplitEntries
from yingke.knowledge.heads import KnowledgeSettings
from yingke.knowledge.history import VersionPage
from yingke.knowledge.languages import Language
from yingke.knowledge.ordering import order_shelf
from yingke.knowledge.queries import EntryFilter, EntryPage, Order
from yingke.knowledge.readers import Reader
from yingke.knowledge.values import (
    AnswerValue,
    Button,
    Card,
    CategoryValue,
    Difference,
    EntryAudience,
    EntryContent,
    EntryStatus,
    EntryValue,
    WordListValue,
)

router = APIRouter(route_class=WorkRoute, tags=["knowledge"])

Reading = Annotated[Call, allowed("knowledge.read")]
Writing = Annotated[Call, allowed("knowledge.write")]
Managing = Annotated[Call, allowed("knowledge.manage")]
Phrases = Annotated[list[CleanStr], Field(max_length=1_000)]
Ids = Annotated[list[UUID], Field(max_length=500)]
Note = Annotated[CleanStr, StringConstraints(max_length=1_000)]
Asked = Annotated[str, Query(max_length=200)]
Version = Annotated[int, Field(ge=1, lt=2**31)]
Limit = Annotated[int, Query(ge=1, le=200)]


class CardBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: CleanStr
    text: CleanStr | None = None
    image_url: str | None = None
    url: str | None = None


class ButtonBody(BaseModel):
    """Leads to an entry or to an address, as its action says, and to exactly one; or asks for a person."""

    model_config = ConfigDict(extra="forbid")

    label: CleanStr
    action: Literal["entry", "link", "hand_over"]
    entry_id: UUID | None = None
    url: str | None = None


class EntryFields(BaseModel):
    """What can be said of an entry; limits are checked as a whole."""

    model_config = ConfigDict(extra="forbid")

    question: CleanStr | None = None
    similar: Phrases | None = None
    keywords: Phrases | None = None
    never: Phrases | None = None
    answer_html: CleanStr | None = None
    short_answer: CleanStr | None = None
    cards: Annotated[list[CardBody], Field(max_length=50)] | None = None
    buttons: Annotated[list[ButtonBody], Field(max_length=50)] | None = None
    attachment_ids: Ids | None = None
    related_ids: Ids | None = None
    category_id: UUID | None = None
    audience: EntryAudience | None = None
    site_ids: Ids | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    owner_id: UUID | None = None
    review_on: date | None = None


class NewEntry(EntryFields):
    language: Language
    question: CleanStr
    translation_of: UUID | None = None
    publish: bool = False


class EntryChanges(EntryFields):
    pinned: bool | None = None
    position: Annotated[int, Field(ge=0, lt=2**30)] | None = None
    version: Version | None = None
    """The one that was edited: a newer one refuses the change."""
    publish: bool = False
    note: Note = ""


class NoteBody(BaseModel):
    note: Note = ""


class RestoreBody(BaseModel):
    version: Version


class SimilarBody(BaseModel):
    question: CleanStr


class LinkBody(BaseModel):
    entry_ids: Annotated[list[UUID], Field(max_length=10)]


class BulkBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    entry_ids: Ids
    action: BulkAction
    category_id: UUID | None = None
    audience: EntryAudience = "everyone"
    site_ids: Ids = []
    owner_id: UUID | None = None
    review_on: date | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    keywords: Phrases = []


class MergeBody(BaseModel):
    into: UUID
    from_ids: Annotated[list[UUID], Field(min_length=1, max_length=50)]


class SplitBody(BaseModel):
    question: CleanStr
    similar: Phrases = []
    answer_html: CleanStr = ""


class NewCategory(BaseModel):
    parent_id: UUID | None = None
    names: dict[Language, CleanStr]
    position: Annotated[int, Field(ge=0, lt=2**30)] | None = None


class CategoryChanges(BaseModel):
    parent_id: UUID | None = None
    names: dict[Language, CleanStr] | None = None
    position: Annotated[int, Field(ge=0, lt=2**30)] | None = None


class OrderBody(BaseModel):
    entry_ids: Annotated[list[UUID], Field(max_length=2_000)]


class NewWords(BaseModel):
    kind: word_lists.Kind
    language: Language
    phrases: Phrases


class WordsBody(BaseModel):
    phrases: Phrases


class SettingsBody(BaseModel):
    wanted: float
    learn_after: Annotated[int, Field(ge=0)] | None = None


class Categories(Value, frozen=True, kw_only=True):
    items: list[CategoryValue]
    next_cursor: str | None = None


class WordLists(Value, frozen=True, kw_only=True):
    items: list[WordListValue]
    next_cursor: str | None = None


class Differences(Value, frozen=True, kw_only=True):
    items: list[Difference]


@router.get("/knowledge/entries", summary="Entries, newest change first unless another order is asked for")
async def list_entries(
    *,
    call: Reading,
    q: Asked = "",
    language: Language | None = None,
    category_id: UUID | None = None,
    below: bool = True,
    uncategorised: bool = False,
    status: EntryStatus | None = None,
    audience: EntryAudience | None = None,
    site_id: UUID | None = None,
    owner_id: UUID | None = None,
    pinned: bool | None = None,
    stale: bool = False,
    deleted: bool = False,
    order: Order = "updated",
    limit: Limit = 50,
    cursor: str | None = None,
) -> EntryPage:
    chosen = EntryFilter(
        q=q, language=language, category_id=category_id, below=below, uncategorised=uncategorised, status=status,
        audience=audience, site_id=site_id, owner_id=owner_id, pinned=pinned, stale=stale, deleted=deleted,
        only_site_ids=call.actor.only_site_ids,
    )  # fmt: skip
    return await queries.list_entries(call.work, chosen, order=order, limit=limit, cursor=cursor)


@router.post("/knowledge/entries", status_code=201, summary="Write an entry: a draft, or published at once")
async def create_entry(body: NewEntry, call: Writing) -> EntryValue:
    await _require_entries_within_sites(call, [body.translation_of] if body.translation_of else [])
    content, placed = _parts(body)
    written = await editing.create_entry(
        call.work,
        call.actor,
        body.language,
        convert(content, EntryContent, from_attributes=True),
        editing.Placement(**placed),
        publish=body.publish,
    )
    if body.translation_of is None:
        return written
    await linking.link_entries(call.work, written.id, [body.translation_of])
    return await queries.read_entry(call.work, written.id)


@router.post("/knowledge/entries/bulk", summary="Do the same to many entries; what is refused is listed")
async def change_many(body: BulkBody, call: Writing) -> BulkReport:
    await _require_entries_within_sites(call, body.entry_ids)
    told = body.model_dump(exclude={"entry_ids"})
    return await grouping.change_many(call.work, call.actor, body.entry_ids, BulkChange(**told))


@router.post("/knowledge/entries/merge", summary="Make one entry of several")
async def merge(body: MergeBody, call: Managing) -> EntryValue:
    return await grouping.merge_entries(call.work, call.actor, body.into, body.from_ids)


@router.get("/knowledge/entries/{entry_id}", summary="One entry as it was last written")
async def read_entry(entry_id: UUID, call: Reading) -> EntryValue:
    return await queries.read_entry(call.work, entry_id)


@router.patch("/knowledge/entries/{entry_id}", summary="Change an entry; new content is a draft until it is published")
async def change_entry(entry_id: UUID, body: EntryChanges, call: Writing) -> EntryValue:
    content, placed = _parts(body)
    changed = await editing.change_entry(
        call.work, call.actor, entry_id, content | placed, version=body.version, note=body.note
    )
    return await publishing.publish_entry(call.work, call.actor, entry_id, body.note) if body.publish else changed


@router.delete(
    "/knowledge/entries/{entry_id}", status_code=204, summary="Delete an entry; thirty days to bring it back"
)
async def delete_entry(entry_id: UUID, call: Writing) -> None:
    await editing.delete_entry(call.work, call.actor, entry_id)


@router.post("/knowledge/entries/{entry_id}/undelete", summary="Bring a deleted entry back")
async def undelete_entry(entry_id: UUID, call: Writing) -> EntryValue:
    return await editing.undelete_entry(call.work, call.actor, entry_id)


@router.post("/knowledge/entries/{entry_id}/propose", summary="Ask for a draft to be published")
async def propose(entry_id: UUID, body: NoteBody, call: Writing) -> EntryValue:
    return await publishing.propose_entry(call.work, call.actor, entry_id, body.note)


@router.post("/knowledge/entries/{entry_id}/publish", summary="Answer with the newest version from here on")
async def publish(entry_id: UUID, body: NoteBody, call: Managing) -> EntryValue:
    return await publishing.publish_entry(call.work, call.actor, entry_id, body.note)


@router.post("/knowledge/entries/{entry_id}/return", summary="Give a proposed draft back")
async def return_entry(entry_id: UUID, body: NoteBody, call: Managing) -> EntryValue:
    return await publishing.return_entry(call.work, call.actor, entry_id, body.note)


@router.post("/knowledge/entries/{entry_id}/archive", summary="Answer with it no more")
async def archive(entry_id: UUID, body: NoteBody, call: Writing) -> EntryValue:
    return await publishing.archive_entry(call.work, call.actor, entry_id, body.note)


@router.post("/knowledge/entries/{entry_id}/restore", summary="Make an earlier version the newest draft")
async def restore(entry_id: UUID, body: RestoreBody, call: Writing) -> EntryValue:
    return await publishing.restore_version(call.work, call.actor, entry_id, body.version)


@router.post("/knowledge/entries/{entry_id}/similar", summary="Add a similar question")
async def add_similar(entry_id: UUID, body: SimilarBody, call: Writing) -> EntryValue:
    return await publishing.add_similar(call.work, call.actor, entry_id, body.question)


@router.post("/knowledge/entries/{entry_id}/split", status_code=201, summary="Make a second entry of part of it")
async def split(entry_id: UUID, body: SplitBody, call: Writing) -> SplitEntries:
    return await grouping.split_entry(call.work, call.actor, entry_id, **body.model_dump())


@router.put("/knowledge/entries/{entry_id}/translations", summary="Link it with entries that say the same")
async def link(entry_id: UUID, body: LinkBody, call: Writing) -> EntryValue:
    await _require_entries_within_sites(call, body.entry_ids)
    await linking.link_entries(call.work, entry_id, body.entry_ids)
    return await queries.read_entry(call.work, entry_id)


@router.get("/knowledge/entries/{entry_id}/versions", summary="Its versions, newest first")
async def versions(entry_id: UUID, call: Reading, limit: Limit = 50, cursor: str | None = None) -> VersionPage:
    return await history.list_versions(call.work, entry_id, limit=limit, cursor=cursor)


@router.get("/knowledge/entries/{entry_id}/diff", summary="What differs between two versions")
async def diff(
    entry_id: UUID,
    call: Reading,
    before: Annotated[int, Query(alias="from", ge=1, lt=2**31)],
    after: Annotated[int, Query(alias="to", ge=1, lt=2**31)],
) -> Differences:
    return Differences(items=await history.compare_versions(call.work, entry_id, before, after))


@router.get("/knowledge/categories", summary="The tree of categories, each before what stands in it")
async def list_categories(call: Reading) -> Categories:
    return Categories(items=await categories.list_categories(call.work))


@router.post("/knowledge/categories", status_code=201, summary="Make a category")
async def create_category(body: NewCategory, call: Managing) -> CategoryValue:
    names = {str(language): name for language, name in body.names.items()}
    made = await categories.create_category(call.work, parent_id=body.parent_id, names=names, position=body.position)
    return await _shown(call, made)


@router.patch("/knowledge/categories/{category_id}", summary="Rename, move or order a category")
async def change_category(category_id: UUID, body: CategoryChanges, call: Managing) -> CategoryValue:
    await categories.change_category(call.work, category_id, body.model_dump(exclude_unset=True))
    return await _shown(call, category_id)


@router.delete(
    "/knowledge/categories/{category_id}", status_code=204, summary="Remove a category; its content moves up"
)
async def delete_category(category_id: UUID, call: Managing) -> None:
    await categories.delete_category(call.work, category_id)


@router.put(
    "/knowledge/categories/{category_id}/order", status_code=204, summary="Give its entries an order of their own"
)
async def order(category_id: UUID, body: OrderBody, call: Managing) -> None:
    await order_shelf(call.work, category_id, body.entry_ids)


@router.get("/knowledge/words", summary="Synonyms, and phrases that are never answered")
async def list_words(call: Reading, q: Asked = "", kind: word_lists.Kind | None = None) -> WordLists:
    return WordLists(items=await word_lists.list_words(call.work, q=q, kind=kind))


@router.post("/knowledge/words", status_code=201, summary="Add a list of words")
async def add_words(body: NewWords, call: Managing) -> WordListValue:
    return await word_lists.add_words(call.work, body.kind, body.language, body.phrases)


@router.patch("/knowledge/words/{list_id}", summary="Change a list of words")
async def change_words(list_id: UUID, body: WordsBody, call: Managing) -> WordListValue:
    return await word_lists.change_words(call.work, list_id, body.phrases)


@router.delete("/knowledge/words/{list_id}", status_code=204, summary="Delete a list of words")
async def delete_words(list_id: UUID, call: Managing) -> None:
    await word_lists.delete_words(call.work, list_id)


@router.get("/knowledge/settings", summary="How sure a direct answer must be, and what is learnt by itself")
async def read_settings(call: Reading) -> KnowledgeSettings:
    return await heads.read_settings(call.work)


@router.put("/knowledge/settings", summary="Change how sure a direct answer must be, and what is learnt by itself")
async def change_settings(body: SettingsBody, call: Managing) -> KnowledgeSettings:
    return await heads.change_settings(call.work, body.wanted, body.learn_after)


class AskBody(BaseModel):
    question: Annotated[CleanStr, StringConstraints(min_length=1, max_length=20_000)]
    previous: Annotated[CleanStr, StringConstraints(max_length=20_000)] | None = None
    language: Language
    site_id: UUID | None = None
    audience: EntryAudience = "everyone"
    explain: bool = False
    top: Annotated[int, Field(ge=1, le=10)] = 3


@router.post("/knowledge/ask", summary="Ask as a visitor would; nothing is counted")
async def ask(body: AskBody, call: Reading) -> AnswerValue:
    await require_within_sites(call.work, call.actor, {"site_id": body.site_id})
    reader = Reader(
        site_id=body.site_id,
        member=body.audience == "members",
        returning=body.audience == "returning_visitors",
        staff=body.audience == "staff",
        only_site_ids=call.actor.only_site_ids,
    )
    return await answer_question(
        call.work,
        call.services.banks,
        body.question,
        language=body.language,
        reader=reader,
        previous=body.previous,
        top=body.top,
        explain=body.explain,
    )


async def _require_entries_within_sites(call: Call, entry_ids: Sequence[UUID]) -> None:
    """What a body names is asked here: the door sees addresses only. Raises Missing."""
    for entry_id in entry_ids if call.actor.only_site_ids is not None else ():
        await require_within_sites(call.work, call.actor, {"entry_id": entry_id})


_OPTIONAL = frozenset({"category_id", "valid_from", "valid_until", "owner_id", "review_on", "position"})
"""Fields that null clears; of others null is as if they were not given."""


def _parts(body: EntryFields) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was given of the content, and of the rest."""
    given = {name: getattr(body, name) for name in body.model_fields_set - _NOT_FIELDS}
    given = {name: value for name, value in given.items() if value is not None or name in _OPTIONAL}
    content = {name: value for name, value in given.items() if name in EntryContent.__struct_fields__}
    for name, shape in (("cards", list[Card]), ("buttons", list[Button])):
        if name in content:
            content[name] = convert([part.model_dump(exclude_none=True) for part in content[name]], shape)
    return content, {name: value for name, value in given.items() if name not in content}


_NOT_FIELDS = frozenset({"language", "translation_of", "publish", "version", "note"})


async def _shown(call: Call, category_id: UUID) -> CategoryValue:
    await call.work.flush()
    return next(each for each in await categories.list_categories(call.work) if each.id == category_id)
