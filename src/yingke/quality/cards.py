"""Score cards: made, changed (which is a new version), archived."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, select

from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.quality.facts import QualityChanged
from yingke.quality.models import CardVersion, ScoreCard
from yingke.quality.scoring import Criterion, require_sound
from yingke.quality.values import CardValue, card_value


async def list_cards(work: Work) -> list[CardValue]:
    """The newest version of each, by name, archived ones last."""
    newest = and_(CardVersion.card_id == ScoreCard.id, CardVersion.number == ScoreCard.version)
    query = (
        select(ScoreCard, CardVersion)
        .join(CardVersion, and_(CardVersion.workspace_id == ScoreCard.workspace_id, newest))
        .where(ScoreCard.workspace_id == work.workspace_id)
        .order_by(ScoreCard.archived, ScoreCard.name, ScoreCard.id)
    )
    return [card_value(version, archived=card.archived) for card, version in await work.rows.execute(query)]


async def create_card(work: Work, *, name: str, criteria: Sequence[Criterion], appeal_days: int) -> CardValue:
    """Raises Invalid for criteria that cannot be answered."""
    require_sound(criteria)
    card = ScoreCard(id=new_id(), name=name, version=0, created_at=work.now, changed_at=work.now)
    work.add(card)
    await work.flush()
    return await _add_version(work, card, criteria, appeal_days)


async def change_card(
    work: Work,
    card_id: UUID,
    *,
    name: str | None,
    criteria: Sequence[Criterion] | None,
    appeal_days: int | None,
    archived: bool | None,
) -> CardValue:
    """What is given is changed. What has been or is being inspected keeps its version. Raises Missing, Invalid."""
    card = await work.get(ScoreCard, card_id, lock=True)
    newest = await newest_version(work, card)
    before = [Criterion.model_validate(each) for each in newest.criteria]
    if criteria is not None:
        require_sound(criteria)
    card.archived = card.archived if archived is None else archived
    told = (name or card.name, list(criteria) if criteria is not None else before, appeal_days)
    if told[:2] == (card.name, before) and appeal_days in (None, newest.appeal_days):
        work.tell(QualityChanged(workspace_id=work.workspace_id))
        return card_value(newest, archived=card.archived)
    card.name = told[0]
    return await _add_version(work, card, told[1], newest.appeal_days if appeal_days is None else appeal_days)


async def newest_version(work: Work, card: ScoreCard) -> CardVersion:
    query = select(CardVersion).where(
        CardVersion.workspace_id == work.workspace_id,
        CardVersion.card_id == card.id,
        CardVersion.number == card.version,
    )
    return (await work.all(query))[0]


async def _add_version(work: Work, card: ScoreCard, criteria: Sequence[Criterion], appeal_days: int) -> CardValue:
    card.version += 1
    card.changed_at = work.now
    version = CardVersion(
        id=new_id(),
        card_id=card.id,
        number=card.version,
        name=card.name,
        criteria=[each.model_dump(mode="json") for each in criteria],
        appeal_days=appeal_days,
        made_at=work.now,
    )
    work.add(version)
    await work.flush()
    work.tell(QualityChanged(workspace_id=work.workspace_id))
    return card_value(version, archived=card.archived)
