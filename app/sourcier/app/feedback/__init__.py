"""What members think of an answer: kept only where the organisation wants it and the member agrees, without who or when."""

from sourcier.app.feedback.opinion import KINDS, Kind, Opinion, exported
from sourcier.app.feedback.store import Opinions

__all__ = ["KINDS", "Kind", "Opinion", "Opinions", "exported"]
