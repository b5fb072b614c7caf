"""A demonstration: a shop with the widget on each page, a desk that is signed in, and sample data.

What is always true: it lives in a data folder and a database of its own; its addresses exist only while `yingke demo`
runs; sample data is written once, through the verbs that a real day would have used, under a clock of the past.
"""

from yingke.demo.running import run_demo
from yingke.demo.sampling import Sample, ensure_sample
from yingke.demo.shop import open_shop

__all__ = ["Sample", "ensure_sample", "open_shop", "run_demo"]
