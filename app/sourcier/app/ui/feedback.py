"""Nothing yet: the page has room for it."""

from __future__ import annotations

from sourcier.core.settings import Settings

__all__ = ["feedback_dialog"]


def feedback_dialog(settings: Settings) -> str:
    """Nothing."""
    return ""
