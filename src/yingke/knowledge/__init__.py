"""Knowledge: what a company answers again and again, written down once, and found from the words people use.

An *entry* is one question with similar questions and an answer, on a shelf at most four levels down. What is always true:
a published version goes on answering until the next one is published; an answer's HTML is safe; who may see an entry, and
when, is decided for each question anew (`readers`); whoever has seen a revision of a workspace's knowledge has seen all
before it (`heads`).

`matching` is the pure engine that finds entries: it takes plain values, keeps everything in memory, and touches neither the
database nor the network. `banks` holds it in each process.
"""

from yingke.knowledge.facts import CategoriesChanged, KnowledgeChanged, ProposalsChanged, WordsChanged
from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.values import AnswerValue, EntryLink, EntryValue, MatchValue

__all__ = [
    "AnswerValue",
    "CategoriesChanged",
    "EntryLink",
    "EntryValue",
    "KnowledgeChanged",
    "KnowledgeEntry",
    "MatchValue",
    "ProposalsChanged",
    "WordsChanged",
]
