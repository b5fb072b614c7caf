"""What inspections found missing lately: what drills are made for."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.quality.models import CardVersion, Inspection
from yingke.quality.queries import reach
from yingke.quality.scoring import SHARES, Criterion
from yingke.training.models import Drill
from yingke.training.values import MissCase, MissedByAgent, MissedCriterion

LATELY: Final = timedelta(days=28)
ENOUGH: Final = 0.7
"""The share of its weight that a criterion has to earn: what *satisfying* does."""
MOST_CASES = 5


async def misses(work: Work, actor: Actor, *, mine: bool) -> list[MissedCriterion]:
    """Of the actor's own results, or of everything they may inspect; the most often missed first."""
    whose = (
        (Inspection.workspace_id == work.workspace_id, Inspection.agent_id == actor.agent_id)
        if mine
        else (reach(actor),)
    )
    query = (
        select(Inspection, CardVersion, Conversation.number)
        .join(CardVersion, CardVersion.id == Inspection.card_version_id)
        .join(Conversation, Conversation.id == Inspection.conversation_id)
        .where(*whose, Inspection.state == "submitted", Inspection.submitted_at >= work.now - LATELY)
    )
    rows = (await work.rows.execute(query.order_by(Inspection.submitted_at.desc()).limit(5000))).all()
    drills = select(Drill.criterion, Drill.id).where(Drill.workspace_id == work.workspace_id, ~Drill.archived)
    known: dict[str, list[UUID]] = defaultdict(list)
    for criterion, id in await work.rows.execute(drills.order_by(Drill.id.desc())):
        known[criterion].append(id)
    return _counted(rows, known)


def _counted(rows: Iterable[Any], drills: dict[str, list[UUID]]) -> list[MissedCriterion]:
    counts, missed = Counter[str](), defaultdict[str, list[MissCase]](list)
    for inspection, card, number in rows:
        criteria = {str(each["id"]): Criterion.model_validate(each) for each in card.criteria}
        for answer in inspection.answers:
            if answer["value"] is None:
                continue
            criterion = criteria[answer["criterion_id"]]
            counts[criterion.title] += 1
            if SHARES[criterion.scale][answer["value"]] < ENOUGH:
                missed[criterion.title].append(
                    MissCase(
                        conversation_id=inspection.conversation_id,
                        number=number,
                        agent_id=inspection.agent_id,
                        remark=answer["remark"],
                        seq=answer["seq"],
                    )
                )
    found = [
        MissedCriterion(
            criterion=title,
            missed=len(cases),
            count=counts[title],
            agents=[
                MissedByAgent(agent_id=id, missed=n) for id, n in Counter(each.agent_id for each in cases).most_common()
            ],
            cases=cases[:MOST_CASES],
            drill_ids=drills.get(title, []),
        )
        for title, cases in missed.items()
    ]
    return sorted(found, key=lambda each: (-each.missed, each.criterion))
