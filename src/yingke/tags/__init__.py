"""Tags: free labels for conversations and contacts.

What is always true: a name stands once in a workspace, however it is capitalised; the id of a tag that was deleted goes
from wherever it was put, a moment later, and who still holds it shows nothing for it.
"""

from yingke.tags.facts import TagChanged
from yingke.tags.models import Tag
from yingke.tags.queries import all_tags, require_tags
from yingke.tags.values import TagValue

__all__ = ["Tag", "TagChanged", "TagValue", "all_tags", "require_tags"]
