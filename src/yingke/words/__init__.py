"""Words that agents do not send and visitors do not get through: lists, and what is found of them in a text.

What is always true: a text is compared as people read it, not as it is spelled (`folding`); no message waits for the
database because of a list (`WordGuard` holds what a workspace has, renewed by facts); a workspace without lists pays
one look into a dictionary.
"""

from yingke.words.facts import StopListsChanged, WordsAlerted
from yingke.words.guarding import WordGuard
from yingke.words.values import Found, StopListValue

__all__ = ["Found", "StopListValue", "StopListsChanged", "WordGuard", "WordsAlerted"]
