"""Nothing yet: the page has room for it."""

from __future__ import annotations

from sourcier.core.settings import Settings

__all__ = ["guided_panel"]


def guided_panel(settings: Settings) -> str:
    """Nothing."""
    return ""
