"""The files of a kit, composed when they are asked for and kept nowhere: one at a time, or many in an archive."""

from __future__ import annotations

import io
import threading
import zipfile

from starlette.responses import Response

from sourcier.app.workshop.exporting import formats_of
from sourcier.app.workshop.files.write import make_files
from sourcier.app.workshop.kit import Kit
from sourcier.app.workshop.quiz.writers import QUIZ_FORMATS, quiz_file
from sourcier.core.errors import UsageError

__all__ = ["ALL", "USUAL_ARCHIVE", "kit_file"]

#: The archives: every format, and what most people edit.
ALL, USUAL_ARCHIVE = "tout.zip", "trousse.zip"
#: Composing takes a processor for seconds: one at a time, the others wait.
_composing = threading.Lock()


def kit_file(kit: Kit, name: str, organisation: str) -> Response:
    """A file of a kit by its name (``02-guide.docx``, ``quiz.gift``), or an archive of them, to be saved by the browser.

    Raises:
        UsageError: the kit has no such file.
        MissingExtraError, ExportError: see :func:`~sourcier.app.workshop.files.write.make_files`.
    """
    with _composing:
        if name in {ALL, USUAL_ARCHIVE}:
            content = _archive(kit, _files(kit, ["all"] if name == ALL else None, organisation))
            name = f"{kit.id}.zip"
        else:
            only, _, wanted = name.rpartition(".")
            found = _files(kit, [wanted], organisation, only).get(name)
            if found is None:
                raise UsageError("workshop_page.no_file", name=name)
            content = found
    # The type says nothing of what is in it: whatever a document put there is saved, and never shown here.
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _files(kit: Kit, formats: list[str] | None, organisation: str, only: str = "") -> dict[str, bytes]:
    papers, quiz = formats_of(formats)
    made = make_files(kit, papers, organisation, only=only) if papers else {}
    if kit.quiz:
        for kind in QUIZ_FORMATS:
            if kind in quiz:
                made[f"quiz.{kind}"] = quiz_file(
                    kind, kit.quiz, kit.sources, title=kit.outline.title, language=kit.brief.language
                )
    return made


def _archive(kit: Kit, files: dict[str, bytes]) -> bytes:
    """An archive whose files are dated of the kit: the same kit gives the same archive as far as its files are the same."""
    when = max(kit.made.when.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            row = zipfile.ZipInfo(name, when)
            row.external_attr = 0o600 << 16
            row.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(row, content)
    return held.getvalue()
