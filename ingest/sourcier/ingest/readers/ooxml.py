"""The package around a Word, Excel or PowerPoint file: its parts, what they point to, what it says of itself."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.limits import Limits, open_archive
from sourcier.ingest.readers.markup import local, member, parse, refuse_old_container

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_JUNK_TITLE = re.compile(
    r"(?:document|classeur|book|présentation|presentation)\s*\d*|microsoft (?:word|excel|powerpoint)\b.*|"
    r"(?:présentation powerpoint|powerpoint presentation|word document|sans titre|untitled)|.*\.(?:docx?|xlsx?|pptx?)",
    re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to: the last word of its type (``styles``, ``footnotes``), and the name of the part."""

    kind: str
    target: str


class Package:
    """An office file opened, every member of which was unfolded once within the limits.

    Args:
        kind: ``DOCX``, ``XLSX`` or ``PPTX``, for the sentences of errors.
        root: local name of the root element of its main part.

    Raises:
        UnreadableFileError: locked, of the old binary format, damaged, or out of proportion.
    """

    def __init__(self, data: bytes, limits: Limits, kind: str, root: str) -> None:
        refuse_old_container(data, kind)
        self.kind = kind
        self._archive = open_archive(data, limits, kind)
        self._relations: dict[str, dict[str, Relation]] = {}
        self._names = {name.lower(): name for name in self._archive.namelist()}
        main = next((r.target for r in self.relations("").values() if r.kind == "officeDocument"), "")
        self.main = main
        self.document = self.xml(main)
        if self.document is None or local(self.document) != root:
            raise UnreadableFileError("ingest.damaged", detail=kind)

    def bytes(self, name: str) -> bytes | None:
        """The content of a part, None when the file has none of that name."""
        found = self._names.get(name.lower())
        return member(self._archive, found) if found is not None else None

    def xml(self, name: str) -> Any:
        """The root of a part, None when there is no such part.

        Raises:
            UnreadableFileError: it is not XML, or not safe.
        """
        data = self.bytes(name) if name else None
        return None if data is None else parse(data, self.kind)

    def relations(self, name: str) -> dict[str, Relation]:
        """What a part points to inside the file, by identifier; ``""`` for the package itself."""
        if name in self._relations:
            return self._relations[name]
        folder, base = posixpath.split(name)
        root = self.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        found: dict[str, Relation] = {}
        for relation in root if root is not None else ():
            if relation.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")
            found[relation.get("Id") or ""] = Relation((relation.get("Type") or "").rpartition("/")[2], target)
        self._relations[name] = found
        return found

    def related(self, name: str, *kinds: str) -> Iterator[str]:
        """The parts that ``name`` points to as one of ``kinds``, each once, in the order of the file."""
        yield from dict.fromkeys(r.target for r in self.relations(name).values() if r.kind in kinds)

    def given(self) -> dict[str, str]:
        """Title, authors, date and language of its properties. The date is that of the last change."""
        root = next((self.xml(part) for part in self.related("", "core-properties")), None)
        said: dict[str, str] = {}
        for element in root if root is not None else ():
            said.setdefault(local(element), (element.text or "").strip())
        title = said.get("title", "")
        dates = (said.get("modified", ""), said.get("created", ""))
        date = next((found.group() for day in dates if (found := _DAY.match(day))), "")
        given = {
            "title": "" if _JUNK_TITLE.fullmatch(title) else title,
            "authors": "; ".join(name.strip() for name in said.get("creator", "").split(";") if name.strip()),
            "date": date,
            "language": said.get("language", ""),
        }
        return {name: value for name, value in given.items() if value}


def diagram_lines(package: Package, part: str) -> Iterator[str]:
    """What the boxes of a diagram say, one a line, from its data part."""
    root = package.xml(part)
    for point in root.iter() if root is not None else ():
        if local(point) == "pt":
            lines = (
                "".join(text.text or "" for text in paragraph.iter() if local(text) == "t")
                for paragraph in point.iter()
                if local(paragraph) == "p"
            )
            if shown := " ".join(line.strip() for line in lines if line.strip()):
                yield shown
