"""`yingke audit verify`: the chains of all workspaces."""

from sqlalchemy import select

from yingke.audit import Verdict, verify_chain
from yingke.identity.models import Workspace
from yingke.kit.work import Ground


async def verify_everywhere(ground: Ground) -> tuple[list[str], bool]:
    """A line for each workspace, and whether all are whole. The newest hash is told: kept elsewhere, it shows a log
    that was made anew from its beginning."""
    async with ground.work_everywhere() as work:
        rows = (await work.rows.execute(select(Workspace.id, Workspace.name).order_by(Workspace.id))).all()
    lines, whole = [], True
    for id, name in rows:
        async with ground.work_in(id) as work:
            verdict = await verify_chain(work, id)
        lines.append(f"{name}: {_sentence(verdict)}")
        whole = whole and verdict.broken_at is None
    return lines, whole


def _sentence(verdict: Verdict) -> str:
    if verdict.broken_at is not None:
        return f"BROKEN at entry {verdict.broken_at} ({verdict.why}); {verdict.checked:,} entries before it are whole."
    return f"{verdict.checked:,} entries are whole; the newest is {verdict.head_seq}, hash {verdict.head_hash}."
