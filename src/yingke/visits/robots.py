"""Robots: what a search engine's crawler or a monitor loads is no visit."""

from functools import lru_cache

from crawleruseragents import is_crawler

_LONGEST = 500


@lru_cache(maxsize=4096)
def is_robot(user_agent: str) -> bool:
    """By the community's list of names. A browser that says nothing at all is taken for a robot too."""
    return not user_agent or is_crawler(user_agent[:_LONGEST])
