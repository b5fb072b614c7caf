"""What is refused about tags."""

from yingke.kit.errors import Conflict, Invalid


class TagNameTaken(Conflict):
    code, detail = "tag_name_taken", "There is a tag with this name already."


class TooManyTags(Conflict):
    code, detail = "too_many_tags", "A workspace has at most 500 tags. Delete some that are no longer used."


class UnknownTag(Invalid):
    code, detail = "unknown_tag", "One of these tags does not exist any more. Load the tags again."
