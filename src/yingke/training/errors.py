"""What is refused."""

from yingke.kit.errors import Conflict, Forbidden, Invalid, Missing


class ExampleMissing(Missing):
    code, detail = "example_missing", "This example is not there any more."


class DrillMissing(Missing):
    code, detail = "drill_missing", "This drill is not there any more."


class ExerciseMissing(Missing):
    code, detail = "exercise_missing", "This exercise is not there, or it is somebody else's."


class ExerciseDone(Conflict):
    code, detail = "exercise_done", "This exercise is done already. Take the drill once more."


class NotMarkedByYou(Forbidden):
    code, detail = "not_marked_by_you", "An example is changed by whoever marked it, or by a supervisor."


class NoPassage(Invalid):
    code, detail = "no_passage", "Choose messages that an agent and a visitor wrote; at least one of an agent."


class NoSuchTrainee(Invalid):
    code, detail = "no_such_trainee", "This colleague is not here any more, or not in one of your teams."
