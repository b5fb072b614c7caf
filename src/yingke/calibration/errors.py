"""What is refused."""

from yingke.kit.errors import Conflict, Forbidden, Missing


class CalibrationMissing(Missing):
    code, detail = "calibration_missing", "This calibration is not there, or you may not see it."


class ScoringOver(Conflict):
    code, detail = "scoring_over", "Scoring is over: the scores are compared now."


class StillScoring(Conflict):
    code, detail = "still_scoring", "Not everybody has scored. Wait for the due day, or close it."


class NobodyScored(Conflict):
    code, detail = "nobody_scored", "Nobody has scored yet: there is nothing to compare. Remove it instead."


class NotAskedToScore(Forbidden):
    code, detail = "not_asked_to_score", "You were not asked to score in this calibration."


class LedBySomebodyElse(Forbidden):
    code, detail = "led_by_somebody_else", "Whoever began a calibration leads it to its end."
