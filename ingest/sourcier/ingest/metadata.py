"""What is known of a document beside its text: what ``sources.toml`` says first, then what the file says of itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sourcier.core.types import BlockKind, Finding, Metadata
from sourcier.core.validity import days_of
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.language import language_of

__all__ = ["DATES", "given_from", "iso_date", "kind_of_text", "language_tag", "metadata_of", "settled"]

DATES = ("date", "valid_from", "valid_until")
"""Names of the dates among those of :class:`~sourcier.core.types.Metadata`."""

# Every name that metadata may be given under, and the one it is known by: English first, then what people write.
_NAMES = {
    "title": ("title", "titre"),
    "publisher": ("publisher", "éditeur", "editeur"),
    "authors": ("authors", "author", "auteurs", "auteur", "auteure", "autrice"),
    "date": ("date",),
    "valid_from": ("valid_from", "en_vigueur", "valide_du"),
    "valid_until": ("valid_until", "fin_de_validité", "fin_de_validite", "valide_jusqu_au"),
    "kind": ("kind", "nature"),
    "language": ("language", "lang", "langue"),
    "audience": ("audience", "public"),
    "collection": ("collection", "fonds"),
    "url": ("url",),
}
_KINDS = {
    "law": ("law", "loi", "lois", "code", "règlement"),
    "agreement": ("agreement", "convention", "entente", "accord", "convention collective"),
    "position": ("position", "avis", "mémoire", "plateforme"),
    "news": ("news", "nouvelle", "nouvelles", "actualité", "communiqué"),
    "sheet": ("sheet", "fiche"),
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words}
_LANGUAGES = {"français": "fr", "francais": "fr", "french": "fr", "anglais": "en", "english": "en"}
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8})*)")
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
           "décembre")  # fmt: skip
_IN_WORDS = re.compile(r"(?:(?:le )?(\d{1,2})(?:er)? )?([a-zéû]+) (\d{4})", re.IGNORECASE)
_IN_FIGURES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_WITH_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:.*")
_SAMPLE = 6000


def given_from(raw: object) -> dict[str, str]:
    """What a file says of itself, from a mapping (front matter, a row) whose names may be French or English.

    Values are texts, dates, numbers, or lists of texts, which are joined by semicolons; anything else is left out, as
    is any other name.
    """
    if not isinstance(raw, Mapping):
        return {}
    named = {_fold(name): value for name, value in raw.items() if isinstance(name, str)}
    found: dict[str, str] = {}
    for known, names in _NAMES.items():
        value = next((text for name in names if (text := _text(named.get(_fold(name))))), None)
        if value:
            found[known] = value
    return found


def settled(reading: Reading) -> Reading:
    """The reading with what it is given in the form that metadata have; what cannot be used is a finding, and left out."""
    given = {name: text for name, value in reading.given.items() if (text := " ".join(clean_block(value).split()))}
    findings = list(reading.findings)
    for name in DATES:
        if name in given and (iso := iso_date(given[name])) is None:
            findings.append(Finding("finding.date", sample=given.pop(name)[:80]))
        elif name in given and iso:
            given[name] = iso
    if "language" in given and (tag := language_tag(given["language"])) is None:
        findings.append(Finding("finding.language", sample=given.pop("language")[:80]))
    elif "language" in given and tag:
        given["language"] = tag
    if "kind" in given:
        given["kind"] = kind_of_text(given["kind"])
    return replace(reading, given=given, findings=tuple(findings))


def metadata_of(described: Metadata | None, reading: Reading, name: str, *, row: bool = False) -> Metadata:
    """What the catalogue says, then the file itself; failing a title, its first heading, then its name.

    The language is found in the text when nothing says it.

    Args:
        described: what ``sources.toml`` says of it.
        reading: as :func:`settled` gives it.
        name: its file name without what follows the last full stop, or the id of its row.
        row: it is a row of a collection, which ``sources.toml`` can only describe as a whole: the row comes first.
    """
    given = reading.given
    first = next((d for d in reading.drafts if d.kind is BlockKind.HEADING and d.level == 1), None)
    heading = " ".join(clean_block(first.text).split()) if first else ""
    own = Metadata(
        title=given.get("title") or heading or clean_block(name) or name,
        publisher=given.get("publisher"),
        date=given.get("date"),
        language=given.get("language"),
        kind=given.get("kind"),
        url=given.get("url"),
        authors=tuple(author.strip() for author in given.get("authors", "").split(";") if author.strip()),
        valid_from=given.get("valid_from"),
        valid_until=given.get("valid_until"),
        audience=given.get("audience"),
        collection=given.get("collection"),
    )
    found = own
    if described is not None:
        found = completed(own, described) if row else completed(described, own)
    return found if found.language else replace(found, language=language_of(_sample(reading.drafts)))


def completed(first: Metadata, second: Metadata) -> Metadata:
    """``first``, and what it does not say as ``second`` says it."""
    return Metadata(
        title=first.title or second.title,
        publisher=first.publisher or second.publisher,
        date=first.date or second.date,
        language=first.language or second.language,
        kind=first.kind or second.kind,
        url=first.url or second.url,
        authors=first.authors or second.authors,
        valid_from=first.valid_from or second.valid_from,
        valid_until=first.valid_until or second.valid_until,
        audience=first.audience or second.audience,
        collection=first.collection or second.collection,
    )


def iso_date(value: object) -> str | None:
    """A date as ISO 8601 text, as precise as it was written; ``None`` when it is not one.

    Read are dates, whole years, ISO 8601, « 5 mars 2026 », « mars 2026 » and « 05/03/2026 », the day first.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = " ".join(str(value).split())
    if days_of(text):
        return text
    if found := _WITH_TIME.fullmatch(text):
        return found[1] if days_of(found[1]) else None
    if found := _IN_FIGURES.fullmatch(text):
        iso = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
        return iso if days_of(iso) else None
    found = _IN_WORDS.fullmatch(text)
    if found is None or _fold(found[2]) not in map(_fold, _MONTHS):
        return None
    month = [_fold(name) for name in _MONTHS].index(_fold(found[2])) + 1
    iso = f"{found[3]}-{month:02}" + (f"-{int(found[1]):02}" if found[1] else "")
    return iso if days_of(iso) else None


