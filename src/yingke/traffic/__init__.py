"""Figures of what happened on the sites."""
