"""Webchat over HTTP: what a page with the widget loads, a visitor's files, and the contact page without scripts.

What is always true: these addresses are public and never act with an agent's cookie; a visitor's token is read from a
header only; no answer says more of a site than its public configuration; our own pages run no script that was not
built with them.
"""
