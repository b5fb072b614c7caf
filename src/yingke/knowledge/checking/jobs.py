"""Deferred work of the checks."""

from yingke.knowledge.checking.links import check_links

__all__ = ["check_links"]
