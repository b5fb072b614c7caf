"""Making, changing, ordering and removing rules."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from yingke.agents import Team, agent_values
from yingke.files import File
from yingke.inboxes import Site
from yingke.kit.errors import Invalid
from yingke.kit.ids import first_id_at, new_id
from yingke.kit.work import Work
from yingke.outreach.checking import never_fires, warnings_of
from yingke.outreach.described import Described, describe, described
from yingke.outreach.drafts import InvitationDraft, NamedSender, RuleAction, RuleLimits, without_addresses
from yingke.outreach.errors import RuleNeverFires
from yingke.outreach.facts import RuleChanged, RuleDeleted, RulesOrdered
from yingke.outreach.models import InvitationRule, VisitorInvitation
from yingke.outreach.texts import image_url
from yingke.outreach.values import RuleValue, RuleWarning
from yingke.segments.conditions import Group
from yingke.segments.saving import segment_groups

MOST_RULES = 100
_LOOK_BACK = timedelta(days=7)
_SHAPES = frozenset({"conditions", "limits"})


async def rules_of(work: Work, site_id: UUID | None = None) -> list[Described]:
    """In their order; with `site_id`, those that apply to it."""
    segments = await segment_groups(work)
    return [described(row, segments) for row in await _rows(work, site_id)]


async def list_rules(work: Work, site_id: UUID | None = None) -> list[RuleValue]:
    """In their order; with `site_id`, those that apply to it."""
    return await _values(work, await _rows(work, site_id))


async def read_rule(work: Work, rule_id: UUID) -> RuleValue:
    """Raises Missing."""
    return (await _values(work, [await work.get(InvitationRule, rule_id)]))[0]


async def create_rule(
    work: Work,
    *,
    name: str,
    conditions: Group,
    action: RuleAction,
    limits: RuleLimits,
    site_id: UUID | None = None,
    hold_out: int = 0,
    active: bool = True,
) -> RuleValue:
    """The last in order. Raises Missing for a site that is not there, Invalid naming a field, RuleNeverFires."""
    rows = await _rows(work, None)
    if len(rows) >= MOST_RULES:
        raise Invalid(f"A workspace has at most {MOST_RULES} rules. Delete one that is not used.", field="name")
    row = InvitationRule(
        id=new_id(), site_id=site_id, name=name, active=active, position=max((r.position for r in rows), default=-1) + 1,
        conditions=_plain(conditions), action=_action(action), limits=_plain(limits), hold_out=hold_out,
        created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    await _require_sound(work, row)
    work.add(row)
    return await _tell(work, row)


async def change_rule(work: Work, rule_id: UUID, change: dict[str, Any]) -> RuleValue:
    """`change` holds some of what `create_rule` takes. Raises Missing, Invalid naming a field, RuleNeverFires."""
    row = await work.get(InvitationRule, rule_id, lock=True)
    for name, value in change.items():
        setattr(row, name, _action(value) if name == "action" else _plain(value) if name in _SHAPES else value)
    row.updated_at = work.now
    await _require_sound(work, row)
    return await _tell(work, row)


async def delete_rule(work: Work, rule_id: UUID) -> None:
    """Invitations it made stay with their visitors, without it. Raises Missing."""
    await work.rows.delete(await work.get(InvitationRule, rule_id, lock=True))
    await work.flush()
    work.tell(RuleDeleted(workspace_id=work.workspace_id, rule_id=rule_id))


async def order_rules(work: Work, ids: Sequence[UUID]) -> list[RuleValue]:
    """`ids`: every rule once, in the new order. Raises Invalid naming `ids`."""
    rows = {row.id: row for row in await _rows(work, None)}
    if len(ids) != len(rows) or set(ids) != set(rows):
        raise Invalid("Send every rule once. Load the list again.", field="ids")
    for position, id in enumerate(ids):
        rows[id].position = position
    work.tell(RulesOrdered(workspace_id=work.workspace_id, ids=list(ids)))
    return await _values(work, [rows[id] for id in ids])


async def check_rule(
    work: Work,
    *,
    id: UUID | None,
    conditions: Group,
    action: RuleAction,
    limits: RuleLimits,
    site_id: UUID | None = None,
    **_: Any,
) -> list[RuleWarning]:
    """What would be odd about a rule as it is being written."""
    others = await rules_of(work)
    position = next((each.position for each in others if each.id == id), len(others))
    draft = describe(
        id=id or new_id(), name="", conditions=conditions, action=action, limits=limits, site_id=site_id,
        position=position, segments=await segment_groups(work),
    )  # fmt: skip
    return warnings_of(draft, others, await _agent_ids(work))


async def _require_sound(work: Work, row: InvitationRule) -> None:
    rule = described(row, await segment_groups(work))
    if rule.active and (why := never_fires(rule)):
        raise RuleNeverFires(f"This rule can never fire. {why}", field="conditions")
    if row.site_id is not None:
        await work.get(Site, row.site_id)
    sender = rule.action.sender
    if not isinstance(sender, NamedSender) and sender.team_id and await work.find(Team, sender.team_id) is None:
        raise Invalid("This team is not there any more.", field="action.sender.team_id")
    await require_images(work, rule.action.content)


async def require_images(work: Work, draft: InvitationDraft, before: str = "action.content.") -> None:
    """Raises Invalid naming the field of an image that is not there, or not for everybody to see."""
    card_image = draft.card.image_file_id if draft.card else None
    for field, file_id in (("image_file_id", draft.image_file_id), ("card.image_file_id", card_image)):
        file = await work.find(File, file_id) if file_id else None
        if file_id and (file is None or not file.public or file.kind != "image"):
            raise Invalid("This image is not there any more. Upload it again.", field=before + field)


async def _rows(work: Work, site_id: UUID | None) -> Sequence[InvitationRule]:
    query = select(InvitationRule).where(InvitationRule.workspace_id == work.workspace_id)
    if site_id is not None:
        query = query.where(InvitationRule.site_id.is_(None) | (InvitationRule.site_id == site_id))
    return await work.all(query.order_by(InvitationRule.position, InvitationRule.id))


async def _agent_ids(work: Work) -> set[UUID]:
    return {agent.id for agent in await agent_values(work) if not agent.disabled}


async def _tell(work: Work, row: InvitationRule) -> RuleValue:
    await work.flush()
    (value,) = await _values(work, [row])
    work.tell(RuleChanged(workspace_id=work.workspace_id, rule=value))
    return value


async def _values(work: Work, rows: Sequence[InvitationRule]) -> list[RuleValue]:
    others, agent_ids, counted = await rules_of(work), await _agent_ids(work), await _counted(work)
    segments = await segment_groups(work)
    return [
        _value(row, warnings_of(described(row, segments), others, agent_ids), counted.get(row.id, (0, 0)))
        for row in rows
    ]


def _value(row: InvitationRule, warnings: list[RuleWarning], counted: tuple[int, int]) -> RuleValue:
    return RuleValue(
        id=row.id,
        name=row.name,
        site_id=row.site_id,
        active=row.active,
        position=row.position,
        conditions=row.conditions,
        action=_shown(row.action),
        limits=row.limits,
        hold_out=row.hold_out,
        created_at=row.created_at,
        updated_at=row.updated_at,
        warnings=warnings,
        shown_7d=counted[0],
        accepted_7d=counted[1],
    )


async def _counted(work: Work) -> dict[UUID, tuple[int, int]]:
    """Shown and accepted of the last seven days, by rule."""
    row = VisitorInvitation
    query = (
        select(row.rule_id, func.count(row.shown_at), func.count().filter(row.state == "accepted"))
        .where(row.workspace_id == work.workspace_id, row.rule_id.is_not(None))
        .where(row.id >= first_id_at(work.now - _LOOK_BACK))
        .group_by(row.rule_id)
    )
    counted: Any = await work.rows.execute(query)
    return {rule_id: (shown, accepted) for rule_id, shown, accepted in counted}


def _plain(shape: Group | RuleLimits) -> dict[str, Any]:
    return shape.model_dump(mode="json", by_alias=True)


def _action(action: RuleAction) -> dict[str, Any]:
    told = action.model_dump(mode="json", by_alias=True)
    return {**told, "content": without_addresses(told["content"])}


def _shown(action: dict[str, Any]) -> dict[str, Any]:
    draft = InvitationDraft.model_validate(action["content"])
    content = {**action["content"], "image_url": image_url(draft.image_file_id)}
    if draft.card:
        content["card"] = {**content["card"], "image_url": image_url(draft.card.image_file_id)}
    return {**action, "content": content}
