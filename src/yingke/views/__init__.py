"""Views: filters of the conversation list that were given a name.

What is always true: a personal view is its agent's alone; a shared one is seen by everybody and changed by supervisors.
A view only filters: what it shows is what its reader may see anyway.
"""

from yingke.views.facts import ViewsChanged
from yingke.views.models import SavedView

__all__ = ["SavedView", "ViewsChanged"]
