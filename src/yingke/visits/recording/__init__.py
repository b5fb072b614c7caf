"""Recording what pages report: durable before the answer, gathered under load.

What is always true: a page view and a custom event are stored once, however often they are sent; how far a page was
read is written later, together, and what a crash loses of it is less than two minutes; a browser that reports too
much is refused, and costs the others nothing.
"""

from yingke.visits.recording.recorder import Recorder

__all__ = ["Recorder"]
