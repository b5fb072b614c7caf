"""What is refused about leaving."""

from yingke.kit.errors import Conflict, Invalid


class OwnLeaving(Conflict):
    code = "own_leaving"
    detail = "Somebody else has to close your account."


class NoHeir(Invalid):
    code = "no_heir"
    detail = "Choose a colleague who is still here."


class SomethingLeft(Conflict):
    code = "something_left"
    detail = "Something new came in meanwhile. Nothing was changed; try again."
