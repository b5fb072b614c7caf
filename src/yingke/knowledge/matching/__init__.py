"""From a question to the entries that answer it, with how sure that is and what to do: pure, in memory, in process.

Nothing here is learnt but from the entries themselves; what the engine knows of the languages stands in the word tables.
"""

from yingke.knowledge.matching.bank import Bank
from yingke.knowledge.matching.values import Decision, Entry, Explanation, Finding, Match

__all__ = ["Bank", "Decision", "Entry", "Explanation", "Finding", "Match"]
