"""A kit to a folder: its papers and slides, and its quiz for learning platforms, in the formats asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sourcier.app.workshop.files.folder import put
from sourcier.app.workshop.files.templates import chosen, open_document_template, slides_template, word_template
from sourcier.app.workshop.files.write import FORMATS, make_files
from sourcier.app.workshop.kit import Kit
from sourcier.app.workshop.quiz.writers import QUIZ_FORMATS, quiz_file
from sourcier.core.errors import UsageError

__all__ = ["USUAL", "check_export", "export_kit", "formats_of"]

#: What is written where no format is named: what most people edit, and what a platform takes in.
USUAL = ("docx", "pptx", "gift")


def formats_of(names: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """The formats of papers and slides, and those of the quiz; ``all`` is every one.

    Raises:
        UsageError: a format is not known.
    """
    known = (*FORMATS, *QUIZ_FORMATS)
    asked = [one.strip().lower().removeprefix(".") for name in names or USUAL for one in name.split(",") if one.strip()]
    wanted = list(dict.fromkeys(known if "all" in asked else asked or USUAL))
    stranger = next((one for one in wanted if one not in known), None)
    if stranger is not None:
        raise UsageError("workshop_files.unknown_format", format=stranger[:20], known=", ".join((*known, "all")))
    return [one for one in wanted if one in FORMATS], [one for one in wanted if one in QUIZ_FORMATS]


def check_export(folder: Path | None, names: Sequence[str] | None, templates: Sequence[Path] | None) -> None:
    """Refuse formats, templates or a folder that cannot be used, before minutes of work are put in a kit.

    Raises:
        UsageError: a format is not known, a template cannot be used or is for no format, or the folder is a file.
    """
    papers, _ = formats_of(names)
    for kind, path in chosen(templates or (), papers).items():
        if kind == "docx":
            word_template(path)
        elif kind == "pptx":
            slides_template(path)
        else:
            open_document_template(path, kind)
    if folder is None and (names or templates):
        raise UsageError("workshop.no_folder")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UsageError("workshop.not_a_folder", path=folder)


def export_kit(
    kit: Kit,
    folder: Path,
    names: Sequence[str] | None,
    organisation: str,
    templates: Sequence[Path] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write a kit's files into a folder, all or none; their paths.

    Args:
        names: formats (:func:`formats_of`); :data:`USUAL` where there are none.
        organisation: the author of the files.
        progress: told how many papers and slides are made, and how many there will be.

    Raises:
        UsageError: a format, a template or the folder cannot be used; nothing in it has changed.
        MissingExtraError, ExportError: see :func:`~sourcier.app.workshop.files.write.make_files`.
    """
    papers, quiz = formats_of(names)
    made = make_files(kit, papers, organisation, tuple(templates or ()), progress) if papers else {}
    if kit.quiz:
        for kind in QUIZ_FORMATS:
            if kind in quiz:
                made[f"quiz.{kind}"] = quiz_file(
                    kind, kit.quiz, kit.sources, title=kit.outline.title, language=kit.brief.language
                )
    return put(folder, made)
