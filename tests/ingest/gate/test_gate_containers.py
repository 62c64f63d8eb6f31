"""Archives and e-mails: what they hold is read as any file, under a name that says where it was."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from email.message import EmailMessage
from itertools import takewhile
from pathlib import Path

import pytest
from tests.ingest.hostile import making as m

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Document
from sourcier.ingest.containers import Member, is_safe, shown, unpack
from sourcier.ingest.files import Skipped
from sourcier.ingest.kinds import Kind, kind_of, reader_for
from sourcier.ingest.limits import Limits

ReadAll = Callable[..., list[Document | Skipped]]
LIMITS = Limits()


def texts(found: list[Document | Skipped]) -> dict[str, str]:
    return {one.path: one.text if isinstance(one, Document) else one.error.key for one in found}


def test_a_file_is_the_same_document_inside_an_archive_and_outside(read_all: ReadAll) -> None:
    note = b"# Note\n\nUn texte.\n"
    found = read_all({"note.md": note, "z.zip": m.archive([("dossier/autre nom.md", note)])})
    assert [one.path for one in found] == ["note.md", "z.zip#dossier/autre nom.md"]
    first, second = (one for one in found if isinstance(one, Document))
    assert (first.document_id, first.text, first.blocks) == (second.document_id, second.text, second.blocks)


def test_members_are_described_by_their_path_and_by_their_archive(read_all: ReadAll) -> None:
    described = """
