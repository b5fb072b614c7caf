"""What can be refused about contacts."""

from yingke.kit.errors import Conflict, Invalid


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    detail = "Another contact has this external id. Merge the two instead."


class MergeWithItself(Invalid):
    code = "merge_with_itself"
    detail = "Choose two different contacts to merge."


class MergeUndone(Conflict):
    code = "merge_undone"
    detail = "This merge has been undone already."


class MergedAgain(Conflict):
    code = "merged_again"
    detail = "This contact was merged into another one later. Undo that merge first."
