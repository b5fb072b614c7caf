"""The revision of a workspace's knowledge: whoever holds a bank compares it, and reads what is newer."""

from sqlalchemy.dialects.postgresql import insert

from yingke.kit.errors import Invalid
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.facts import WordsChanged
from yingke.knowledge.models import KnowledgeHead

LEAST_WANTED, MOST_WANTED = 0.8, 0.99
LEAST_CONFIRMED, MOST_CONFIRMED = 2, 100


class KnowledgeSettings(Value, frozen=True, kw_only=True):
    """`wanted`: the share of direct answers, 0.8 to 0.99, that shall be right. `learn_after`: so many people, 2 to 100,
    confirm a proposed similar question before it is accepted by itself; nought: never."""

    wanted: float
    learn_after: int


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
    head = await work.rows.get(KnowledgeHead, work.workspace_id)
    return KnowledgeSettings(wanted=head.wanted, learn_after=head.learn_after) if head else KnowledgeSettings(wanted=0.95, learn_after=0)  # fmt: skip


async def change_settings(work: Work, wanted: float, learn_after: int | None = None) -> KnowledgeSettings:
    """Without `learn_after` that stays as it is. Only `wanted` concerns the matching. Raises Invalid naming the field."""
    if not LEAST_WANTED <= wanted <= MOST_WANTED:
        raise Invalid("Choose a share between 80 % and 99 %.", field="wanted")
    if learn_after and not LEAST_CONFIRMED <= learn_after <= MOST_CONFIRMED:
        raise Invalid("Choose 2 to 100 people, or nought for never.", field="learn_after")
    first = insert(KnowledgeHead).values(workspace_id=work.workspace_id, revision=0, words_revision=0)
    await work.rows.execute(first.on_conflict_do_nothing())
    head = await work.rows.get_one(KnowledgeHead, work.workspace_id, with_for_update=True, populate_existing=True)
    matches_anew = wanted != head.wanted
    head.wanted = wanted
    head.learn_after = head.learn_after if learn_after is None else learn_after
    if matches_anew:
        await next_revision(work, words=True)
        work.tell(WordsChanged(workspace_id=work.workspace_id))
    return KnowledgeSettings(wanted=wanted, learn_after=head.learn_after)
