"""Canned responses: texts an agent keeps at hand, found by a few letters while typing.

What is always true: a personal one is seen and changed by its agent only, a team's by its members, everybody's by
everybody but changed by supervisors; every variable in a stored text is one that `variables` knows; a title stands once
in its folder. It is ranked above the conversations because a match is filled in from one.
"""

from yingke.canned_responses.facts import CannedResponseChanged
from yingke.canned_responses.models import CannedResponse
from yingke.canned_responses.values import CannedResponseValue

__all__ = ["CannedResponse", "CannedResponseChanged", "CannedResponseValue"]
