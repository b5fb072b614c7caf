"""Good answers are collected without personal data, and drills are done by whom they are for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.people import found_team, hire
from tests.quality.test_inspecting import POLITE, RIGHT, SAFE, answers, begun, card, done, refused, submit, supervisor
from tests.relaying import settle
from tests.routing.shops import Shop
from yingke.contacts.editing import delete_contact, edit_contact
from yingke.conversations.editing import recall_message
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation
from yingke.conversations.queries import messages_before
from yingke.identity import Actor
from yingke.kit.errors import Forbidden, Invalid
from yingke.realtime.audience import agents_may_see
from yingke.training import ExerciseChanged
from yingke.training.drilling import (
    answer_choice,
    answer_freely,
    archive_drill,
    compare_oneself,
    give_drill,
    make_drill,
    take_back,
    take_drill,
)
from yingke.training.errors import (
    DrillMissing,
    ExerciseDone,
    ExerciseMissing,
    NoPassage,
    NoSuchTrainee,
    NotMarkedByYou,
)
from yingke.training.examples import change_example, list_examples, mark_example, remove_example, topics
from yingke.training.masking import COVER
from yingke.training.misses import misses
from yingke.training.passages import situation
from yingke.training.queries import count_training, detail, exercise_for, list_drills, list_exercises
from yingke.training.values import DrillValue, ExampleValue, Option


async def talked(shop: Shop, agent: Actor, *, name: str = "周晓彤") -> UUID:
    """A contact asked with a number and a name, the agent answered."""
    id = await shop.write(f"我是{name}，订单 20261101234 什么时候到", fields={})
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        row = await work.get(Conversation, id)
        assert row.contact_id is not None
        await edit_contact(work, row.contact_id, {"name": name})
    await shop.pass_time()
    await shop.answer(agent, id, f"{name}您好，今天 18 点前发出，明天给您回电")
    return id


async def marked(shop: Shop, actor: Actor, conversation_id: UUID, **more: Any) -> ExampleValue:
    told = {"topic": "发货", "criterion": POLITE.title, "why": "说了什么时候做什么", **more}
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        last = (await work.get(Conversation, conversation_id)).last_seq
        return await mark_example(work, actor, conversation_id, first_seq=1, last_seq=last, **told)


async def collection(shop: Shop, **narrowed: str) -> list[ExampleValue]:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return (await list_examples(work, limit=50, cursor=None, **narrowed))[0]


async def drill(shop: Shop, actor: Actor, kind: str = "choice", **more: Any) -> UUID:
    options = [Option(text="等等看", right=False), Option(text="今天 18 点前发", right=True)]
    told: dict[str, Any] = {
        "title": "催发货",
        "criterion": POLITE.title,
        "situation": "怎么还不发货",
        "good": "说时间",
        **more,
    }
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        made = await make_drill(work, actor, kind=kind, options=options if kind == "choice" else [], **told)  # type: ignore[arg-type]
    return made.id


async def drills(shop: Shop, actor: Actor) -> list[DrillValue]:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return (await list_drills(work, actor, limit=50, cursor=None))[0]


async def give(shop: Shop, actor: Actor, drill_id: UUID, *agents: Actor, days: int | None = 3) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        due = None if days is None else (work.now + timedelta(days=days)).date()
        await give_drill(work, actor, drill_id, [each.agent_id for each in agents], due)


async def open_exercise(shop: Shop, actor: Actor) -> UUID:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        (found,) = (await list_exercises(work, actor, done=False, mine=True, limit=9, cursor=None))[0]
    return found.id


async def test_a_good_answer_is_kept_masked_and_found_by_everybody(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    talk = await talked(shop, agent)
    example = await marked(shop, boss, talk, hide=["18 点"])
    said = [(each["speaker"], each["text"]) for each in example.lines]
    assert said == [
        ("visitor", f"我是{COVER}，订单 {COVER} 什么时候到"),
        ("agent", f"{COVER}您好，今天 {COVER}前发出，明天给您回电"),
    ]
    assert example.agent_id == agent.agent_id and example.marked_by == boss.agent_id
    own = await marked(shop, agent, talk, topic="回电", criterion="", why="记住了回电")
    for narrowed, found in (
        ({}, [own.id, example.id]),
        ({"text": "记住"}, [own.id]),
        ({"text": "什么时候到"}, [own.id, example.id]),
        ({"text": "周晓彤"}, []),
        ({"topic": "发货"}, [example.id]),
        ({"criterion": POLITE.title}, [example.id]),
    ):
        assert [each.id for each in await collection(shop, **narrowed)] == found, narrowed
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        known = await topics(work)
    assert (set(known.topics), known.criteria) == ({"发货", "回电"}, [POLITE.title])


async def test_an_example_is_of_ones_own_conversation_or_of_one_that_one_may_inspect(shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    talk = await talked(shop, agent)
    colleague = await hire(shop.services.ground, shop.workspace_id, "乙", teams=(team,))
    await refused(shop, Forbidden, _mark, colleague, talk, 1, 2)
    elsewhere = replace(boss, only_team_ids=frozenset({team}), team_ids=frozenset({team}), sees_all=False)
    await refused(shop, Forbidden, _mark, elsewhere, talk, 1, 2)
    await refused(shop, NoPassage, _mark, agent, talk, 1, 1)
    await refused(shop, NoPassage, _mark, agent, talk, 3, 2)
    example = await marked(shop, boss, talk)
    await refused(shop, NotMarkedByYou, change_example, agent, example.id, {"topic": "别的"})
    await refused(shop, NotMarkedByYou, remove_example, agent, example.id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert (await change_example(work, boss, example.id, {"topic": "别的"})).topic == "别的"
        await remove_example(work, boss, example.id)
    assert await collection(shop) == []


async def _mark(work: Any, actor: Actor, talk: UUID, first: int, last: int) -> None:
    await mark_example(work, actor, talk, first_seq=first, last_seq=last, topic="x", why="y")


async def test_what_was_kept_goes_with_the_contact_the_conversation_and_a_message_taken_back(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    ground, workspace = shop.services.ground, shop.workspace_id
    erased, gone, taken_back = [await talked(shop, agent) for _ in range(3)]
    async with ground.work_in(workspace) as work:
        contact_id = (await work.get(Conversation, erased)).contact_id
        assert contact_id is not None
    for talk in (erased, gone, taken_back):
        await marked(shop, boss, talk)
    await drill(shop, boss, conversation_id=erased)
    await shop.pass_time()
    async with ground.work_in(workspace) as work:
        await delete_contact(work, contact_id)
        await work.rows.delete(await work.get(Conversation, gone))
        (*_, answer) = await messages_before(work, taken_back, None, 9)
    assert len(await collection(shop)) == 2, "the facts are not told yet"
    async with ground.work_in(workspace) as work:
        await recall_message(work, agent, taken_back, answer.seq)
    await settle(shop.services)
    assert await collection(shop) == [] and await drills(shop, boss) == []


async def test_a_choice_is_right_or_wrong_and_says_so_only_afterwards(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    ground, workspace = shop.services.ground, shop.workspace_id
    id = await drill(shop, boss)
    await give(shop, boss, id, agent)
    exercise = await open_exercise(shop, agent)
    async with ground.work_in(workspace) as work:
        before = await detail(work, await exercise_for(work, agent, exercise))
        assert (before.right, before.good, before.options) == (None, None, ["等等看", "今天 18 点前发"])
        assert (await count_training(work, agent)).to_do == 1
    await refused(shop, ExerciseMissing, answer_choice, boss, exercise, 1)
    await refused(shop, Invalid, answer_choice, agent, exercise, 2)
    await refused(shop, Invalid, answer_freely, agent, exercise, "写点什么")
    async with ground.work_in(workspace) as work:
        after = await detail(work, await answer_choice(work, agent, exercise, 0))
    assert (after.right, after.good, after.exercise.outcome) == (1, "说时间", "not_yet")
    await refused(shop, ExerciseDone, answer_choice, agent, exercise, 1)
    async with ground.work_in(workspace) as work:
        again = await take_drill(work, agent, id)
        assert again.id != exercise and (await take_drill(work, agent, id)).id == again.id
        await answer_choice(work, agent, again.id, 1)
    (seen,) = await drills(shop, boss)
    assert (seen.open_count, seen.done_count, seen.mine, seen.mine_done) == (0, 2, None, False)
    (own,) = await drills(shop, agent)
    assert own.mine_done


async def test_a_free_answer_is_compared_with_the_good_one_by_who_wrote_it(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    ground, workspace = shop.services.ground, shop.workspace_id
    await give(shop, boss, await drill(shop, boss, "free"), agent)
    exercise = await open_exercise(shop, agent)
    await refused(shop, Invalid, compare_oneself, agent, exercise, "good")
    async with ground.work_in(workspace) as work:
        answered = await detail(work, await answer_freely(work, agent, exercise, "抱歉，今天发"))
    assert answered.good == "说时间" and answered.exercise.done_at is None
    await refused(shop, ExerciseDone, answer_freely, agent, exercise, "看过答案再写")
    async with ground.work_in(workspace) as work:
        await compare_oneself(work, agent, exercise, "partly")
        shown = await detail(work, await exercise_for(work, boss, exercise))
    assert (shown.answer, shown.exercise.outcome) == ("抱歉，今天发", "partly"), "who teaches sees it"


async def test_drills_are_given_to_ones_own_people_and_seen_by_them_and_who_teaches_them(shop: Shop) -> None:
    team, elsewhere = [await found_team(shop.services.ground, shop.workspace_id, name) for name in ("售前", "售后")]
    agent, boss = await shop.hire("甲", teams=(team,)), await supervisor(shop)
    colleague = await hire(shop.services.ground, shop.workspace_id, "乙", teams=(elsewhere,))
    limited = replace(boss, only_team_ids=frozenset({elsewhere}), team_ids=frozenset({elsewhere}), sees_all=False)
    id = await drill(shop, boss)
    await refused(shop, NoSuchTrainee, give_drill, limited, id, [agent.agent_id], None)
    await refused(shop, NoSuchTrainee, give_drill, boss, id, [boss.workspace_id], None)
    await give(shop, boss, id, agent, agent)
    await give(shop, boss, id, agent, days=None)
    (fact, again) = [fact for fact in shop.facts if isinstance(fact, ExerciseChanged)]
    assert fact.exercise_id == again.exercise_id and fact.given, "who has it to do keeps it"
    assert [agents_may_see(fact, each) for each in (agent, boss, colleague)] == [True, True, False]
    await refused(shop, ExerciseMissing, exercise_for, limited, fact.exercise_id)
    await refused(shop, ExerciseMissing, exercise_for, colleague, fact.exercise_id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        for who, count in ((agent, 1), (boss, 1), (limited, 0), (colleague, 0)):
            assert len((await list_exercises(work, who, limit=9, cursor=None))[0]) == count
    await refused(shop, ExerciseMissing, take_back, limited, fact.exercise_id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await take_back(work, boss, fact.exercise_id)
    await give(shop, boss, id, agent)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await archive_drill(work, id)
        assert (await count_training(work, agent)).to_do == 0
    await refused(shop, DrillMissing, take_drill, agent, id)


async def test_what_was_missed_lately_proposes_drills_and_a_masked_situation(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    made = await card(shop)
    talk = await talked(shop, agent)
    for given in (answers(polite=1, right=3), answers(polite=1), answers(polite=2)):
        id = await begun(shop, boss, await done(shop, agent), made.id)
        await submit(shop, boss, id, given)
    stranger = await hire(shop.services.ground, shop.workspace_id, "乙")
    drill_id = await drill(shop, boss)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        polite, right = await misses(work, boss, mine=False)
        assert (polite.criterion, polite.missed, polite.count) == (POLITE.title, 2, 3)
        assert [(each.agent_id, each.missed) for each in polite.agents] == [(agent.agent_id, 2)]
        assert polite.drill_ids == [drill_id] and polite.cases[0].remark == "开头没有问候"
        assert (right.criterion, right.missed) == (RIGHT.title, 1)
        assert await misses(work, agent, mine=True) == [polite, right]
        assert await misses(work, stranger, mine=True) == []
        row = await work.get(Conversation, talk)
        assert await situation(work, row, None) == f"我是{COVER}，订单 {COVER} 什么时候到"
        assert await situation(work, row, 1) == await situation(work, row, 2) == await situation(work, row, None)
    shop.clock.advance(timedelta(days=29))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert await misses(work, agent, mine=True) == []
    assert SAFE.title not in {polite.criterion, right.criterion}


async def test_a_drill_from_a_conversation_is_masked_again_and_must_be_answerable(shop: Shop) -> None:
    agent, boss = await shop.hire("甲"), await supervisor(shop)
    talk = await talked(shop, agent)
    await drill(shop, boss, conversation_id=talk, situation="周晓彤：13800138000 打给我", good="周晓彤您好")
    (found,) = await drills(shop, boss)
    assert found.situation == f"{COVER}：{COVER} 打给我"
    await refused(shop, Invalid, _drill_with, boss, [Option(text="只有一个", right=True)], None)
    await refused(shop, Invalid, _drill_with, boss, [Option(text="a", right=True), Option(text="b", right=True)], None)
    await refused(shop, ConversationMissing, _drill_with, boss, [], boss.agent_id)


async def _drill_with(work: Any, actor: Actor, options: list[Option], conversation_id: UUID | None) -> None:
    kind = "choice" if options else "free"
    await make_drill(
        work,
        actor,
        title="x",
        criterion="",
        situation="y",
        kind=kind,  # type: ignore[arg-type]
        options=options,
        good="z",
        conversation_id=conversation_id,
    )
