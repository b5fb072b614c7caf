"""What is refused to supervisors."""

from yingke.kit.errors import Conflict


class NobodyToWhisperTo(Conflict):
    code = "nobody_to_whisper_to"
    detail = "No other agent has this conversation. Write a note, or take it over."


class NoRoomForTeam(Conflict):
    code = "no_room_for_team"
    detail = "A room holds two to fifty people: this team has nobody else, or too many."
