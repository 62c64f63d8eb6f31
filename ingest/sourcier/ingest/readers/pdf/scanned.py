"""Pages that are only images, given to ocrmypdf and Tesseract where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from time import monotonic

from sourcier.ingest.limits import Limits

_TOOLS = ("ocrmypdf", "tesseract")
_MAX_MEGAPIXELS = 150
_AT_ONCE = 5
"""Pages between two looks at the clock."""
_SHARE = 0.7
"""Of the time a file may take."""


class Unrecognised(Exception):
    """Why pages could not be read: the sentence for a file that is left out, and the one for some of its pages."""

    def __init__(self, error: str, finding: str) -> None:
        super().__init__(error)
        self.error = error
        self.finding = finding


def recognised(data: bytes, pages: Sequence[int], limits: Limits) -> Iterator[tuple[bytes, Sequence[int]]]:
    """The file with a layer of text on some of ``pages`` (from 1), and on which: a few at a time, then the next ones.

    Pages for which there is no time left are not given back: those that are read are worth more than none. The programs
    inherit the bounds of the process they are run from, and end with it.

    Raises:
        Unrecognised: the settings ask for no recognition, it is not installed (or not for these languages), or it
            failed.
    """
    if not limits.ocr:
        raise Unrecognised("ingest.scan_off", "finding.scan_off")
    if not available(limits.ocr):
        raise Unrecognised("ingest.scan_missing", "finding.scan_missing")
    start, spent = monotonic(), 0.0
    for first in range(0, len(pages), _AT_ONCE):
        # As long as the longest of those before: the clock of the whole file must not run out.
        if first and monotonic() - start + spent > _SHARE * limits.timeout_s:
            return
        begun, some = monotonic(), pages[first : first + _AT_ONCE]
        yield _recognised(data, some, limits), some
        spent = max(spent, monotonic() - begun)


def _recognised(data: bytes, pages: Sequence[int], limits: Limits) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "given.pdf"), Path(folder, "made.pdf")
        given.write_bytes(data)
        command = [
            "ocrmypdf",
            *("--language", limits.ocr),
            *("--pages", ",".join(map(str, pages))),
            *("--output-type", "pdf", "--optimize", "0", "--jobs", "1"),
            *("--max-image-mpixels", str(_MAX_MEGAPIXELS)),
            *("--rotate-pages", "--skip-text", "--quiet"),
            str(given),
            str(made),
        ]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
        if done.returncode or not made.is_file():
            raise Unrecognised("ingest.scan_failed", "finding.scan_failed")
        return made.read_bytes()


def available(languages: str) -> bool:
    """Whether text can be recognised in these languages (``fra+eng``) on this machine."""
    if any(shutil.which(tool) is None for tool in _TOOLS):
        return False
    listed = subprocess.run(
        ["tesseract", "--list-langs"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return set(languages.split("+")) <= set(listed.stdout.split())


def packages(languages: str) -> str:
    """What to install on Debian or Ubuntu for these languages; English comes with Tesseract itself."""
    added = [f"tesseract-ocr-{language.replace('_', '-')}" for language in languages.split("+") if language != "eng"]
    return " ".join(["ocrmypdf", *filter(None, added)])


def ranges(pages: Sequence[int]) -> str:
    """« 1, 4-6 » for pages that rise."""
    runs = [
        [page for _, page in run]
        for _, run in groupby(enumerate(pages), key=lambda numbered: numbered[1] - numbered[0])
    ]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
