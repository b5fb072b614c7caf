"""What can be wrong with an upload."""

from yingke.kit.errors import Invalid, Kind, Missing, Refusal


class FileTooLarge(Refusal):
    kind, code = Kind.too_large, "file_too_large"
    detail = "This file is too large."


class FileTypeRefused(Refusal):
    kind, code = Kind.unsupported, "file_type_refused"
    detail = "Programs and scripts are not accepted. Put the file into a zip archive if it has to be sent."


class FileDamaged(Invalid):
    code = "file_damaged"
    detail = "This file is empty or damaged and cannot be read. Save it again and send the new file."


class FileNotYours(Missing):
    code = "file_not_found"
    detail = "This file is not there, or was not uploaded by you. Send it again."
