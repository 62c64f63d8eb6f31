"""What has to hold of whatever a reader makes of a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module

from sourcier.core.errors import UnreadableFileError
from sourcier.core.messages import LANGUAGES, message
from sourcier.core.types import Document
from sourcier.index.records import document_from, document_values
from sourcier.ingest.assembly import assemble
from sourcier.ingest.containers import unpack
from sourcier.ingest.drafts import Reading
from sourcier.ingest.kinds import Kind, kind_of, reader_for
from sourcier.ingest.limits import Limits
from sourcier.ingest.metadata import metadata_of, settled
from sourcier.ingest.passages import cut_passages
from sourcier.ingest.readers import collection

LIMITS = Limits(memory_mb=1500, timeout_s=60, max_pages=200, max_file_mb=5, max_unpacked_mb=20)
PASSAGE_WORDS = 40


class BrokenRuleError(AssertionError):
    """Something that has to hold does not; the text says what."""


def check(target: str, data: bytes) -> bool:
    """Read ``data`` as ``target`` (the name of a kind, or ``rows``) and check all that comes out of it.

    Returns:
        Whether it was read; else it was refused, with a sentence that can be shown.

    Raises:
        BrokenRuleError: a rule is broken. Any other exception is a fault of the reader, save ``MemoryError``.
    """
    try:
        return _read(target, data)
    except UnreadableFileError as error:
        for language in LANGUAGES:
            UnreadableFileError(error.key, **{"path": "x", **error.values}).in_language(language)
        return False


def _read(target: str, data: bytes) -> bool:
    if target == "rows":
        lines = [line for line in data.split(b"\n") if line.strip()]
        for row in collection.rows_of(b"\n".join(lines), list(range(1, len(lines) + 1))) if lines else ():
            if row.reading is not None:
                _reading(row.reading)
        return True
    kind_of(f"essai.{target}", data)
    kind = Kind(target)
    if kind in {Kind.ZIP, Kind.MAIL}:
        total = 0
        for member in unpack(data, kind, LIMITS):
            total += len(member.data)
            _require(".." not in member.path.split("/") and not member.path.startswith("/"), "name of a member")
            member.path.encode("utf-8")
        _require(total <= LIMITS.max_unpacked_mb << 20, "size of the members")
    if kind is Kind.ZIP:
        return True
    _reading(reader_for(kind)(data, limits=LIMITS))
    naive: Callable[..., str] | None = getattr(
        import_module(f"sourcier.ingest.readers.{kind.value}"), "source_text", None
    )
    if naive is not None:
        naive(data, limits=LIMITS)
    return True


def _reading(reading: Reading) -> None:
    again = Reading.from_json(json.loads(reading.to_json()))
    _require(asdict(again) == asdict(reading), "a reading changes when it crosses to the other process")
    for finding in reading.findings:
        for language in LANGUAGES:
            message(finding.key, language, count=finding.count, sample=finding.sample, page=finding.page)
    usable = settled(reading)
    document = assemble(usable, document_id="0" * 16, path="essai", metadata=metadata_of(None, usable, "essai"))
    _document(document)


def _document(document: Document) -> None:
    end = 0
    for block in document.blocks:
        text = document.text[block.start : block.end]
        _require(end <= block.start < block.end <= len(document.text), "blocks follow each other")
        _require(text == text.strip(), "a block has white space around it")
        _require(not document.text[end : block.start].strip(), "visible text outside of every block")
        end = block.end
    _require(not document.text[end:].strip(), "visible text after the last block")
    passages = cut_passages(document, max_tokens=PASSAGE_WORDS, count_tokens=lambda text: len(text.split()))
    for passage in passages:
        _require(document.text[passage.start : passage.end] == passage.text, "a passage is not where it says")
    _require(len({passage.passage_id for passage in passages}) == len(passages), "two passages of one name")
    stored = document_from(document_values(document), document.path)
    _require(len(stored.text) == len(document.text), "offsets change when the text is stored")
    _require(stored.blocks == document.blocks, "blocks change when they are stored")


def _require(holds: bool, rule: str) -> None:
    if not holds:
        raise BrokenRuleError(rule)
