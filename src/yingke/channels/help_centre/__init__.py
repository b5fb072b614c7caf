"""The help centre: the published entries of a site as pages of their own, for people and for search engines.

What is always true: a page shows what is published for everybody, never what is for members or staff; everything can be
read, searched and voted on without scripts; each page has one address, which says itself what it is in other languages.
"""
