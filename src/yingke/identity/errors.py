"""What sign-in and its surroundings refuse."""

from yingke.kit.errors import Conflict, Forbidden, Invalid, Kind, Missing, Refusal, Throttled


class InvalidCredentials(Refusal):
    kind, code = Kind.unauthenticated, "invalid_credentials"
    detail = "The mail address or the password is not right."


class TotpRequired(Refusal):
    kind, code = Kind.unauthenticated, "totp_required"
    detail = "Enter the six digits that your authenticator shows, or a recovery code."


class TotpInvalid(Refusal):
    kind, code = Kind.unauthenticated, "totp_invalid"
    detail = "This code is not right or was used before. Wait for the next one."


class TotpWrong(Invalid):
    code = "totp_wrong"
    detail = "This code is not right. Look at the authenticator and type the one it shows now."


class AccountDisabled(Forbidden):
    code = "account_disabled"
    detail = "Your access was switched off. Ask an administrator of your workspace."


class TooManyAttempts(Throttled):
    code = "too_many_attempts"
    detail = "Too many attempts. Wait a few minutes, or set a new password by mail."


class PasswordWeak(Invalid):
    code = "password_weak"


class PasswordWrong(Invalid):
    code = "password_wrong"
    detail = "This is not your present password."


class LinkExpired(Refusal):
    kind, code = Kind.gone, "link_expired"
    detail = "This link was used or is too old. Ask for a new one."


class AlreadySetUp(Conflict):
    code = "already_set_up"
    detail = "This installation is set up. Sign in, or ask an administrator for an invitation."


class AlreadyMember(Conflict):
    code = "already_member"
    detail = "This person is in the workspace already."


class RoleAboveYours(Forbidden):
    code = "role_above_yours"
    detail = "You cannot give a role above your own, nor change somebody who has one."


class PermissionNotYours(Forbidden):
    code = "permission_not_yours"
    detail = "You cannot give, nor take from others, permissions that you do not have yourself."


class RoleUnknown(Invalid):
    code = "role_unknown"
    detail = "This role is not there any more. Load the page again."


class RoleNameTaken(Conflict):
    code = "role_name_taken"
    detail = "Another role has this name."


class RoleInUse(Conflict):
    code = "role_in_use"
    detail = "People have this role. Say which role they get instead."


class OwnLimits(Forbidden):
    code = "own_limits"
    detail = "Somebody else has to change your own role and limits."


class LastOwner(Conflict):
    code = "last_owner"
    detail = "The workspace needs an owner. Make somebody else an owner first."


class ApprovalNeeded(Conflict):
    code = "approval_needed"
    detail = "Here a second person approves this first. Ask for it, and say why."


class OwnApproval(Forbidden):
    code = "own_approval"
    detail = "Somebody else has to approve what you asked for."


class ApprovalClosed(Conflict):
    code = "approval_closed"
    detail = "This request is decided, taken back or too old. Load the page again."


class NoApprover(Conflict):
    code = "no_approver"
    detail = "Nobody else may approve this. Give a second person the permission first."


class TotpNotPending(Conflict):
    code = "totp_not_started"
    detail = "Begin again: show the code to your authenticator first."


class OwnSecondFactor(Conflict):
    code = "own_second_factor"
    detail = "Your own second factor is switched off with your password, on the page about your security."


class ManagedElsewhere(Forbidden):
    code = "managed_elsewhere"
    detail = (
        "This person also works in a workspace where you may not do this. Ask somebody who is an administrator of "
        "every workspace they are in."
    )


class NoSuchWorkspace(Missing):
    code = "workspace_not_found"
    detail = "You are not in this workspace."


class TotpEnabled(Conflict):
    code = "totp_enabled"
    detail = "The second factor is on already. Switch it off with your password first."
