"""An agent leaves: what was theirs goes to colleagues in one act, and the account is closed.

What is always true: it is one transaction, which looks again at its end and does nothing at all when anything is left;
what was said keeps the name of who said it; no visitor loses their place by it.
"""
