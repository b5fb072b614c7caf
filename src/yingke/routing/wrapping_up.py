"""Time to wrap up: for a while a conversation that ended takes its place as if it went on."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from yingke.conversations.facts import ConversationChanged
from yingke.kit.work import Work
from yingke.routing.models import WrapUp
from yingke.routing.rules import rules_of


async def note_wrap_ups(work: Work, facts: Sequence[ConversationChanged]) -> None:
    """Of conversations that ended; doing it again changes nothing."""
    ended = [fact.conversation for fact in facts if fact.change == "resolved" and fact.conversation.kind == "chat"]
    seconds = (await rules_of(work)).settings.wrap_up if ended else None
    if seconds is None:
        return
    rows = {
        each.id: {
            "workspace_id": work.workspace_id,
            "conversation_id": each.id,
            "agent_id": each.agent_id,
            "until": each.resolved_at + timedelta(seconds=seconds),
        }
        for each in ended
        if each.agent_id is not None and each.resolved_at is not None
    }
    if rows:
        noted = insert(WrapUp).values(list(rows.values()))
        until = {"until": noted.excluded.until, "agent_id": noted.excluded.agent_id}
        await work.rows.execute(
            noted.on_conflict_do_update(index_elements=["workspace_id", "conversation_id"], set_=until)
        )


async def end_wrap_ups(work: Work) -> None:
    """Those whose time is over: their agents have room again."""
    await work.rows.execute(delete(WrapUp).where(WrapUp.workspace_id == work.workspace_id, WrapUp.until <= work.now))
