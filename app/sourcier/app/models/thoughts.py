"""What a thinking model writes for itself, between ``<think>`` and ``</think>``, taken out of its reply."""

from __future__ import annotations

import re

__all__ = ["Thoughts"]

_OPEN = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_CLOSE = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_TAGS = ("<think>", "<thinking>", "</think>", "</thinking>")


class Thoughts:
    """A filter for a reply that comes in pieces; a tag may be cut anywhere.

    Models are asked not to think, and servers usually keep thoughts apart; some templates leave them in the text.
    """

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def take(self, piece: str) -> str:
        """What of the reply so far is no thought and was not given yet."""
        text, self._held = self._held + piece, ""
        kept = ""
        while True:
            found = _CLOSE.search(text) if self._thinking else _first(text)
            if found is None:
                break
            kept += "" if self._thinking else text[: found.start()]
            self._thinking = found.group()[1] != "/"
            text = text[found.end() :]
        self._held = _begun_tag(text)
        whole = text[: len(text) - len(self._held)]
        return kept if self._thinking else kept + whole

    def rest(self) -> str:
        """What was held back because it might have begun a tag, once the reply is over."""
        held, self._held = self._held, ""
        return "" if self._thinking else held


def _first(text: str) -> re.Match[str] | None:
    # A closing tag alone: the template opened the thoughts by itself. The tag at least is no text.
    found = [match for match in (_OPEN.search(text), _CLOSE.search(text)) if match]
    return min(found, key=lambda match: match.start(), default=None)


def _begun_tag(text: str) -> str:
    """The end of ``text`` that the next piece may complete into a tag."""
    at = text.rfind("<")
    end = text[at:] if at >= 0 else ""
    return end if any(tag.startswith(end.lower()) for tag in _TAGS) else ""
