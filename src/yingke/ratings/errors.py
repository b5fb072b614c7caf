"""What is refused about ratings."""

from yingke.kit.errors import Conflict, Invalid


class RatingClosed(Conflict):
    code, detail = "rating_closed", "A rating can be changed for a day. Write to us if something is still wrong."


class RatingNotAsked(Conflict):
    code, detail = "rating_not_asked", "This site does not ask for ratings."


class BadRating(Invalid):
    code = "bad_rating"
