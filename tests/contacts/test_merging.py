"""Merging, and taking apart again."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import Company
from tests.people import arrive, open_site
from yingke.contacts import (
    Contact,
    ContactNote,
    ContactTag,
    Details,
    create_contact,
    edit_contact,
    merge_contacts,
    undo_merge,
)
from yingke.contacts.editing import add_note, tag_contact
from yingke.contacts.errors import MergedAgain, MergeUndone, MergeWithItself
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work
from yingke.tags.models import Tag
from yingke.visitors import Visitor, link_visitor

people = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["", "王芳", "李雷"]),
        "email": st.sampled_from(["", "a@b.cn", "c@d.cn"]),
        "phone": st.sampled_from(["", "13800138000"]),
        "external_id": st.booleans(),
        "company": st.sampled_from([None, "松果"]),
        "fields": st.dictionaries(st.sampled_from("abc"), st.sampled_from([1, "x", True])),
    },
)


async def state(work: Work) -> dict[str, Any]:
    """Everything that a merge could touch, read afresh."""
    work.rows.expire_all()
    contacts = await work.all(select(Contact).where(Contact.workspace_id == work.workspace_id))
    columns = [column.key for column in Contact.__table__.columns]
    return {
        "contacts": {c.id: {column: getattr(c, column) for column in columns} for c in contacts},
        "notes": {n.id: n.contact_id for n in await work.all(select(ContactNote))},
        "tags": {(t.contact_id, t.tag_id) for t in await work.all(select(ContactTag))},
        "visitors": {v.id: v.contact_id for v in await work.all(select(Visitor))},
    }


async def person(work: Work, details: dict[str, Any], verified: bool = False) -> Contact:
    if details.pop("external_id", False):
        details["external_id"] = new_id().hex
    given: Any = details
    return await create_contact(work, given, verified=verified)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=people, two=people, verified=st.tuples(st.booleans(), st.booleans()), shared=st.booleans(), data=st.data())
async def test_merge_and_undo_leave_everything_as_it_was(
    ground: Ground,
    company: Company,
    one: dict[str, Any],
    two: dict[str, Any],
    verified: tuple[bool, bool],
    shared: bool,
    data: st.DataObject,
) -> None:
    site = await open_site(ground, company.workspace_id, new_id().hex)
    async with ground.work_in(company.workspace_id) as work:
        tags = [Tag(id=new_id(), name=new_id().hex) for _ in range(3)]
        for tag in tags:
            work.add(tag)
        winner, loser = await person(work, dict(one), verified[0]), await person(work, dict(two), verified[1])
        for contact in (winner, loser):
            await link_visitor(work, await arrive(work, site), contact.id)
            await add_note(work, contact.id, agent_id=company.owner.agent_id, text="x")
        await tag_contact(work, winner.id, [tags[0].id])
        await tag_contact(work, loser.id, [tags[0].id, tags[1].id] if shared else [tags[2].id])
        before = await state(work)
        merged, merge_id = await merge_contacts(work, winner.id, loser.id, by=None)
        assert merged.notes_count == 2
        after = await state(work)
        assert set(after["visitors"].values()) >= {winner.id}
        assert loser.id not in after["visitors"].values()
        await undo_merge(work, merge_id)
        assert await state(work) == before


async def two_people(work: Work) -> tuple[UUID, UUID]:
    first: Details = {"name": "王芳", "external_id": "u-1"}
    return (await create_contact(work, first)).id, (
        await create_contact(work, {"phone": "13800138000", "external_id": "u-2"})
    ).id


async def test_the_winner_keeps_what_it_has_and_takes_what_it_lacks(ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        winner, loser = await two_people(work)
        value, _ = await merge_contacts(work, winner, loser, by=None)
        assert (value.name, value.phone, value.external_id) == ("王芳", "13800138000", "u-1")


async def test_what_was_changed_in_the_meantime_stays_changed(ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        winner, loser = await two_people(work)
        _, merge_id = await merge_contacts(work, winner, loser, by=None)
        await edit_contact(work, winner, {"phone": "010-1234567", "name": "王小芳"})
        kept, apart = await undo_merge(work, merge_id)
        assert (kept.phone, kept.name) == ("010-1234567", "王小芳")
        assert apart.phone == "13800138000"


async def test_merges_are_undone_from_the_last_one(ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        winner, loser = await two_people(work)
        third = (await create_contact(work, {"name": "李雷"})).id
        _, first_merge = await merge_contacts(work, winner, loser, by=None)
        _, second_merge = await merge_contacts(work, third, winner, by=None)
        with pytest.raises(MergedAgain):
            await undo_merge(work, first_merge)
        await undo_merge(work, second_merge)
        await undo_merge(work, first_merge)
        with pytest.raises(MergeUndone):
            await undo_merge(work, first_merge)


async def test_nobody_is_merged_with_themselves(ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        winner, _ = await two_people(work)
        with pytest.raises(MergeWithItself):
            await merge_contacts(work, winner, winner, by=None)
