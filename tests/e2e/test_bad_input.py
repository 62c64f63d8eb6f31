"""Bad input gets one clear sentence, and loses nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sourcier.index.store import open_store
from sourcier.index.writing import open_writer

FAILURE, USAGE = 1, 2


@pytest.fixture(scope="module")
def before(sourcier: Any) -> Any:
    return state(sourcier)


@pytest.fixture(autouse=True)
def nothing_is_lost(sourcier: Any, before: Any) -> Iterator[None]:
    yield
    assert state(sourcier) == before


def state(sourcier: Any) -> Any:
    """What is stored, and which generation of the index is served."""
    with open_store(sourcier.home) as store:
        return (sourcier.home / "generations" / "CURRENT").read_text(encoding="utf-8"), store.documents()


def check_one_line(done: Any, code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_a_path_that_does_not_exist(sourcier: Any) -> None:
    check_one_line(sourcier.run("ingest", "nulle-part"), FAILURE, "nulle-part", "n'existe pas")


def test_an_empty_folder(sourcier: Any, tmp_path: Path) -> None:
    check_one_line(sourcier.run("ingest", tmp_path), FAILURE, str(tmp_path), "aucun document")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("vide.md", b"", "est vide"),
        ("vide.pdf", b"", "est vide"),
        ("image.txt", bytes(range(256)) * 40, "n'est pas un texte"),
        ("faux.pdf", b"<html><p>Je ne suis pas un PDF.</p></html>", "est une page web"),
        ("tronqué.pdf", b"%PDF-1.7\n1 0 obj", "endommagé"),
        ("faux.docx", b"PK\x03\x04" + bytes(200), "endommagé"),
        ("tableur.xlsx", b"PK\x03\x04", "endommagé"),
        ("tableur.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "pas pris en charge"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_out_with_a_reason(
    sourcier: Any, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    done = sourcier.run("ingest", "--json", tmp_path)
    assert done.returncode == FAILURE  # nothing at all could be read
    report = json.loads(done.stdout)
    assert (report["added"], report["removed"]) == (0, 0)
    [skipped] = report["skipped"]
    assert skipped["path"] == name
    assert words in skipped["reason"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_a_file_without_the_right_to_read_it(sourcier: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret", encoding="utf-8")
    secret.chmod(0)
    [skipped] = json.loads(sourcier.run("ingest", "--json", tmp_path).stdout)["skipped"]
    assert "droits d'accès" in skipped["reason"]


@pytest.mark.parametrize(("question", "word"), [("", "vide"), ("   \n", "vide"), ("pourquoi " * 2223, "20")])
def test_a_question_that_cannot_be_asked(sourcier: Any, question: str, word: str) -> None:
    check_one_line(sourcier.run("ask", question), FAILURE, word)


def test_a_bad_question_does_not_stop_a_batch(sourcier: Any) -> None:
    empty, long, good = sourcier.set(SOURCIER_MODEL__PROVIDER="none").batch(
        ["", "x" * 20000, "À combien s'élève l'allocation mensuelle de télétravail ?"]
    )
    assert "vide" in empty["error"]
    assert "raccourcissez" in long["error"]
    assert "42,50" in good["answer"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("language = ", ["ne peut pas être lu"]),
        ('languge = "fr"\n', ["languge", "n'existe pas"]),
        ("[search]\nk = 100000\n", ["search.k", "100"]),
        ("[search]\nk = 'dix'\n", ["search.k", "dix"]),
        ("\xff", ["ne peut pas être lu"]),
    ],
)
def test_settings_that_cannot_be_used(sourcier: Any, tmp_path: Path, settings: str, words: list[str]) -> None:
    file = tmp_path / "sourcier.toml"
    file.write_bytes(settings.encode("latin-1"))
    done = sourcier.run("--config", file, "ask", "Bonjour ?")
    check_one_line(done, FAILURE, str(file), *words)


def test_a_settings_file_that_is_not_there(sourcier: Any) -> None:
    check_one_line(sourcier.run("--config", "absent.toml", "doctor"), FAILURE, "absent.toml")


def test_a_variable_that_is_no_setting(sourcier: Any) -> None:
    done = sourcier.set(SOURCIER_MODEL__PROVIDR="none").run("documents")
    check_one_line(done, FAILURE, "SOURCIER_MODEL__PROVIDR")


def test_an_unknown_provider(sourcier: Any) -> None:
    check_one_line(sourcier.run("ask", "Bonjour ?", "--provider", "nuage"), USAGE, "model.provider")


def test_weights_that_are_not_the_pinned_ones(sourcier: Any, tmp_path: Path) -> None:
    file = tmp_path / "modèle.gguf"
    file.write_bytes(b"GGUF" + bytes(1000))
    wrong = sourcier.set(SOURCIER_MODEL__EMBEDDED__WEIGHTS=str(file), SOURCIER_MODEL__EMBEDDED__SHA256="0" * 64)
    check_one_line(wrong.run("ask", "Quelle allocation ?"), FAILURE, str(file), "sha256")


def test_weights_that_are_no_model(sourcier: Any, tmp_path: Path) -> None:
    file = tmp_path / "modèle.gguf"
    file.write_bytes(b"GGUF" + bytes(1000))
    done = sourcier.set(SOURCIER_MODEL__EMBEDDED__WEIGHTS=str(file)).run(
        "ask", "À combien s'élève l'allocation mensuelle de télétravail ?"
    )
    assert "Traceback" not in done.stderr
    assert str(file) in done.stderr + done.stdout


def test_a_second_process_writing(sourcier: Any, documents: Path) -> None:
    with open_writer(sourcier.home):
        done = sourcier.run("ingest", documents)
        check_one_line(done, FAILURE, "déjà en cours")
        # Reading goes on meanwhile.
        assert sourcier.json("search", "télétravail", "-k", "1")["results"]


def test_asking_before_anything_is_ingested(make_sourcier: Callable[..., Any]) -> None:
    new = make_sourcier()
    for arguments in (["ask", "Bonjour ?"], ["search", "bonjour"], ["documents"]):
        check_one_line(new.run(*arguments), FAILURE, "sourcier ingest")
    # The server says first that it is loading.
    assert "sourcier ingest" in new.run("serve").stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "Bonjour ?", "--batch", "x.jsonl"],
        ["ask", "--batch", "absent.jsonl"],
        ["documents", "--text"],
        ["search", "bonjour", "-k", "0"],
        ["inconnue"],
    ],
)
def test_a_command_typed_wrong(sourcier: Any, arguments: list[str]) -> None:
    check_one_line(sourcier.run(*arguments), USAGE)


def test_a_batch_with_a_broken_line(sourcier: Any, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"id": 1, "question": "Bonjour ?"}\n{"id": 2}\n', encoding="utf-8")
    check_one_line(sourcier.run("ask", "--batch", file), USAGE, "2")


def test_a_document_that_is_not_indexed(sourcier: Any) -> None:
    check_one_line(sourcier.run("documents", "0000000000000000", "--text"), FAILURE, "0000000000000000")
