"""The two colours of a kit: white on the first, and it on the second, are read at more than 7 to 1 (WCAG 2.2, 1.4.6)."""

from __future__ import annotations

__all__ = ["ACCENT", "PALE"]

ACCENT = "1F4E5F"
PALE = "E8F0F2"
