"""What is refused to supervisors."""

from yingke.kit.errors import Conflict


class NobodyToWhisperTo(Conflict):
    code = "nobody_to_whisper_to"
    detail = "No other agent has this conversation. Write a note, or take it over."
