"""Yingke 迎客: online customer service."""

__version__ = "0.1.0"
