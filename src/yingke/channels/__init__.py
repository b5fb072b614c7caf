"""Channels: the media people write through, each in a folder of its own."""
