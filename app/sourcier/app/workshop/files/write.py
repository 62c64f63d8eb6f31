"""A kit written to files: papers and slides in every format asked for, made from the kit alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Literal, get_args

from sourcier.app.exports import ExportError
from sourcier.app.workshop.files.folder import put
from sourcier.app.workshop.files.templates import chosen
from sourcier.app.workshop.kit import Kit
from sourcier.app.workshop.papers import handouts
from sourcier.app.workshop.papers.blocks import Handout
from sourcier.app.workshop.papers.deck import Deck, deck
from sourcier.core.errors import MissingExtraError, SourcierError, UsageError

__all__ = ["FORMATS", "KitFormat", "make_files", "write_files"]

KitFormat = Literal["docx", "odt", "pdf", "md", "pptx", "odp"]
FORMATS: tuple[KitFormat, ...] = get_args(KitFormat)

#: The module that writes each, its function, and the package it needs.
_WRITERS: dict[KitFormat, tuple[str, str, str]] = {
    "docx": ("word", "docx", "python-docx"),
    "odt": ("odt", "odt", "odfdo"),
    "pdf": ("pdf", "pdf", "typst"),
    "md": ("markdown", "markdown", ""),
    "pptx": ("pptx", "pptx", "python-pptx"),
    "odp": ("odp", "odp", "odfdo"),
}
_SLIDES = frozenset({"pptx", "odp"})
_TEMPLATED = frozenset({"docx", "odt", "pptx", "odp"})


def write_files(
    kit: Kit,
    folder: Path,
    formats: Sequence[str],
    organisation: str,
    template: Path | Sequence[Path] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write a kit's files in a folder, all or none; their paths, in the order they are used.

    A file that was edited since it was written is kept beside the new one, under another name.

    Args:
        formats: among :data:`FORMATS`.
        organisation: the author of the files.
        template: of the organisation, one for each kind of file at most.
        progress: told how many files are made, and how many there will be.

    Raises:
        UsageError: a format or a template cannot be used, or the folder cannot be written; nothing in it has changed.
        MissingExtraError: the package that writes a format is not installed.
        ExportError: a file could not be made.
    """
    return put(folder, make_files(kit, formats, organisation, template, progress))


def make_files(
    kit: Kit,
    formats: Sequence[str],
    organisation: str,
    template: Path | Sequence[Path] | None = None,
    progress: Callable[[int, int], None] | None = None,
    only: str = "",
) -> dict[str, bytes]:
    """The same files, by their names; see :func:`write_files`. ``only`` is the name, without suffix, of the one wanted."""
    asked = [_format(name) for name in dict.fromkeys(formats)]
    templates = chosen([template] if isinstance(template, Path) else template or (), asked)
    writers = {wanted: _writer(wanted) for wanted in asked}
    contents: list[Handout | Deck] = [*handouts(kit, organisation), deck(kit, organisation)]
    wished = [
        (content, wanted)
        for content in contents
        if not only or content.name == only
        for wanted in asked
        if (wanted in _SLIDES) == isinstance(content, Deck)
    ]
    made: dict[str, bytes] = {}
    for content, wanted in wished:
        made[f"{content.name}.{wanted}"] = _made(writers[wanted], content, wanted, templates.get(wanted))
        if progress is not None:
            progress(len(made), len(wished))
    return made


def _format(name: str) -> KitFormat:
    wanted = name.strip().lower().removeprefix(".")
    for known in FORMATS:
        if wanted == known:
            return known
    raise UsageError("workshop_files.unknown_format", format=wanted[:20], known=", ".join(FORMATS))


def _writer(wanted: KitFormat) -> Callable[..., bytes]:
    module, function, package = _WRITERS[wanted]
    try:
        found: Callable[..., bytes] = getattr(import_module(f"sourcier.app.workshop.files.{module}"), function)
    except ModuleNotFoundError as error:
        raise MissingExtraError("export.missing", format=wanted, package=package) from error
    return found


def _made(write: Callable[..., bytes], content: Handout | Deck, wanted: KitFormat, template: Path | None) -> bytes:
    try:
        return write(content, template) if wanted in _TEMPLATED else write(content)
    except SourcierError:
        raise
    except Exception as error:
        raise ExportError("export.failed", format=wanted) from error
