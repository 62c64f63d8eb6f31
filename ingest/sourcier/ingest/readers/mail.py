"""E-mails saved as ``.eml``: who wrote to whom, when, about what, and the text, quoted replies and signatures included.

Of a text sent in two forms, the plain one is read. Attachments are members of the file: see ``containers``.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from contextlib import suppress
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind, Finding
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.decoding import decode
from sourcier.ingest.drafts import Draft, Dropped, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.plain import blocks_of

if TYPE_CHECKING:
    from sourcier.ingest.containers import Counters, Member

    Part = Message[Any, Any]

_LONGEST_HEADER = 4000
# What the standard library's parser is known to raise on headers and parts that nobody would write.
_MISREAD = (
    MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
    AssertionError,
)
_LABELS = {"From": "De", "To": "À", "Cc": "Copie à", "Date": "Date"}
_SHOWN_ONLY = frozenset({"image", "audio", "video", "font"})
"""Main types that a message carries for its looks (a logo): reported when they were attached, not when they are shown."""
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_LOCKED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_SUFFIXES = {
    "text/plain": "txt",
    "text/html": "html",
    "text/csv": "csv",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
}


def read(data: bytes, *, limits: Limits) -> Reading:
    """The message itself, without its attachments.

    Raises:
        UnreadableFileError: it is not a message, or it is encrypted.
    """
    message = _parsed(data)
    if not any(name in message for name in ("From", "To", "Date", "Subject", "Received", "MIME-Version", "Message-ID")):
        raise UnreadableFileError("ingest.damaged", detail="EML")
    parts = list(_parts(message, limits.max_members))
    if any(part.get_content_type() in _LOCKED for part in parts):
        raise UnreadableFileError("ingest.archive_locked")
    subject = _header(message, "Subject")
    drafts = [Draft(BlockKind.HEADING, subject, 1)] if subject else []
    lines = [(name, value) for name in _LABELS if (value := _header(message, name))]
    if lines:
        drafts.append(Draft(BlockKind.PARAGRAPH, "\n".join(f"{_LABELS[name]} : {value}" for name, value in lines)))
    findings: list[Finding] = []
    dropped: list[Dropped] = []
    body = [part for part in _chosen(message, limits.max_members) if not _is_attached(part)]
    for part in body:
        reading = _text(part, limits)
        drafts += reading.drafts
        findings += reading.findings
        dropped += reading.dropped
    return Reading(tuple(drafts), _given(message, subject), tuple(findings), tuple(dropped))


def source_text(data: bytes, *, limits: Limits) -> str:
    """The headers and every text of the message, undone from their transport and nothing more."""
    message = _parsed(data)
    lines = [f"{name}: {value}" for name in ("Subject", *_LABELS) if (value := _header(message, name))]
    texts = [_decoded(part) for part in _chosen(message, limits.max_members) if not _is_attached(part)]
    return "\n".join([*lines, *texts])


def attachments(data: bytes, counters: Counters) -> Iterator[Member]:
    """The files attached to a message, and the messages forwarded in it, whole.

    Raises:
        UnreadableFileError: ``ingest.archive_unsafe``, there are too many or they are too large.
    """
    from sourcier.ingest.containers import Member, is_safe, shown

    limit = counters.limits.max_file_mb
    seen: set[str] = set()
    number = 0
    for part in _parts(_parsed(data), counters.members_left + 1):
        counters.meet(1)
        if not _is_attached(part):
            continue
        number += 1
        name = _file_name(part) or f"piece-{number}.{_suffix(part)}"
        path = shown(name.replace("\\", "/"))
        if not is_safe(name.replace("\\", "/")):
            yield Member(path, error=UnreadableFileError("ingest.entry_unsafe"))
            continue
        while path in seen:
            # Two pieces of one name are usual in a mail, and none of them is a mistake.
            path = f"{number}-{path}"
        seen.add(path)
        try:
            content = _content(part)
        except _MISREAD as error:
            yield Member(path, error=UnreadableFileError("ingest.damaged", detail=f"EML, {type(error).__name__}"))
            continue
        counters.unfold(len(content))
        if len(content) > limit << 20:
            yield Member(path, error=UnreadableFileError("ingest.too_large", size=len(content) >> 20, limit=limit))
        else:
            yield Member(path, content)


def _parsed(data: bytes) -> Part:
    # The older policy keeps headers as they are: the newer one parses them all, at a cost that their author chooses.
    try:
        return email.message_from_bytes(data, policy=policy.compat32)
    except _MISREAD as error:
        raise UnreadableFileError("ingest.damaged", detail="EML") from error


def _parts(message: Part, most: int) -> Iterator[Part]:
    """The leaves of a message in its own order; a message in it is one leaf. At most ``most`` parts are looked at."""
    waiting = [message]
    met = 0
    while waiting:
        part = waiting.pop()
        met += 1
        if met > most:
            raise UnreadableFileError("ingest.archive_unsafe", detail=f"> {most}")
        if below := _below(part):
            waiting += reversed(below)
            if part.get_content_type() not in _LOCKED:
                continue
        yield part


def _below(part: Part) -> list[Part]:
    """The parts of a part; those of a message in a message are not."""
    held = part.get_payload()
    if not isinstance(held, list) or part.get_content_maintype() != "multipart":
        return []
    return [one for one in held if isinstance(one, Message)]


def _chosen(message: Part, most: int) -> Iterator[Part]:
    """The leaves that are shown: one form only of what comes in several."""
    waiting = [message]
    for _ in range(most):
        if not waiting:
            return
        part = waiting.pop()
        below = _below(part)
        if not below:
            yield part
            continue
        if part.get_content_type() == "multipart/alternative":
            plain = [inner for inner in below if inner.get_content_type() == "text/plain" and _decoded(inner).strip()]
            below = plain[:1] or [inner for inner in below if inner.get_content_type() != "text/plain"][:1]
        waiting += reversed(below)


def _is_attached(part: Part) -> bool:
    disposition = str(part.get("Content-Disposition", "")).strip().lower()[:10]
    main = part.get_content_maintype()
    if part.get_content_type() in _SIGNATURES or part.get_content_type() in _LOCKED:
        return False
    if disposition == "attachment":
        return True
    if main == "text" and part.get_content_type() in {"text/plain", "text/html"}:
        return bool(_file_name(part)) and disposition != "inline"
    return main not in _SHOWN_ONLY and main != "multipart" and part.get_content_type() != "text/calendar"


def _text(part: Part, limits: Limits) -> Reading:
    kind = part.get_content_type()
    text = _decoded(part) if kind in {"text/plain", "text/html"} else ""
    if not text.strip():
        return Reading(())
    if kind == "text/html":
        from sourcier.ingest.readers import html

        # Said to be UTF-8, whatever the page says of itself: it was decoded as its message said.
        return html.read(b"\xef\xbb\xbf" + text.encode("utf-8", "replace"), limits=limits)
    if str(_parameter(part, "format")).lower() == "flowed":
        text = re.sub(r"(?m)(?<=[^\n ]) \n(?=[^\n>])(?!-- ?$)", " ", text.replace("\r\n", "\n"))
    return Reading(blocks_of(text, guess_headings=False))


def _decoded(part: Part) -> str:
    """The text of a part: in UTF-8 when it is, else as it is declared, else as any file without a declaration."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    charset = str(part.get_content_charset("") or "").lower()
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    if charset not in {"", "ascii", "us-ascii", "utf-8", "iso-8859-1", "latin-1", "windows-1252"}:
        with suppress(LookupError, ValueError):
            return raw.decode(charset)
    return decode(raw)[0]


