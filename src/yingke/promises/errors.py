"""What is refused."""

from yingke.kit.errors import Conflict, Missing


class PromiseSettled(Conflict):
    code, detail = "promise_settled", "This promise is settled already."


class PromiseMissing(Missing):
    code, detail = "promise_missing", "This promise is not there, or you may not see it."
