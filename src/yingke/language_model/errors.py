"""Why an endpoint gave no answer."""

from yingke.kit.errors import Kind, Refusal


class ModelFailed(Refusal):
    """Base: the endpoint gave nothing that can be used."""

    kind, code, detail = Kind.unavailable, "model_unreachable", "The endpoint does not answer. Check its address."


class ModelTimedOut(ModelFailed):
    code, detail = "model_timed_out", "The endpoint took longer than three seconds. A smaller model may be quicker."


class KeyRefused(ModelFailed):
    code, detail = "model_key_refused", "The endpoint refused the key (401 or 403). Enter a valid one."


class ModelUnknown(ModelFailed):
    code, detail = "model_unknown", "The endpoint knows no such address or model (404). Check both names."


class QuestionRefused(ModelFailed):
    """Of one question: the next one may be answered."""

    code = "model_refused"
    detail = "The endpoint refused this question, or said nothing to it (400, 413 or 422). Its names of models may be others."


class ModelBusy(ModelFailed):
    code, detail = (
        "model_busy",
        "The endpoint says that its limit is reached (429). Try later, or raise the limit there.",
    )


class ModelBroken(ModelFailed):
    code, detail = "model_broken", "The endpoint failed (5xx). Its own log says why."


class ModelUnclear(ModelFailed):
    code, detail = (
        "model_unclear",
        "The endpoint answered in a form that is not of the OpenAI protocol. Check its address.",
    )


class KeyUnreadable(ModelFailed):
    code, detail = (
        "model_key_unreadable",
        "The stored key cannot be read: the installation's secret changed. Enter the key again.",
    )
