"""What is refused."""

from yingke.kit.errors import Invalid


class HoursNeverOpen(Invalid):
    code = "hours_never_open"
    detail = (
        "Its clocks would go by business hours that never open. Set the hours first, or have the clocks always run."
    )


class Gone(Invalid):
    code, detail = "gone", "Something this policy names is not there any more. Load the page again."
