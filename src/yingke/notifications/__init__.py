"""What reaches people who are not looking: mails to visitors, notices to agents' browsers. It also shows all outgoing mail.

What is always true: a mail is a row of the transaction that decided on it, and leaves with the same Message-ID at every
attempt; nothing that only staff may see is ever in one; a notice goes to agents who have no desk on a screen.
"""

from yingke.notifications.mailing import request_transcript
from yingke.notifications.models import Mail, PushSubscription

__all__ = ["Mail", "PushSubscription", "request_transcript"]
