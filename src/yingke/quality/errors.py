"""What is refused."""

from yingke.kit.errors import Conflict, Forbidden, Invalid, Missing


class InspectionMissing(Missing):
    code, detail = "inspection_missing", "This inspection is not there, or you may not see it."


class InspectionSubmitted(Conflict):
    code, detail = "inspection_submitted", "It is submitted already. Only an appeal can change its score."


class InspectionTaken(Conflict):
    code, detail = "inspection_taken", "A colleague inspects this. Take it over before you write in it."


class InspectionNewer(Conflict):
    code, detail = "inspection_newer", "It was written in elsewhere meanwhile. Load it again before you go on."


class InspectionExists(Conflict):
    code, detail = "inspection_exists", "This conversation is being inspected with this card already."


class InspectionIncomplete(Invalid):
    code, detail = (
        "inspection_incomplete",
        "Answer every criterion, or say that it does not apply; one at least must apply.",
    )


class OwnConversation(Forbidden):
    code, detail = "own_conversation", "Nobody inspects a conversation that they had or took part in."


class NothingToInspect(Invalid):
    code, detail = "nothing_to_inspect", "No agent had this conversation: there is nobody to inspect."


class OwnInspection(Forbidden):
    code, detail = (
        "own_inspection",
        "An appeal is decided by somebody who neither took part in the conversation nor inspected it.",
    )


class AppealClosed(Conflict):
    code, detail = "appeal_closed", "The time to appeal is over, or there was an appeal already."


class NoAppeal(Conflict):
    code, detail = "no_appeal", "There is no appeal to decide."


class NoSuchInspector(Invalid):
    code, detail = "no_such_inspector", "This colleague may not inspect. Choose somebody whose role allows it."
