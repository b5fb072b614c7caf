"""What is refused."""

from yingke.kit.errors import Conflict, Missing


class RequestMissing(Missing):
    code, detail = "service_request_missing", "This request is not there, or you may not see it."


class RequestClosed(Conflict):
    code, detail = "service_request_closed", "This request is closed already. File a new one, or open it again."


class RequestOpen(Conflict):
    code, detail = "service_request_open", "This request is still being worked on."


class RequestIdTaken(Conflict):
    code, detail = "service_request_id_taken", "Another request has this client_id. Send it with a new one."


class KindOff(Conflict):
    code, detail = "service_request_kind_off", "Requests of this kind are not taken here."
