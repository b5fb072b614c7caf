"""Who may do what: workspaces, sign-in, roles, tokens.

A *login* is one person's mail address and password for the installation; a *membership* gives it a role in one
workspace, under the id of the agent there. What is always true: every request acts as one `Actor` in one workspace, and
the routes and socket operations name the permission they need.
"""

from yingke.identity.actors import Actor, Role
from yingke.identity.doors import Call, PublicCall, WorkRoute, allowed, public
from yingke.identity.models import Login, LoginSession, Membership, Workspace
from yingke.identity.policy import PERMISSIONS

__all__ = [
    "PERMISSIONS",
    "Actor",
    "Call",
    "Login",
    "LoginSession",
    "Membership",
    "PublicCall",
    "Role",
    "WorkRoute",
    "Workspace",
    "allowed",
    "public",
]
