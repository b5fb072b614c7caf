"""The ground every feature stands on: work, facts, outbox, jobs, errors, clock, ids, text, files, mail.

Nothing here knows a feature. What is always true: a fact and the change it announces commit together or not at all.
"""
