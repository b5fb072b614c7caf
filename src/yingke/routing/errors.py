"""What is refused about routing."""

from yingke.kit.errors import Conflict, Invalid


class OverflowCycle(Invalid):
    code = "overflow_cycle"
    detail = "These teams would pass their visitors on in a circle. Choose another team for the overflow."


class SkillNameTaken(Conflict):
    code = "skill_name_taken"
    detail = "Another skill has this name."


class SkillUnknown(Invalid):
    code = "skill_unknown"
    detail = "One of these skills is not there any more. Load the page again."
