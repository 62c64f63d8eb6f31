"""What an ingestion did, for a person and for a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sourcier.app.activity import quantity
from sourcier.core.messages import Language, catalogue, message
from sourcier.core.types import Finding
from sourcier.index.sync import SyncReport

__all__ = ["finding_in_words", "nothing_was_read", "report_in_words", "report_to_json"]

_SHOWN = 50
"""Documents named of each outcome, unless all are asked for."""

_CHANGES = ("added", "updated", "removed")


def nothing_was_read(report: SyncReport) -> bool:
    """Whether something was to be read and no document came out of it, now or before."""
    return bool(report.skipped) and all(one.what == "removed" for one in report.documents)


def report_to_json(report: SyncReport, language: Language) -> dict[str, Any]:
    """Counts, then document by document; seconds by stage."""
    return {
        **{name: getattr(report, name) for name in (*_CHANGES, "unchanged", "passages")},
        "duplicates": [list(pair) for pair in report.duplicates],
        "near_duplicates": [[path, other, round(share, 3)] for path, other, share in report.near],
        "kept_back": report.kept_back,
        "skipped": [
            {"path": skip.path, "key": skip.error.key, "reason": skip.error.in_language(language)}
            for skip in report.skipped
        ],
        "documents": {
            what: [one.path for one in report.documents if one.what == what] for what in (*_CHANGES, "unchanged")
        },
        "findings": [
            {
                "path": one.path,
                "key": finding.key,
                "text": finding_in_words(finding, language),
                "count": finding.count,
                "sample": finding.sample,
                "page": finding.page,
            }
            for one in report.documents
            for finding in one.findings
        ],
        "timings": {name: round(seconds, 3) for name, seconds in report.timings.items()},
    }


def report_in_words(report: SyncReport, language: Language, *, every: bool = False) -> Iterator[str]:
    """The lines of the table: how many, then which, by what became of them.

    Args:
        every: name every document, those that did not change too.
    """

    def say(key: str, /, **values: object) -> str:
        return message(f"cli.{key}", language, **values)

    def group(key: str, lines: Sequence[str]) -> Iterator[str]:
        if not lines:
            return
        yield ""
        yield say(f"ingested_{key}", count=quantity(len(lines), language))
        shown = lines if every else lines[:_SHOWN]
        yield from (f"  {line}" for line in shown)
        if len(shown) < len(lines):
            yield "  " + say("ingested_more", count=quantity(len(lines) - len(shown), language))

    counts = {name: quantity(getattr(report, name), language) for name in (*_CHANGES, "unchanged", "passages")}
    yield say("ingested", **counts, skipped=quantity(len(report.skipped), language))
    for what in _CHANGES + (("unchanged",) if every else ()):
        yield from group(what, [one.path for one in report.documents if one.what == what])
    left_out = [(skip.path, skip.error.in_language(language)) for skip in report.skipped]
    # Many of these sentences name the file themselves.
    yield from group(
        "skipped", [said if path in said else say("skipped", path=path, reason=said) for path, said in left_out]
    )
    found = [(one.path, finding_in_words(finding, language)) for one in report.documents for finding in one.findings]
    yield from group("findings", [say("skipped", path=path, reason=said) for path, said in found])
    yield from group("duplicates", [say("duplicate", path=path, first=first) for path, first in report.duplicates])
    alike = [
        say("near_duplicate", path=path, other=other, percent=int(100 * share)) for path, other, share in report.near
    ]
    yield from group("near", alike)
    if report.kept_back:
        yield ""
        yield say("kept_back", count=quantity(report.kept_back, language))
    took = [
        say(f"took_{name}", seconds=_seconds(value, language)) for name, value in report.timings.items() if value > 0.05
    ]
    if took and any(counted for counted in (report.added, report.updated, report.removed)):
        yield ""
        yield say("took", stages=", ".join(took))


def finding_in_words(finding: Finding, language: Language) -> str:
    """The sentence of a finding, with its page."""
    if finding.key not in catalogue(language):
        return finding.key  # noted by another version
    said = message(finding.key, language, count=finding.count, sample=finding.sample, page=finding.page or "")
    if finding.page and "{page}" not in catalogue(language)[finding.key]:
        return message("cli.finding_page", language, said=said, page=finding.page)
    return said


def _seconds(value: float, language: Language) -> str:
    return quantity(value if value >= 10 else round(value, 1), language)
