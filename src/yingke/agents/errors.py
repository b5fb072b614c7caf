"""What is refused about agents and teams."""

from yingke.kit.errors import Conflict, Invalid


class SiteUnknown(Invalid):
    code = "site_unknown"
    detail = "One of these sites is not there any more. Load the page again."


class TeamUnknown(Invalid):
    code = "team_unknown"
    detail = "One of these teams is not there any more. Load the page again."


class AgentUnknown(Invalid):
    code = "agent_unknown"
    detail = "One of these colleagues is not there any more. Load the page again."


class TeamNameTaken(Conflict):
    code = "team_name_taken"
    detail = "Another team has this name."
