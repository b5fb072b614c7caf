"""What is told about language models."""

from yingke.kit.facts import Fact, fact


@fact("language_model.changed")
class LanguageModelChanged(Fact, frozen=True, kw_only=True):
    """What was known of the workspace's endpoint is old. It says nothing of it: who may see that asks."""