def kind_of_text(word: str) -> str:
    """``law``, ``agreement``, ``position``, ``news`` or ``sheet``, from French too; another word stays as it is."""
    return _KIND_OF.get(unicodedata.normalize("NFC", word).strip().casefold(), word.strip())


def language_tag(text: str) -> str | None:
    """A BCP 47 tag (``fr``, ``fr-CA``) as it is commonly written, or ``None`` if it is not one."""
    text = text.strip()
    if tag := _LANGUAGES.get(text.casefold()):
        return tag
    found = _LANGUAGE.fullmatch(text)
    if found is None:
        return None
    parts = [part.upper() if len(part) == 2 else part for part in re.split("[-_]", found[2]) if part]
    return "-".join([found[1].lower(), *parts])


def _sample(drafts: Iterable[Draft]) -> str:
    taken: list[str] = []
    size = 0
    for draft in drafts:
        if draft.kind is not BlockKind.HEADING:
            taken.append(draft.text)
            size += len(draft.text)
        if size >= _SAMPLE:
            break
    return "\n".join(taken)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(text for one in value if (text := _text(one)))
    if isinstance(value, date):
        return iso_date(value) or ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _fold(name: str) -> str:
    """A name without accents, capitals, or what sets its words apart."""
    bare = unicodedata.normalize("NFD", name.casefold()).translate(dict.fromkeys(range(0x300, 0x370)))
    return re.sub(r"[\s’'_-]+", "_", bare.strip())
