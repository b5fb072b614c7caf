"""What is refused."""

from yingke.kit.errors import Conflict, Invalid


class ShiftsOverlap(Invalid):
    code, detail = "shifts_overlap", "Two shifts of one person overlap."


class PatternRetired(Conflict):
    code, detail = "pattern_retired", "This shift pattern was deleted. Choose another one."


class SwapSettled(Conflict):
    code, detail = "swap_settled", "This request is settled already."


class SwapNotAccepted(Conflict):
    code, detail = "swap_not_accepted", "The colleague has not agreed yet. Ask them, or change the roster itself."


class SwapOutdated(Conflict):
    code, detail = (
        "swap_outdated",
        "The roster has changed since: there is no such shift any more. Decline it, and ask again.",
    )
