"""Service requests: access or permission, complaints, appointments; what somebody applies for and the company decides.

What is always true: a request has a number, a state and a due moment; it ends with a decision and the reason for it, which
its applicant is shown, or because the applicant took it back; everything done about it is a step of its history, and only
the steps that say so are shown to the applicant; reminders and escalations happen once for each due moment, and the time
in which the applicant is asked is not counted.
"""

from yingke.service_requests.facts import ServiceRequestAlarm, ServiceRequestChanged
from yingke.service_requests.rows import sees_request

__all__ = ["ServiceRequestAlarm", "ServiceRequestChanged", "sees_request"]
