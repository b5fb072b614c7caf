"""What is refused about canned responses."""

from yingke.kit.errors import Conflict, Forbidden, Invalid


class TitleTaken(Conflict):
    code, detail = "title_taken", "There is a canned response with this title in this folder already."


class NotYourScope(Forbidden):
    code = "canned_response_not_yours"
    detail = "Texts of everybody are changed by supervisors, those of a team by its members. Make a personal one."


class UnknownVariable(Invalid):
    code = "unknown_variable"


class TeamNeeded(Invalid):
    code, detail = "team_needed", "Choose the team that this text is for."


class UnknownAttachment(Invalid):
    code, detail = "unknown_attachment", "One of the files does not exist any more. Upload it again."


class UnreadableTable(Invalid):
    code = "unreadable_table"
    detail = (
        "This is not a CSV file in UTF-8 or GB18030 with the columns title and text. Export one to see the columns."
    )


class TableTooLarge(Invalid):
    code, detail = "table_too_large", "A file has at most 5,000 rows and 5 MB. Split it."


class TooManyResponses(Conflict):
    code, detail = "too_many_canned_responses", "A workspace has at most 20,000 canned responses."
