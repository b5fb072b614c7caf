"""What is refused about notifications."""

from yingke.kit.errors import Invalid, Missing, Throttled


class TooManyMails(Throttled):
    code, detail = "too_many_mails", "This conversation was mailed several times already. Try again tomorrow."


class NotASubscription(Invalid):
    code, detail = "not_a_subscription", "This is not the push subscription of a browser."


class MailNotKept(Missing):
    code, detail = "mail_not_kept", "This mail went to the mail server and was not kept in the folder."
