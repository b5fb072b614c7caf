"""What the shop's agents learn from: good answers out of its own conversations, and drills, one done and one to do."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.conversations.queries import messages_after
from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor, zone_of
from yingke.kit.clock import FixedClock
from yingke.kit.days import day_at
from yingke.kit.work import Ground, Work
from yingke.training.drilling import answer_choice, answer_freely, compare_oneself, give_drill, make_drill, take_drill
from yingke.training.examples import mark_example
from yingke.training.values import Option

_AGO = timedelta(hours=30)


async def write_training(ground: Ground, company: Company, now: datetime) -> None:
    """The supervisor collects and gives; the third agent has practised, the owner and he have something to do."""
    then = Ground(ground.engine, ground.outbox, FixedClock(now - _AGO))
    told = sample("training")
    async with then.work_in(company.workspace_id) as work:
        for each in told["examples"]:
            await _collect(work, company, each)
    for each in told["drills"]:
        await _practise(then, company, each)


async def _collect(work: Work, company: Company, told: dict[str, Any]) -> None:
    """Out of the newest conversation in which an agent said `answer`; nothing where nobody did."""
    talks = select(Conversation).where(
        Conversation.workspace_id == company.workspace_id,
        Conversation.channel == "webchat",
        Conversation.status == "resolved",
        Conversation.agent_id.is_not(None),
    )
    for talk in await work.all(talks.order_by(Conversation.resolved_at.desc()).limit(300)):
        said = await messages_after(work, talk.id, 0, 60)
        place = next(
            (n for n, each in enumerate(said) if each.author.kind == "agent" and told["answer"] in each.text), None
        )
        if place is None:
            continue
        asked = [n for n, each in enumerate(said[:place]) if each.author.kind == "visitor"]
        begin = asked[-1] if asked else place
        await mark_example(
            work,
            company.actors["chen"],
            talk.id,
            first_seq=said[begin].seq,
            last_seq=said[place].seq,
            topic=told["topic"],
            criterion=told["criterion"],
            why=told["why"],
        )
        return


async def _practise(ground: Ground, company: Company, told: dict[str, Any]) -> None:
    teacher = company.actors["chen"]
    async with ground.work_in(company.workspace_id) as work:
        drill = await make_drill(
            work,
            teacher,
            title=told["title"],
            criterion=told["criterion"],
            situation=told["situation"],
            kind="choice" if "options" in told else "free",
            options=[
                Option(text=text, right=place == told["right"]) for place, text in enumerate(told.get("options", []))
            ],
            good=told["good"],
        )
    async with ground.work_in(company.workspace_id) as work:
        due = day_at(work.now, await zone_of(work)) + timedelta(days=7)
        await give_drill(work, teacher, drill.id, [company.actors[key].agent_id for key in told["given"]], due)
    for key, answer in told.get("done", {}).items():
        async with ground.work_in(company.workspace_id) as work:
            await _answer(work, company.actors[key], (await take_drill(work, company.actors[key], drill.id)).id, answer)


async def _answer(work: Work, agent: Actor, exercise_id: UUID, answer: int | str) -> None:
    if isinstance(answer, int):
        await answer_choice(work, agent, exercise_id, answer)
        return
    await answer_freely(work, agent, exercise_id, answer)
    await compare_oneself(work, agent, exercise_id, "partly")
