"""A language model beside the engine, where a company adds one: any endpoint that speaks the OpenAI protocol.

What is always true: nothing is asked of it unless the workspace says so; its key leaves the server in requests to that
endpoint only, and is stored sealed; whoever asks it has an answer of his own for when it is slow, refuses or talks rubbish.
"""

from yingke.language_model.asking import Thinker
from yingke.language_model.errors import ModelFailed
from yingke.language_model.facts import LanguageModelChanged
from yingke.language_model.keeping import ModelInUse, model_in_use

__all__ = ["LanguageModelChanged", "ModelFailed", "ModelInUse", "Thinker", "model_in_use"]
