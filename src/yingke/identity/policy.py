"""Permissions, and the lowest role that has each. One table: what is not in it is not allowed."""

from typing import Final

PERMISSIONS: Final[dict[str, str]] = {
    "account.self": "agent",  # one's own profile, preferences, availability
    "account.security": "agent",  # one's own password, second factor, sessions
    "agents.read": "agent",
    "agents.manage": "administrator",
    "agents.security": "administrator",  # a colleague's lost second factor
    "teams.read": "agent",
    "teams.manage": "administrator",
    "workspace.read": "agent",
    "workspace.manage": "administrator",
    "workspaces.create": "owner",
    "api_keys.manage": "administrator",
    "sites.read": "agent",
    "sites.manage": "administrator",
    "conversations.read": "agent",
    "conversations.reply": "agent",
    "conversations.assign_others": "agent",
    "conversations.read_all": "supervisor",
    "contacts.read": "agent",
    "contacts.write": "agent",
    "contacts.delete": "supervisor",
    "visitors.read": "agent",
    "visitors.write": "agent",
    "visitors.block": "agent",
    "networks.block": "supervisor",
    "goals.read": "agent",
    "goals.manage": "administrator",
    "traffic.read": "supervisor",
    "invitations.read": "agent",  # to visitors of a site
    "invitations.send": "agent",
    "segments.read": "agent",
    "segments.manage": "supervisor",
    "rules.read": "agent",
    "rules.manage": "supervisor",
    "tags.read": "agent",
    "tags.manage": "agent",
    "canned_responses.read": "agent",
    "canned_responses.write": "agent",
    "canned_responses.manage": "supervisor",  # those of everybody
    "knowledge.read": "agent",
    "knowledge.write": "agent",  # drafts
    "knowledge.manage": "supervisor",  # what visitors see of it
    "routing.read": "supervisor",
    "routing.manage": "administrator",
    "promises.read": "agent",
    "promises.write": "agent",
    "promises.manage": "supervisor",  # those of others, when they leave
    "shifts.read": "agent",
    "shifts.swap": "agent",
    "shifts.manage": "supervisor",  # who works when
    "shift_patterns.manage": "supervisor",
    "service_requests.read": "agent",
    "service_requests.write": "agent",
    "service_requests.decide": "agent",  # with the reason that the applicant reads
    "service_requests.pass_on": "supervisor",  # those of others, when they leave
    "service_requests.manage": "administrator",  # how each kind is asked for
    "service_levels.read": "supervisor",
    "service_levels.manage": "administrator",
    "supervision.read": "supervisor",
    "supervision.act": "supervisor",
    "quality.self": "agent",  # one's own results, appeals, drills; answers to learn from
    "quality.inspect": "supervisor",
    "quality.manage": "supervisor",  # cards and plans
    "quality.calibrate": "supervisor",  # have several inspectors score the same
    "quality.train": "supervisor",  # make and give drills, keep the collection in order
    "views.write": "agent",
    "views.share": "supervisor",
    "files.read": "agent",
    "files.write": "agent",
    "push.self": "agent",
    "mails.read": "administrator",
    "audit.read": "administrator",
    "roles.manage": "administrator",
    "words.manage": "supervisor",
}

WRITTEN_DOWN: Final = frozenset(
    {
        "account.security",
        "agents.manage",
        "agents.security",
        "teams.manage",
        "workspace.manage",
        "workspaces.create",
        "api_keys.manage",
        "sites.manage",
        "contacts.delete",
        "visitors.block",
        "goals.manage",
        "rules.manage",
        "segments.manage",
        "tags.manage",
        "canned_responses.manage",
        "knowledge.manage",
        "routing.manage",
        "shifts.swap",
        "shifts.manage",
        "shift_patterns.manage",
        "service_levels.manage",
        "service_requests.decide",
        "service_requests.manage",
        "supervision.act",
        "quality.manage",
        "quality.calibrate",
        "quality.train",
        "roles.manage",
        "words.manage",
    }
)
"""Permissions to administer: what is done by them goes into the audit log."""

ESSENTIAL: Final = frozenset(
    {
        "account.self",
        "account.security",
        "workspace.read",
        "agents.read",
        "teams.read",
        "sites.read",
        "tags.read",
        "conversations.read",
        "files.read",
        "push.self",
    }
)
"""Without these no desk opens: every role has them."""

BEYOND_TEAMS: Final = frozenset(
    {
        "agents.manage",
        "agents.security",
        "teams.manage",
        "workspace.manage",
        "workspaces.create",
        "api_keys.manage",
        "sites.manage",
        "contacts.delete",
        "goals.manage",
        "networks.block",
        "traffic.read",
        "rules.manage",
        "routing.manage",
        "segments.manage",
        "shift_patterns.manage",
        "knowledge.manage",
        "canned_responses.manage",
        "service_levels.read",
        "service_levels.manage",
        "service_requests.manage",
        "quality.manage",
        "mails.read",
        "audit.read",
        "roles.manage",
        "words.manage",
    }
)
"""What cannot be held to a few teams: who is limited to some has none of it."""

BEYOND_SITES: Final = BEYOND_TEAMS - {"sites.manage", "traffic.read"}
"""What cannot be held to a few sites. A site has settings and figures of its own."""

FOUR_EYES: Final[dict[str, str]] = {
    "contacts.removed": "contacts.delete",
    "visitors.removed": "contacts.delete",
    "visitors.export.read": "contacts.delete",
    "audit.export.read": "audit.read",
}
"""Acts that a second person with the permission approves first, where the workspace asks for four eyes."""

ERASURES: Final = frozenset({"contacts.removed", "visitors.removed"})
"""Those of them after which nothing tells of a person any more."""

_PEOPLE_ONLY = frozenset(
    {"account.security", "agents.security", "api_keys.manage", "workspaces.create", "roles.manage"}
)
"""No key makes keys, sessions or workspaces, nor weakens how people sign in."""

SCOPES: Final[dict[str, frozenset[str]]] = {
    "read": frozenset(p for p in PERMISSIONS if p.endswith((".read", ".read_all"))),
    "write": frozenset(p for p in PERMISSIONS if not p.endswith((".manage", ".delete", ".create", ".self")))
    - _PEOPLE_ONLY,
    "admin": frozenset(PERMISSIONS) - _PEOPLE_ONLY,
}
"""What an API key may do, within the role of the agent who made it."""
