"""What is refused because of words."""

from yingke.kit.errors import Invalid


class WordsBlocked(Invalid):
    code = "words_blocked"
    detail = "This message has words that may not be sent. Change them."


class ActionOfOtherSide(Invalid):
    code = "action_of_other_side"
    detail = "What agents write is blocked or warned of; what visitors write is masked or tells supervisors."
