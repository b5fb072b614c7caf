"""Quality: conversations are inspected by cards, scored, appealed against; what was good is collected, what was not is practised.

What is always true: nobody inspects a conversation of their own, nor decides an appeal against an inspection of theirs; the
version of a card that an inspection was made with never changes; a plan picks a conversation once; whoever reads for an
inspection is written down as whoever watches is; what an inspected agent is not told yet, no fact tells them.
"""

from yingke.quality.facts import InspectionChanged, QualityChanged

__all__ = ["InspectionChanged", "QualityChanged"]
