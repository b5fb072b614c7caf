"""What is refused about views."""

from yingke.kit.errors import Conflict, Forbidden


class SharedViewNotYours(Forbidden):
    code, detail = "shared_view_not_yours", "Views of everybody are made and changed by supervisors."


class TooManyViews(Conflict):
    code, detail = "too_many_views", "An agent has at most 50 views. Delete one that is no longer used."