[[document]]
path = "z.zip"
title = "Envoi"
publisher = "Le syndicat"
[[document]]
path = "z.zip#a/un.txt"
title = "Le premier"
date = 2026-05-04
"""
    found = read_all({"z.zip": m.archive([("a/un.txt", "Un."), ("a/deux.txt", "Deux.")]), "sources.toml": described})
    told = {one.path: one.metadata for one in found if isinstance(one, Document)}
    assert (told["z.zip#a/un.txt"].title, told["z.zip#a/un.txt"].date) == ("Le premier", "2026-05-04")
    assert (told["z.zip#a/deux.txt"].title, told["z.zip#a/deux.txt"].publisher) == ("deux", "Le syndicat")


def test_archives_are_opened_to_the_bottom_in_their_own_order(read_all: ReadAll) -> None:
    inner = m.archive([("fond.txt", "Au fond."), ("x.jsonl", '{"id": "r", "text": "Une fiche."}')])
    found = read_all({"z.zip": m.archive([("b.txt", "Un."), ("a/i.zip", inner), ("a.txt", "Deux.")])})
    assert texts(found) == {
        "z.zip#b.txt": "Un.",
        "z.zip#a/i.zip#fond.txt": "Au fond.",
        "z.zip#a/i.zip#x.jsonl#r": "Une fiche.",
        "z.zip#a.txt": "Deux.",
    }


def test_counters_are_those_of_the_whole_nest() -> None:
    inner = m.archive([(f"{number}.txt", b"x") for number in range(60)])
    nest = m.archive([("a.zip", inner), ("b.zip", inner)])
    assert len(list(unpack(nest, Kind.ZIP, Limits(max_members=130)))) == 120
    with pytest.raises(UnreadableFileError) as refused:
        list(unpack(nest, Kind.ZIP, Limits(max_members=110)))
    assert refused.value.key == "ingest.archive_unsafe"


@pytest.mark.parametrize("nesting", [0, 1, 2])
def test_nesting_is_a_setting(nesting: int) -> None:
    [member] = unpack(m.nested(3, ("fond.txt", b"x")), Kind.ZIP, Limits(max_nesting=nesting))
    assert member.error is not None and member.error.key == "ingest.nested_too_deep"
    assert member.path.count(".zip") == nesting + 1
    [member] = unpack(m.nested(nesting, ("fond.txt", b"x")), Kind.ZIP, Limits(max_nesting=nesting))
    assert member.data == b"x"


def test_an_entry_without_a_name_holds_nothing() -> None:
    # Found by fuzzing: the last letter of no name.
    named = m.named("")
    with pytest.raises(UnreadableFileError):
        list(unpack(m.archive([(named, b"x")]), Kind.ZIP, LIMITS))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b.txt", True),
        ("CON", True),
        ("../a", False),
        ("a/../b", False),
        ("/a", False),
        ("C:/a", False),
        ("a..b/c", True),
    ],
)
def test_names_stay_in_their_archive(name: str, safe: bool) -> None:
    assert is_safe(name) is safe


def test_names_are_shown_clean() -> None:
    assert shown("./a//e\u0301\u202e.txt") == "a/é.txt"
    assert shown("\u200b/..") == "sans-nom"
    assert len(shown("x" * 3000 + ".pdf")) <= 400 and shown("x" * 3000 + ".pdf").endswith(".pdf")


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in {
        "From": '"Côté, É." <e@exemple.org>',
        "To": "tous@exemple.org",
        "Subject": "Réunion d'été",
        **headers,
    }.items():
        made[name] = value
    return made


def test_a_mail_says_who_wrote_what_and_when(read_all: ReadAll) -> None:
    made = message(Date="Mon, 4 May 2026 10:00:00 -0400")
    made.set_content("Bonjour,\n\nVoici l'avis.\n\n> Le mot d'avant\n\n-- \nÉ. Côté\n")
    made.add_alternative("<p>Version <b>riche</b></p>", subtype="html")
    made.add_attachment("Une pièce.".encode(), maintype="text", subtype="plain", filename="pièce.txt")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    mail, piece = read_all({"m.eml": made.as_bytes()})
    assert isinstance(mail, Document) and isinstance(piece, Document)
    assert mail.text.split("\n\n")[:3] == [
        "Réunion d'été",
        "De : Côté, É. <e@exemple.org>\nÀ : tous@exemple.org\nDate : Mon, 04 May 2026 10:00:00 -0400",
        "Bonjour,",
    ]
    assert "Le mot d'avant" in mail.text and "É. Côté" in mail.text and "riche" not in mail.text
    assert (mail.metadata.title, mail.metadata.authors, mail.metadata.date) == (
        "Réunion d'été",
        ("Côté, É.",),
        "2026-05-04",
    )
    assert (piece.path, piece.text) == ("m.eml#pièce.txt", "Une pièce.")


def test_a_mail_without_plain_text_is_read_as_the_page_it_is(read_all: ReadAll) -> None:
    made = message()
    made.set_content("<h2>Ordre du jour</h2><p>Un <b>point</b>.</p><p style='display:none'>caché</p>", subtype="html")
    [mail] = read_all({"m.eml": made.as_bytes()})
    assert isinstance(mail, Document)
    assert "Ordre du jour\n\nUn point." in mail.text and "caché" not in mail.text
    assert "finding.hidden" in {finding.key for finding in mail.findings}


def test_a_forwarded_message_is_a_member_and_so_is_what_it_holds(read_all: ReadAll) -> None:
    first = message(Subject="Le premier")
    first.set_content("Le texte du premier.")
    first.add_attachment(m.archive([("a.txt", "Dedans.")]), maintype="application", subtype="zip", filename="z.zip")
    second = message(Subject="TR")
    second.set_content("Voir plus bas.")
    second.add_attachment(first)
    found = texts(read_all({"m.eml": second.as_bytes()}))
    assert list(found) == ["m.eml", "m.eml#piece-1.eml", "m.eml#piece-1.eml#z.zip#a.txt"]
    assert found["m.eml#piece-1.eml"].endswith("Le texte du premier.")
    assert found["m.eml#piece-1.eml#z.zip#a.txt"] == "Dedans."


@pytest.mark.parametrize(
    "header",
    [
        b"=?iso-8859\xff\xfe-1?q?=E9?=",
        b"=?utf-8?b?abc?=",
        b"=?\x00?q?x?=",
        b"=?utf-8?q?=C3=A9?= " * 300,
        b"\xc3\xa9t\xc3\xa9",
    ],
)
def test_headers_that_cannot_be_decoded_are_shown_as_they_are(header: bytes) -> None:
    # Found by fuzzing: the errors of the standard library's parser share no ancestor of any use.
    data = b"From: " + header + b"\nSubject: " + header + b"\nDate: " + header + b"\n\nBonjour.\n"
    drafts = reader_for(Kind.MAIL)(data, limits=LIMITS).drafts
    assert drafts[-1].text == "Bonjour."


def test_lines_that_a_mail_program_wrapped_are_whole_again() -> None:
    head = b"From: a@b\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n"
    drafts = reader_for(Kind.MAIL)(head + b"Une phrase \nsur deux lignes.\n", limits=LIMITS).drafts
    assert drafts[-1].text == "Une phrase sur deux lignes."


def test_pieces_of_one_name_are_both_kept() -> None:
    made = message()
    made.set_content("Deux pièces.")
    for text in (b"Une.", b"Deux."):
        made.add_attachment(text, maintype="text", subtype="plain", filename="a.txt")
    members = list(unpack(made.as_bytes(), Kind.MAIL, LIMITS))
    assert members[1:] == [Member("a.txt", b"Une."), Member("2-a.txt", b"Deux.")]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.docx", b"%PDF-1.7\n", Kind.PDF),
        ("a", m.docx(m.OPENING + m.CLOSING), Kind.DOCX),
        ("a.zip", m.docx(m.OPENING + m.CLOSING), Kind.DOCX),
        ("a.bin", m.archive([("a.txt", b"x")]), Kind.ZIP),
        ("a.docx", m.archive([("a.txt", b"x")]), Kind.DOCX),
        ("a.txt", b"<!DOCTYPE html><html>", Kind.HTML),
        ("a.txt", b"Ce fichier parle de %PDF-1.7", Kind.PLAIN),
        ("a.pdf", b"\n\n%PDF-1.4", Kind.PDF),
        ("a", m.epub("<html/>"), Kind.EPUB),
        ("a", m.odt(""), Kind.ODT),
        ("a", m.xlsx(""), Kind.XLSX),
    ],
)
def test_content_decides_before_the_name(name: str, data: bytes, kind: Kind) -> None:
    assert kind_of(name, data) is kind


def test_a_closed_folder_is_reported(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only an administrator can act as someone whom a folder refuses")
    (tmp_path / "ouvert").mkdir()
    (tmp_path / "ouvert/a.txt").write_text("Un.", encoding="utf-8")
    (tmp_path / "ferme").mkdir(mode=0o700)
    for folder in (tmp_path, *takewhile(lambda above: above != Path(tempfile.gettempdir()), tmp_path.parents)):
        folder.chmod(0o755)
    script = (
        "import os, sys; from pathlib import Path; from sourcier.ingest.files import search; os.setuid(65534)\n"
        "found = search([Path(sys.argv[1])])\n"
        "print([one.path for one in found.sources], [(one.path, one.error.key) for one in found.skipped])"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['ouvert/a.txt'] [('ferme', 'ingest.folder_closed')]", done.stderr
