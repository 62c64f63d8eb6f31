"""Faults F-10 to F-16: what stands between a file that cannot be read as it should and whoever asks for it."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ingest.hostile import making as m

from sourcier.core.settings import IngestSettings
from sourcier.core.types import Document
from sourcier.ingest.files import Skipped, find_files
from sourcier.ingest.reading import Readers
from sourcier.ingest.sources import SourceCatalogue

GOOD = {"a-bon.md": b"# Titre\n\nUn texte.\n", "zz-bon.txt": b"Un autre texte.\n"}


class Reading:
    """Reads files together with two good ones, which must always be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, files: dict[str, bytes], **settings: object) -> dict[str, Document | str]:
        """The document of each path, or the key of the reason it was left out."""
        for name, data in {**GOOD, **files}.items():
            (self._folder / name).write_bytes(data)
        found: dict[str, Document | str] = {}
        catalogue = SourceCatalogue.load(self._folder)
        given = {"ocr": "", "workers": 2, "memory_mb": 1024, **settings}
        with Readers(IngestSettings(**given)) as readers:  # type: ignore[arg-type]
            for source, documents in readers.read_all((one, catalogue) for one in find_files([self._folder])):
                found.update(_told(source.path, documents))
        for name in GOOD:
            assert isinstance(found.pop(name), Document), name
        for path in files:
            (self._folder / path).unlink()
        return found


def _told(path: str, documents: Iterator[Document | Skipped]) -> Iterator[tuple[str, Document | str]]:
    from sourcier.core.errors import UnreadableFileError

    try:
        for one in documents:
            yield one.path, one.error.key if isinstance(one, Skipped) else one
    except UnreadableFileError as error:
        assert path in error.in_language("fr"), error
        yield path, error.key


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


def keys(found: dict[str, Document | str]) -> dict[str, str]:
    return {path: one if isinstance(one, str) else "read" for path, one in found.items()}


def encrypted(user: str, owner: str) -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1, encrypt=StandardEncryption(user, owner, canPrint=0))
    canvas.drawString(72, 700, "Un texte que l'on peut lire.")
    canvas.save()
    return stream.getvalue()


