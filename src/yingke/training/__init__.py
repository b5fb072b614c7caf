"""Training: good answers are collected, and what inspections found missing is practised in short drills.

What is always true: what is kept of a conversation is masked before it is stored, and goes with the conversation, its contact and
its visitor; nobody is shown which choice is right before they have chosen; results of drills count in no figure of quality.
"""

from yingke.training.facts import ExerciseChanged, TrainingChanged

__all__ = ["ExerciseChanged", "TrainingChanged"]
