"""What backup and restore refuse."""

from yingke.kit.errors import Kind, Refusal


class ArchiveExists(Refusal):
    kind, code = Kind.conflict, "archive_exists"
    detail = "There is a file of this name already. Choose another name, or remove it."


class ArchiveDamaged(Refusal):
    kind, code = Kind.invalid, "archive_damaged"
    detail = "This is not a whole Yingke archive. Nothing was changed. Use another copy."


class NotWhole(Refusal):
    kind, code = Kind.conflict, "not_whole"
    detail = "Something that should be there is missing or was changed."


class ArchiveTooNew(Refusal):
    kind, code = Kind.unsupported, "archive_too_new"
    detail = "This archive was made by a newer release. Install that release, then restore."


class NothingToBackUp(Refusal):
    kind, code = Kind.conflict, "nothing_to_back_up"
    detail = (
        "The database is not of this release. Run `yingke upgrade` first, or back up with the release that wrote it."
    )


class NotEmpty(Refusal):
    kind, code = Kind.conflict, "installation_not_empty"
    detail = (
        "This installation holds a workspace already, and nothing of it may be overwritten. "
        "Restore into an empty one: another YINGKE_DATA folder, or another database."
    )


class ServerRuns(Refusal):
    kind, code = Kind.conflict, "server_runs"
    detail = "Yingke is running on this installation. Stop it, then restore."
