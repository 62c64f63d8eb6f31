"""A page of a PDF as a picture, drawn by a process that can be lost, and kept nowhere.

What comes back from that process had an untrusted file in its hands: it is numbers and letters, each looked at; pixels
are made into a PNG here, so that no image that a file could have written reaches a browser.
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sourcier.core.errors import SourcierError, UnreadableFileError
from sourcier.core.settings import Settings
from sourcier.ingest.limits import MEGABYTE, Limits
from sourcier.ingest.sandbox import Worker, page_request, refusal_of

__all__ = ["BusyDrawingError", "PageWords", "page_png", "page_words"]

#: Seconds for one page: more of them belong to a file that was made to take them.
_TIMEOUT_S = 20
#: Of what comes back: a picture of three million pixels takes nine.
_OUTPUT = 16 * MEGABYTE
_MAX_SIDE = 4000
_PLACES = 10_000
#: Processes at once, and people who may wait for one: a page more is refused, so that answers are never kept waiting.
_AT_ONCE, _WAITING = 2, 8

_drawing = threading.BoundedSemaphore(_AT_ONCE)
_waiting = threading.BoundedSemaphore(_AT_ONCE + _WAITING)

#: Text, then left, top, right and bottom in ten-thousandths of the page.
Word = tuple[str, int, int, int, int]


class BusyDrawingError(SourcierError):
    """Too many pages are being drawn."""


@dataclass(frozen=True, slots=True)
class PageWords:
    """Where the words of a page are. ``width`` and ``height`` of its picture, in pixels."""

    pages: int
    width: int
    height: int
    words: tuple[Word, ...]


def page_words(data: bytes, number: int, settings: Settings) -> PageWords | None:
    """The words of a page, by its number from 1; None where there is no such page.

    Raises:
        UnreadableFileError: the file cannot be opened, or the process that did was lost.
        BusyDrawingError: too many ask at once.
    """
    frame, _ = _ask(data, number, settings, pixels=False)
    try:
        width, height = _size(frame)
        return PageWords(int(frame["pages"]), width, height, tuple(map(_word, frame["words"]))) if width else None
    except (KeyError, TypeError, ValueError) as error:
        raise _lost(settings) from error


def page_png(data: bytes, number: int, settings: Settings) -> bytes | None:
    """The picture of a page; None where there is no such page.

    Raises:
        UnreadableFileError: as :func:`page_words`.
        BusyDrawingError: likewise.
    """
    frame, pixels = _ask(data, number, settings, pixels=True)
    try:
        width, height = _size(frame)
    except (KeyError, TypeError, ValueError) as error:
        raise _lost(settings) from error
    if not width:
        return None
    if len(pixels) != 3 * width * height:
        raise _lost(settings)
    return _png(pixels, width, height)


def _ask(data: bytes, number: int, settings: Settings, *, pixels: bool) -> tuple[Mapping[str, Any], bytes]:
    limits = _limits(settings)
    with _turn():
        worker = Worker(limits)
        try:
            answer = worker.ask(page_request(number, pixels=pixels), data)
            try:
                for frame, place in answer.frames():
                    if (refusal := refusal_of(frame)) is not None:
                        raise refusal
                    return frame, answer.load(place)
            finally:
                answer.close()
        finally:
            worker.close()
    raise _lost(settings)


@contextmanager
def _turn() -> Iterator[None]:
    if not _waiting.acquire(blocking=False):
        raise BusyDrawingError("pages.busy")
    try:
        with _drawing:
            yield
    finally:
        _waiting.release()


def _limits(settings: Settings) -> Limits:
    found = Limits.of(settings.ingest)
    timeout = min(_TIMEOUT_S, found.timeout_s)
    return replace(found, timeout_s=timeout, output=_OUTPUT, max_unpacked_mb=0, max_members=0)


def _size(frame: Mapping[str, Any]) -> tuple[int, int]:
    width, height = frame["width"], frame["height"]
    if not (
        isinstance(width, int) and isinstance(height, int) and 0 <= width <= _MAX_SIDE and 0 <= height <= _MAX_SIDE
    ):
        raise ValueError(width, height)
    return width, height


def _word(told: Any) -> Word:
    text, left, top, right, bottom = told
    if not isinstance(text, str):
        raise TypeError(text)
    places = (left, top, right, bottom)
    if not all(type(place) is int and 0 <= place <= _PLACES for place in places):
        raise ValueError(places)
    return text, left, top, right, bottom


def _lost(settings: Settings) -> UnreadableFileError:
    return UnreadableFileError("ingest.crashed", memory=settings.ingest.memory_mb, code="-")


def _png(pixels: bytes, width: int, height: int) -> bytes:
    """Rows of red, green, blue as a PNG (ISO/IEC 15948): one header, one stream without filters, one end."""
    rows = b"".join(b"\0" + pixels[start : start + 3 * width] for start in range(0, 3 * width * height, 3 * width))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
