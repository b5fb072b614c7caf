"""What the robot refuses."""

from yingke.kit.errors import Conflict


class RobotGone(Conflict):
    code, detail = "robot_gone", "A person has this conversation now. Just write to them."
