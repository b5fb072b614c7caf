"""What can be refused about contacts."""

from yingke.kit.errors import Conflict, Invalid


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    detail = "Another contact has this external id. Merge the two instead."


class EmailInvalid(Invalid):
    code = "email_invalid"
    detail = "An e-mail address looks like name@example.com."


class PhoneInvalid(Invalid):
    code = "phone_invalid"
    detail = "A phone number has at least five digits, such as +86 138 0013 8000."


class MergeWithItself(Invalid):
    code = "merge_with_itself"
    detail = "Choose two different contacts to merge."


class MergeUndone(Conflict):
    code = "merge_undone"
    detail = "This merge has been undone already."


class MergedAgain(Conflict):
    code = "merged_again"
    detail = "This contact was merged into another one later. Undo that merge first."
