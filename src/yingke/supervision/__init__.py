"""Supervisors see everything that goes on and step in.

What is always true: whatever a supervisor does to somebody else's conversation, looking at it included, is written down
in the transaction that does it (`SupervisionAct`), and nothing takes it back; a conversation that waits for an answer is
ended only with a reason why nobody had to answer.
"""
