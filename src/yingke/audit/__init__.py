"""Who did what to the workspace, when, from where.

What is always true: an entry is written by the transaction that does what it tells; nothing changes or removes an entry
but the end of its time, which is an entry itself; each carries the hash of the one before it, so that a change made
behind the program's back is found (`verify_chain`).
"""

from yingke.audit.keeping import forget_in_all, forget_old_entries
from yingke.audit.observing import Observed
from yingke.audit.queries import AuditFilter, acts_in_use, every_entry, list_entries
from yingke.audit.recording import Act, is_recorded, record
from yingke.audit.values import AuditEntryValue, Verdict
from yingke.audit.verifying import verify_chain

__all__ = [
    "Act",
    "AuditEntryValue",
    "AuditFilter",
    "Observed",
    "Verdict",
    "acts_in_use",
    "every_entry",
    "forget_in_all",
    "forget_old_entries",
    "is_recorded",
    "list_entries",
    "record",
    "verify_chain",
]