def _content(part: Part) -> bytes:
    """The bytes of an attachment; a forwarded message is written out again."""
    below = part.get_payload()
    if isinstance(below, list):
        return below[0].as_bytes() if below and isinstance(below[0], Message) else b""
    raw = part.get_payload(decode=True)
    return raw if isinstance(raw, bytes) else b""


def _header(message: Part, name: str) -> str:
    value = str(message.get(name, ""))[:_LONGEST_HEADER]
    with suppress(*_MISREAD):  # Then it is shown as it is.
        value = str(make_header(decode_header(value)))
    return clean_block(" ".join(value.split()))


def _given(message: Part, subject: str) -> dict[str, str]:
    given = {"title": subject}
    with suppress(*_MISREAD):
        # Names are told from addresses first, and decoded then: a comma in a name would part it.
        pairs = getaddresses([str(message.get("From", ""))[:_LONGEST_HEADER]])
        names = [clean_block(str(make_header(decode_header(name)))) or address for name, address in pairs]
        given["authors"] = "; ".join(name.replace(";", ",") for name in names if name)
    with suppress(*_MISREAD):
        given["date"] = parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    return {name: value for name, value in given.items() if value}


def _parameter(part: Part, name: str) -> str:
    try:
        return str(part.get_param(name, "") or "")
    except _MISREAD:
        return ""


def _file_name(part: Part) -> str:
    try:
        name = str(part.get_filename("") or "")[:_LONGEST_HEADER]
        return " ".join(str(make_header(decode_header(name))).split())
    except _MISREAD:
        return ""


def _suffix(part: Part) -> str:
    if part.get_content_maintype() == "message":
        return "eml"
    return _SUFFIXES.get(part.get_content_type(), "bin")
