"""Similar questions learnt from what people do: whoever picks an entry for his question, or says that it helped, confirms
that the entry answers those words; what enough people confirm is proposed to staff, who decide.

What is always true: one person counts once for a wording and an entry; robots and blocked visitors do not count; nothing
is published but by somebody who may publish, or by the workspace's own setting; what was dismissed is not proposed again.
"""
