"""What a visitor does with what the robot said: the buttons under an answer, the way to a person, the form."""

from collections.abc import Collection, Mapping
from typing import Literal
from uuid import UUID

from yingke.conversations.appending import Posted, append
from yingke.conversations.changes import locked, note_activity
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation, Message
from yingke.conversations.posting import accepted
from yingke.conversations.threads import Posting
from yingke.conversations.values import Author
from yingke.inboxes import Site, in_language, settings_of
from yingke.kit.errors import Invalid, Missing
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.knowledge.languages import language_of
from yingke.knowledge.questions import questions_of
from yingke.robot.deciding import Asked, HandOver, after_verdict
from yingke.robot.errors import RobotGone
from yingke.robot.sentences import sentence
from yingke.robot.speaking import hand_over, say_notice
from yingke.robot.witnessing import bear_witness
from yingke.visitors import Visitor, give_contact

MOST_VALUES, LONGEST_VALUE = 8, 300


async def say_whether_solved(
    work: Work, person_ids: Collection[UUID], conversation_id: UUID, seq: int, *, solved: bool
) -> None:
    """What the visitor thinks of the robot's answer `seq`; he may change his mind while the robot is there.

    Raises ConversationMissing, Missing for what is no answer of a robot, RobotGone.
    """
    row = await _own(work, person_ids, conversation_id)
    message = await work.rows.get(Message, (work.workspace_id, row.id, seq))
    if message is None or message.author_kind != "robot" or (message.content or {}).get("type") != "answer":
        raise Missing
    asked = [one for one in await questions_of(work, row.id) if one.seq is not None and one.seq < seq]
    if not asked or asked[-1].outcome == ("solved" if solved else "not_solved"):
        return
    verdict: Literal["solved", "not_solved"] = "solved" if solved else "not_solved"
    asked[-1].outcome = verdict
    told = UUID((message.content or {})["entry_id"])
    if told in asked[-1].match_ids:
        await bear_witness(work, row, asked[-1].question, told, verdict, follows=len(asked) > 1)
    visitor = Author(kind="visitor", id=row.visitor_id, name=row.who.get("name"))
    await note_activity(work, row, {"type": "robot_solved", "seq": seq, "solved": solved}, author=visitor)
    if solved:
        await say_notice(work, row, row.last_seq, "solved", notice="solved")
        return
    decided = after_verdict(
        [Asked(one.question, one.decision, one.outcome) for one in await questions_of(work, row.id)]
    )
    if decided:
        await hand_over(work, row, row.last_seq, decided)
    else:
        await say_notice(work, row, row.last_seq, "not_solved", notice="still_open", offers_person=True)


async def ask_for_person(work: Work, person_ids: Collection[UUID], conversation_id: UUID) -> None:
    """The button "talk to a person". Raises ConversationMissing; nothing when a person has it already."""
    row = await _own(work, person_ids, conversation_id, gone_is_fine=True)
    if row.robot:
        await hand_over(work, row, row.last_seq, HandOver("button"))


async def fill_form(
    work: Work,
    visitor: Visitor,
    person_ids: Collection[UUID],
    conversation_id: UUID,
    *,
    client_id: UUID,
    values: Mapping[str, str],
) -> Posted:
    """Keep what was filled in as the visitor's message, and his address; none: he skipped it. Then people have it.

    Raises ConversationMissing, RobotGone, Invalid.
    """
    given = {key[:40]: one_line(value) for key, value in values.items() if one_line(value)}
    if len(given) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in given.values()):
        raise Invalid("The form has at most eight answers of 300 characters.", field="values")
    row = await _own(work, person_ids, conversation_id)
    known = {key: given[key] for key in ("name", "email", "phone") if key in given}
    if known:
        await give_contact(work, visitor, **known)
    posting = Posting(
        workspace_id=work.workspace_id,
        conversation_id=row.id,
        client_id=client_id,
        kind="incoming",
        author=Author(kind="visitor", id=visitor.id, name=visitor.name),
        text=await _told(work, row, given) or sentence("skipped", language_of(row.language)),
        content={"type": "form_values", "values": given},
        person_ids=frozenset(person_ids),
    )
    posted = accepted(await append(work, [posting]))
    await work.rows.refresh(row)
    if not posted.repeated:
        await hand_over(work, row, posted.seq, HandOver("form"))
    return posted


async def _told(work: Work, row: Conversation, given: Mapping[str, str]) -> str:
    """As the visitor read the form, in his language."""
    site = await work.find(Site, row.site_id) if row.site_id else None
    fields = settings_of(site).robot.form.fields if site else []
    labels = {field.key: in_language(field.label, language_of(row.language)) for field in fields}
    return "\n".join(f"{labels.get(key) or key}: {value}" for key, value in given.items())


async def _own(
    work: Work, person_ids: Collection[UUID], conversation_id: UUID, *, gone_is_fine: bool = False
) -> Conversation:
    row = await locked(work, conversation_id)
    if row.visitor_id not in person_ids:
        raise ConversationMissing
    if not row.robot and not gone_is_fine:
        raise RobotGone
    return row
