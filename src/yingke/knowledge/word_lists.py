"""Words of a company: phrases that mean the same there, and phrases that no entry may answer."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select

from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.knowledge.errors import TooManyWordLists
from yingke.knowledge.facts import WordsChanged
from yingke.knowledge.heads import next_revision
from yingke.knowledge.languages import Language
from yingke.knowledge.models import WordList
from yingke.knowledge.values import WordListValue

MOST_LISTS, MOST_PHRASES, LONGEST_PHRASE = 5_000, 30, 60
Kind = Literal["synonyms", "never"]


async def list_words(work: Work, *, q: str = "", kind: Kind | None = None) -> list[WordListValue]:
    query = select(WordList).where(WordList.workspace_id == work.workspace_id)
    if kind:
        query = query.where(WordList.kind == kind)
    rows = await work.all(query.order_by(WordList.kind, WordList.updated_at.desc(), WordList.id))
    asked = q.lower().strip()
    return [_value(row) for row in rows if not asked or any(asked in phrase.lower() for phrase in row.phrases)]


async def add_words(work: Work, kind: Kind, language: Language, phrases: Sequence[str]) -> WordListValue:
    """Raises Invalid naming `phrases`, TooManyWordLists."""
    held = select(func.count()).where(WordList.workspace_id == work.workspace_id)
    if (await work.scalars(held)).one() >= MOST_LISTS:
        raise TooManyWordLists
    row = WordList(id=new_id(), kind=kind, language=language, phrases=_checked(kind, phrases), updated_at=work.now)
    work.add(row)
    await _tell(work)
    return _value(row)


async def change_words(work: Work, id: UUID, phrases: Sequence[str]) -> WordListValue:
    """Raises Missing, Invalid naming `phrases`."""
    row = await work.get(WordList, id, lock=True)
    row.phrases, row.updated_at = _checked(row.kind, phrases), work.now
    await _tell(work)
    return _value(row)


async def delete_words(work: Work, id: UUID) -> None:
    await work.rows.delete(await work.get(WordList, id, lock=True))
    await _tell(work)


def _checked(kind: str, given: Sequence[str]) -> list[str]:
    phrases = [each for each in dict.fromkeys(map(one_line, given)) if each]
    least = 2 if kind == "synonyms" else 1
    if not least <= len(phrases) <= MOST_PHRASES or any(len(each) > LONGEST_PHRASE for each in phrases):
        raise Invalid(
            f"Enter {least} to {MOST_PHRASES} phrases of at most {LONGEST_PHRASE} characters.", field="phrases"
        )
    return phrases


async def _tell(work: Work) -> None:
    await next_revision(work, words=True)
    work.tell(WordsChanged(workspace_id=work.workspace_id))


def _value(row: WordList) -> WordListValue:
    return WordListValue(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type] # the column holds nothing else
        language=row.language,  # type: ignore[arg-type]
        phrases=row.phrases,
        updated_at=row.updated_at,
    )
