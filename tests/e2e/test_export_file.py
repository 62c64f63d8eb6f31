"""`sourcier ask --export` from the command line: the file holds the answer and its quotes, all found again."""

from __future__ import annotations

import json
from typing import Any

import pypdfium2


def test_an_answer_is_saved_as_it_was_given(sourcier: Any) -> None:
    path = sourcier.folder / "réponse.pdf"
    question = "À combien s'élève l'allocation mensuelle de télétravail ?"
    done = sourcier.run("ask", "--json", "--provider", "none", "--export", path, question)
    assert done.returncode == 0, done.stderr
    assert str(path) in done.stderr
    answer = json.loads(done.stdout)
    pages = pypdfium2.PdfDocument(path)
    text = "".join("".join(page.get_textpage().get_text_range() for page in pages).split())
    assert pages.is_tagged()
    for citation in answer["citations"]:
        assert "".join(citation["quote"].split()) in text
    total = len(answer["citations"])
    assert f"{total}citationssur{total}" in text
    assert "non retrouvée" not in text


def test_what_cannot_be_saved_is_said_at_once(sourcier: Any) -> None:
    for name in ("réponse.exe", "absent/réponse.pdf"):
        done = sourcier.run("ask", "--export", sourcier.folder / name, "Qui?")
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.strip().splitlines()) == 1
