"""Visits: what a visitor looked at on a site, and where he came from."""
