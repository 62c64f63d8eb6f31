"""The local language model that words answers: Ollama's, the embedded one, or none."""

from sourcier.app.models.cancelling import Cancellation, CancelledAnswer, cancelled_by
from sourcier.app.models.choice import choose_model, diagnose
from sourcier.app.models.types import Check, LanguageModel, Turn, Usage

__all__ = [
    "Cancellation",
    "CancelledAnswer",
    "Check",
    "LanguageModel",
    "Turn",
    "Usage",
    "cancelled_by",
    "choose_model",
    "diagnose",
]