def test_f10_corrupt_truncated_or_renamed_files_say_why_and_the_others_go_on(reading: Reading) -> None:
    pdf, docx = m.pdf_of(m.shown("Un texte.")), m.docx(m.OPENING + m.PARAGRAPH * 50 + m.CLOSING)
    found = keys(
        reading(
            {
                "b-rien.pdf": b"",
                "b-coupe.pdf": pdf[:150],
                "b-hasard.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 40,
                "b-page.pdf": b"<!doctype html><html><body>Erreur 403</body></html>",
                "b-coupe.docx": docx[: len(docx) // 2],
                "b-texte.docx": b"Ce n'est pas un document Word.",
                "b-image.txt": b"\x89PNG\r\n\x1a\n" + bytes(100),
                "b-pdf.docx": pdf,
            }
        )
    )
    assert found == {
        "b-rien.pdf": "ingest.empty_file",
        "b-coupe.pdf": "ingest.damaged",
        "b-hasard.pdf": "ingest.damaged",
        "b-page.pdf": "ingest.web_page",
        "b-coupe.docx": "ingest.damaged",
        "b-texte.docx": "ingest.damaged",
        "b-image.txt": "ingest.binary",
        "b-pdf.docx": "read",
    }


def test_f11_a_file_that_a_password_opens_is_refused_one_that_restricts_its_use_is_read_with_a_note(
    reading: Reading,
) -> None:
    found = reading(
        {
            "b-ouverture.pdf": encrypted("secret", "maître"),
            "b-usage.pdf": encrypted("", "maître"),
            "b-word.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "b-archive.zip": m.locked_zip("a.txt", b"Bonjour."),
        }
    )
    assert keys(found) == {
        "b-ouverture.pdf": "ingest.pdf_locked",
        "b-usage.pdf": "read",
        "b-word.docx": "ingest.archive_locked",
        "b-archive.zip#a.txt": "ingest.archive_locked",
    }
    usable = found["b-usage.pdf"]
    assert isinstance(usable, Document)
    assert "que l'on peut lire" in usable.text
    assert [finding.key for finding in usable.findings] == ["finding.pdf_restricted"]


def test_f12_sizes_pages_and_compressed_bombs_are_bounded(reading: Reading) -> None:
    found = keys(
        reading(
            {
                "b-gros.txt": b"mot " * (3 * m.MEGABYTE // 4),
                "b-pages.pdf": m.pdf_of(m.shown("Une page."), pages=301),
                "b-bombe.docx": m.docx(m.OPENING + " " * (20 << 20) + m.CLOSING),
                "b-memoire.docx": m.docx(m.OPENING + m.PARAGRAPH * 400_000 + m.CLOSING),
            },
            max_file_mb=2,
            max_pages=300,
            memory_mb=256,
            max_unpacked_mb=200,
        )
    )
    assert found.pop("b-memoire.docx") in {
        "ingest.archive_unsafe",
        "ingest.too_much_memory",
        "ingest.crashed",
        "ingest.damaged",
    }
    assert found == {
        "b-gros.txt": "ingest.too_large",
        "b-pages.pdf": "ingest.pdf_pages",
        "b-bombe.docx": "ingest.archive_unsafe",
    }


def test_f12_a_file_that_takes_too_long_is_stopped(reading: Reading) -> None:
    # A parser's own slowness: the attributes of one element are compared two by two.
    slow = (
        b"<html><body><p " + b" ".join(b"a%d=1" % number for number in range(150_000)) + b">Bonjour.</p></body></html>"
    )
    assert keys(reading({"b-lent.html": slow}, timeout_s=1)) == {"b-lent.html": "ingest.too_slow"}


def test_f13_archives_neither_unfold_without_end_nor_reach_outside(reading: Reading) -> None:
    inner = m.archive([("z.txt", m.zeros(30))])
    found = keys(
        reading(
            {
                "b-poupees.zip": m.archive([(f"{number}.zip", inner) for number in range(10)]),
                "b-nombre.zip": m.archive([(f"{number}.txt", b"") for number in range(5001)]),
                "b-noms.zip": m.archive([("../x.txt", b"x"), ("a.txt", b"Bonjour."), ("a.txt", b"Encore.")]),
                "b-dehors.docx": m.docx(m.OUTSIDE + m.OPENING + "<w:p><w:r><w:t>A&a;</w:t></w:r></w:p>" + m.CLOSING),
                "b-rires.docx": m.docx(m.LAUGHS + m.OPENING + "<w:p><w:r><w:t>A&a9;</w:t></w:r></w:p>" + m.CLOSING),
            }
        )
    )
    for name in ("b-dehors.docx", "b-rires.docx"):
        assert found.pop(name) in {"ingest.damaged", "read"}
    assert found == {
        "b-poupees.zip": "ingest.archive_unsafe",
        "b-nombre.zip": "ingest.archive_unsafe",
        "b-noms.zip#x.txt": "ingest.entry_unsafe",
        # The first of the two is read, and its outcome replaced here by that of the second.
        "b-noms.zip#a.txt": "ingest.entry_repeated",
    }


def test_f13_what_an_entity_names_is_not_in_the_text(reading: Reading) -> None:
    hostile = m.OUTSIDE + m.OPENING + m.PARAGRAPH + "<w:p><w:r><w:t>A&a;</w:t></w:r></w:p>" + m.CLOSING
    found = reading({"b-dehors.docx": m.docx(hostile), "b-dehors.html": (m.OUTSIDE + "<p>Bonjour &a;</p>").encode()})
    for one in found.values():
        assert isinstance(one, str) or "root:" not in one.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le"])
def test_f14_accents_are_right_whatever_the_encoding(reading: Reading, encoding: str) -> None:
    text = "L'été, à Montréal : ça coûte où ? Dès l'âge prévu, « c'est noté ».\n" * 3
    [document] = reading({"b.txt": text.encode(encoding)}).values()
    assert isinstance(document, Document)
    assert "L'été, à Montréal : ça coûte où ? Dès l'âge prévu, « c'est noté »." in document.text


@pytest.mark.parametrize("encoding", ["mac-roman", "cp850"])
def test_f14_an_encoding_that_cannot_be_told_is_flagged(reading: Reading, encoding: str) -> None:
    text = "L'été, à Montréal : ça coûte où ? Dès l'âge prévu, c'est noté.\n" * 5
    [found] = reading({"b.txt": text.encode(encoding)}).values()
    assert found == "ingest.binary" or (isinstance(found, Document) and found.findings)


def test_f15_nothing_invisible_is_kept_and_both_forms_of_an_accent_are_one(reading: Reading) -> None:
    hidden = "Le prix\u200b est\u2066 de \u202e001\u202c $\ufeff.\U000e0049\U000e0047 L'e\u0301te\u0301.\n"
    stacked = "e" + "\u0301" * 100_000 + " fin.\n"
    found = reading(
        {
            "b-cache.md": hidden.encode(),
            "b-nfd.txt": unicodedata.normalize("NFD", "L'été à Montréal.\n").encode(),
            "b-marques.txt": stacked.encode(),
            "b-moities.jsonl": b'{"id": "a", "text": "Une moiti\\u00e9 \\ud800 seule.", "title": "\\udfff"}',
        }
    )
    texts = {path: one.text for path, one in found.items() if isinstance(one, Document)}
    assert texts["b-nfd.txt"] == "L'été à Montréal."
    assert len(texts["b-marques.txt"]) < 20
    for path, text in texts.items():
        kept = {unicodedata.category(character) for character in text}
        assert kept.isdisjoint({"Cf", "Cs", "Co", "Cc"} if "\n" not in text else {"Cf", "Cs", "Co"}), path
    assert set(texts) == set(found)


def test_f16_a_scan_without_text_is_told_and_counted(reading: Reading) -> None:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 3 0 R >> >> >>"
    image = b"/Type /XObject /Subtype /Image /Width 600 /Height 700 /ColorSpace /DeviceGray /BitsPerComponent 8"
    scan = m.pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
            m.stream(m.deflated([b"\x80" * 420_000]), image + b" /Filter /FlateDecode"),
            m.stream(b"q 612 0 0 792 0 0 cm /I Do Q"),
            page,
        ]
    )
    [told] = keys(reading({"b-scan.pdf": scan})).values()
    assert told in {"ingest.scan_off", "ingest.no_text_pdf"}
