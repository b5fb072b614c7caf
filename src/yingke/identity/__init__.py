"""Who may do what: workspaces, sign-in, roles, tokens.

A *login* is one person's mail address and password for the installation; a *membership* gives it a role in one
workspace, under the id of the agent there. What is always true: every request acts as one `Actor` in one workspace, and
the routes and socket operations name the permission they need.
"""

from yingke.identity.actors import ANYWHERE, WHICHEVER, Actor, Role, Scope, may
from yingke.identity.authentication import actor_of_member
from yingke.identity.browsers import Browser, browser_of, keep_session
from yingke.identity.doors import Call, PublicCall, Steps, WorkRoute, allowed, in_steps, public
from yingke.identity.expiry import remove_expired
from yingke.identity.facts import ApprovalChanged, RightsChanged, SecondFactorRemoved, SessionEnded, WorkspaceChanged
from yingke.identity.invitations import invitation_of, invite
from yingke.identity.memberships import (
    add_member,
    change_role,
    forget_site,
    forget_team,
    limit_to_sites,
    limit_to_teams,
    require_changeable,
    set_disabled,
)
from yingke.identity.models import Invitation, Login, LoginSession, Membership, SentLetter, Workspace
from yingke.identity.passwords import hashed, require_strong
from yingke.identity.policy import PERMISSIONS
from yingke.identity.sending import letter_message_id
from yingke.identity.sessions import SignedIn, begin_session
from yingke.identity.signing_in import login_of, prove_identity
from yingke.identity.totp import switch_totp_off
from yingke.identity.values import InvitationValue, LetterKind, Locale, RoleName, WorkspaceName, WorkspaceValue
from yingke.identity.workspaces import (
    TimeZone,
    WorkspaceSettings,
    found_workspace,
    make_login,
    require_first,
    setup_needed,
    workspace_value,
    workspaces_of,
    zone_of,
)

__all__ = [
    "ANYWHERE",
    "PERMISSIONS",
    "WHICHEVER",
    "Actor",
    "ApprovalChanged",
    "Browser",
    "Call",
    "Invitation",
    "InvitationValue",
    "LetterKind",
    "Locale",
    "Login",
    "LoginSession",
    "Membership",
    "PublicCall",
    "RightsChanged",
    "Role",
    "RoleName",
    "Scope",
    "SecondFactorRemoved",
    "SentLetter",
    "SessionEnded",
    "SignedIn",
    "Steps",
    "TimeZone",
    "WorkRoute",
    "Workspace",
    "WorkspaceChanged",
    "WorkspaceName",
    "WorkspaceSettings",
    "WorkspaceValue",
    "actor_of_member",
    "add_member",
    "allowed",
    "begin_session",
    "browser_of",
    "change_role",
    "forget_site",
    "forget_team",
    "found_workspace",
    "hashed",
    "in_steps",
    "invitation_of",
    "invite",
    "keep_session",
    "letter_message_id",
    "limit_to_sites",
    "limit_to_teams",
    "login_of",
    "make_login",
    "may",
    "prove_identity",
    "public",
    "remove_expired",
    "require_changeable",
    "require_first",
    "require_strong",
    "set_disabled",
    "setup_needed",
    "switch_totp_off",
    "workspace_value",
    "workspaces_of",
    "zone_of",
]
