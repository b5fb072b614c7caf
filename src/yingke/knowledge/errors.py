"""What is refused about knowledge."""

from yingke.kit.errors import Conflict, Forbidden, Invalid, Missing


class EntryMissing(Missing):
    code, detail = "entry_not_found", "This entry does not exist any more, or you may not see it."


class EntryChanged(Conflict):
    code, detail = "entry_changed", "A colleague changed this entry meanwhile. Load it again and repeat your change."


class AnswerTooLong(Invalid):
    code, detail = "answer_too_long", "An answer has at most 100,000 characters and 60 levels of nested tags."


class QuestionMissing(Invalid):
    code, detail = "question_missing", "An entry needs a question of 1 to 300 characters."


class TooManyTexts(Invalid):
    code, detail = (
        "too_many_texts",
        "An entry has at most 200 similar questions, 50 keywords and 50 phrases that never match.",
    )


class TextTooLong(Invalid):
    code, detail = "text_too_long", "A question has at most 300 characters, a keyword 60, a short answer 1,000."


class AnswerMissing(Invalid):
    code, detail = "answer_missing", "An entry needs an answer before it can be published."


class WrongStatus(Conflict):
    code, detail = "wrong_status", "The entry is not in a state in which this can be done. Load it again."


class PublishingNotAllowed(Forbidden):
    code = "publishing_not_allowed"
    detail = "Supervisors publish entries and change who sees them. Propose your draft for review instead."


class TooManyEntries(Conflict):
    code, detail = "too_many_entries", "A workspace has at most 200,000 entries."


class TooDeep(Invalid):
    code, detail = "too_deep", "Categories have at most four levels."


class CategoryCycle(Invalid):
    code, detail = "category_cycle", "A category cannot stand inside itself."


class CategoryMissing(Invalid):
    code, detail = "category_not_found", "This category does not exist any more. Choose another one."


class NameTaken(Conflict):
    code, detail = "name_taken", "There is a category of this name here already."


class TooManyCategories(Conflict):
    code, detail = "too_many_categories", "A workspace has at most 2,000 categories."


class UnknownReference(Invalid):
    code, detail = "unknown_reference", "An entry, file, site or colleague that is named here does not exist any more."


class SameLanguage(Conflict):
    code, detail = "same_language", "Linked entries have one language each; two of these have the same."


class TooManyWordLists(Conflict):
    code, detail = "too_many_word_lists", "A workspace has at most 5,000 word lists."
