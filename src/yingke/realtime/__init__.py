"""The sockets: what is said reaches the other side at once.

What is always true: pushes are hints and the database is the truth; an acknowledgement is sent after the commit; a
reader resumes with `after_seq`; every queue is bounded, and who does not read is cut off and resumes later.
`docs/protocol.md` is the contract with clients.
"""
