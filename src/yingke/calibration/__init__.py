"""Calibration: several inspectors score one conversation by one card, each alone, and then compare.

What is always true: nobody, whoever leads it included, sees what another said before scoring is over; whose conversation it
is never learns of it; what is scored here counts in no figure of an agent.
"""

from yingke.calibration.facts import CalibrationChanged

__all__ = ["CalibrationChanged"]
