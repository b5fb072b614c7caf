"""The revision of a workspace's knowledge: whoever holds a bank compares it, and reads what is newer."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from yingke.kit.errors import Invalid
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.facts import WordsChanged
from yingke.knowledge.models import KnowledgeHead

LEAST_WANTED, MOST_WANTED = 0.8, 0.99


class KnowledgeSettings(Value, frozen=True, kw_only=True):
    """`wanted`: the share of direct answers, 0.8 to 0.99, that shall be right."""

    wanted: float


async def next_revision(work: Work, *, words: bool = False) -> int:
    """A revision above all before. Others who change knowledge of this workspace wait until the commit, so that a reader
    who has seen a revision has seen all below it. Best taken last."""
    await work.flush()
    head = insert(KnowledgeHead).values(
        workspace_id=work.workspace_id, revision=1, words_revision=int(words), wanted=0.95
    )
    raised = {"revision": KnowledgeHead.revision + 1}
    if words:
        raised["words_revision"] = KnowledgeHead.revision + 1
    head = head.on_conflict_do_update(index_elements=["workspace_id"], set_=raised)
    return int((await work.rows.execute(head.returning(KnowledgeHead.revision))).scalar_one())


async def read_settings(work: Work) -> KnowledgeSettings:
    wanted = select(KnowledgeHead.wanted).where(KnowledgeHead.workspace_id == work.workspace_id)
    return KnowledgeSettings(wanted=(await work.scalars(wanted)).first() or 0.95)


async def change_settings(work: Work, wanted: float) -> KnowledgeSettings:
    """Raises Invalid naming `wanted`."""
    if not LEAST_WANTED <= wanted <= MOST_WANTED:
        raise Invalid("Choose a share between 80 % and 99 %.", field="wanted")
    await next_revision(work, words=True)
    head = await work.rows.get_one(KnowledgeHead, work.workspace_id, populate_existing=True)
    head.wanted = wanted
    work.tell(WordsChanged(workspace_id=work.workspace_id))
    return KnowledgeSettings(wanted=wanted)
