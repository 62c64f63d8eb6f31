"""From bytes to text: a byte order mark, then strict UTF-8, then cp1252.

Statistical detectors take French cp1252 for a Central European encoding half of the time; this order was right on
every sample of UTF-8, UTF-16, cp1252 and latin-1. The old encodings of the Mac and of DOS put accented letters where
cp1252 has signs: bytes of that range inside words give them away.
"""

from __future__ import annotations

import codecs
import re

from sourcier.core.errors import UnreadableFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What opens files that would decode all the same, and are not text.
_SIGNATURES = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x7fELF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"{\\rtf",
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})
_MAX_CONTROLS = 0.01
# Inside a word, cp1252 has its accented letters from 0xC0 on, and of the signs below only « œ » and the apostrophe.
_SIGNS_IN_WORDS = re.compile(rb"(?<=[A-Za-z])[\x80-\x91\x93-\x9b\x9d-\x9f](?=[A-Za-z])")
_LETTERS_IN_WORDS = re.compile(rb"(?<=[A-Za-z])[\xc0-\xff](?=[A-Za-z])")
_OLD = ("mac_roman", "cp850")
_FRENCH = frozenset("àâäçéèêëîïôöùûüÿæœÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÆŒ«»’‘“”–—…•°€\u00a0")
_CERTAIN = 0.9
"""Share of the characters beyond ASCII that must be French for an old encoding to be taken for the right one."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of ``data`` and the name of its encoding; ``mac_roman`` and ``cp850`` are only ever likely.

    Raises:
        UnreadableFileError: ``ingest.binary``, the bytes are not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data.removeprefix(mark), encoding), encoding
    if data.startswith(_SIGNATURES):
        raise UnreadableFileError("ingest.binary")
    if b"\0" in data[:4096]:
        return _unmarked_utf16(data)
    if len(data) - len(data.translate(None, _CONTROLS)) > _MAX_CONTROLS * len(data):
        raise UnreadableFileError("ingest.binary")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _older(data) or "cp1252"
        return _strict(data, encoding), encoding


def is_doubtful(encoding: str) -> bool:
    """Whether an encoding that :func:`decode` names was only the likeliest one."""
    return encoding in _OLD


def _older(data: bytes) -> str | None:
    """The old encoding that ``data`` is likely to be in, where cp1252 would put signs inside its words."""
    if len(_SIGNS_IN_WORDS.findall(data)) <= len(_LETTERS_IN_WORDS.findall(data)):
        return None
    beyond = data.translate(None, bytes(range(128)))
    shares = {encoding: _share(beyond.decode(encoding)) for encoding in _OLD}
    best = max(_OLD, key=lambda encoding: shares[encoding])
    return best if shares[best] >= _CERTAIN else None


def _share(beyond: str) -> float:
    return sum(character in _FRENCH for character in beyond) / max(1, len(beyond))


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError("ingest.binary") from error


def _unmarked_utf16(data: bytes) -> tuple[str, str]:
    # Latin letters in UTF-16 have a null every other byte, always on the same side.
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    half = max(1, min(len(data), 4096) // 2)
    if len(data) % 2 == 0 and max(even, odd) > 0.6 * half and min(even, odd) < 0.05 * half:
        encoding = "utf-16-be" if even > odd else "utf-16-le"
        return _strict(data, encoding), encoding
    raise UnreadableFileError("ingest.binary")
