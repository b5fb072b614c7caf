"""What is refused about segments."""

from yingke.kit.errors import Conflict, Invalid, Unavailable


class SegmentNameTaken(Conflict):
    code, detail = "segment_name_taken", "There is a segment with this name already."


class TooManySegments(Conflict):
    code, detail = "too_many_segments", "A workspace has at most 100 segments. Delete some that are no longer used."


class SegmentUsed(Conflict):
    code, detail = "segment_used", "Rules look at this segment. Change them first."


class ConditionsTakeTooLong(Unavailable):
    code = "conditions_take_too_long"
    detail = "Looking for everybody who fits these conditions takes too long. Ask for fewer of them, or for fewer days."


class SegmentNeverHolds(Invalid):
    code, detail = "segment_never_holds", "Nobody can ever be in this segment."
