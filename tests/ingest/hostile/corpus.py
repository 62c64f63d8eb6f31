"""Every hostile file, and good ones to stand beside them."""

from __future__ import annotations

from tests.ingest.hostile import bundles, office_files, pdf_files, text_files
from tests.ingest.hostile import making as m
from tests.ingest.hostile.bundles import mail, rows

from sourcier.ingest.kinds import announced

__all__ = ["CORPUS", "GOOD", "KNOWN"]

CORPUS = [*pdf_files.HOSTILE, *office_files.HOSTILE, *text_files.HOSTILE, *bundles.HOSTILE]

#: Good files, which must be read whatever stands beside them.
GOOD: dict[str, bytes] = {
    "bons/note.md": "# Note\n\nUn texte à lire.\n".encode(),
    "bons/avis.txt": "Un avis, en français.\n".encode("cp1252"),
    "bons/page.html": "<html><body><p>Une page à lire.</p></body></html>".encode(),
    "bons/lettre.docx": m.docx(m.OPENING + m.PARAGRAPH + m.CLOSING),
    "bons/rapport.pdf": m.pdf_of(m.shown("Un rapport à lire.")),
    "bons/recueil.jsonl": rows({"id": 1, "text": "Une fiche."}, {"id": 2, "text": "Une autre."}),
    "bons/envoi.zip": m.archive([("dedans/note.txt", "Un texte à lire.")]),
    "bons/courriel.eml": mail().as_bytes(),
    "bons/zz-dernier.txt": b"Le dernier de tous.\n",
}

#: A file whose reader is not there yet is not hostile to it.
KNOWN = [one for one in CORPUS if one.name.endswith((".jsonl", ".jsonl.gz")) or announced(one.name) or "unsupported" in
         " ".join(one.expected) or one.name.startswith(("txt/", "autres/"))]  # fmt: skip
