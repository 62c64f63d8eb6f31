"""The catalogue of what people read: whole in both languages, used, and never asked for what it does not have."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from sourcier.core.messages import LANGUAGES, Language, catalogue
from sourcier.core.settings import load

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("core", "ingest", "index", "app", "eval") for path in (ROOT / folder).rglob("*.py")
)
FRENCH = catalogue("fr")
SECTIONS = {key.split(".")[0] for key in FRENCH}
KEY = re.compile(rf"(?:{'|'.join(sorted(SECTIONS))})\.[a-z][a-z0-9_]*[a-z0-9]")
#: Ends of the strings that look like a key and are the name of a file.
FILES = (".css", ".gguf", ".js", ".json", ".jsonl", ".md", ".safetensors", ".toml")
#: Called with a key of the catalogue first, beside the errors.
SPEAKERS = {"message", "say", "sentence"}


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def strings(tree: ast.AST) -> set[str]:
    """Every string but the pieces of f-strings, which are not whole names."""
    pieces = {id(piece) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in pieces)
    return {node.value for node in constants if isinstance(node.value, str)}


def patterns(tree: ast.AST) -> set[str]:
    """Every f-string as a regular expression, each of its values being any name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else "[a-z0-9_]+" for v in node.values]
            found.add("".join(parts))
    return found


def spoken(tree: ast.AST) -> set[str]:
    """Keys given as such to what shows a sentence, or to an error."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            first = node.args[0].value
            if (name in SPEAKERS or name.endswith("Error")) and isinstance(first, str) and KEY.fullmatch(first):
                found.add(first)
    return found


TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_have_the_same_keys_and_values(language: Language) -> None:
    other = catalogue(language)
    assert set(other) == set(FRENCH)
    assert {key: fields(text) for key, text in other.items()} == {key: fields(text) for key, text in FRENCH.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_one_clean_line(language: Language) -> None:
    for key, text in catalogue(language).items():
        assert text == text.strip() or key.startswith("cli.doctor"), key
        assert text, key
        assert not (text.endswith(".") and text.endswith("..")), key


def test_every_key_that_the_code_names_exists() -> None:
    settings = {key for key, _, _ in load(environ={}, options={"home": ROOT}).rows()}
    missing = {
        f"{path}: {key}"
        for path, tree in TREES.items()
        for key in spoken(tree) | {text for text in strings(tree) if KEY.fullmatch(text) and text not in settings}
        if key not in FRENCH and not key.endswith(FILES)
    }
    assert missing == set()


def test_every_sentence_is_used() -> None:
    named = set().union(*(strings(tree) for tree in TREES.values()))
    shapes = [
        re.compile(shape) for tree in TREES.values() for shape in patterns(tree) if len(shape) > len("[a-z0-9_]+")
    ]
    unused = [
        key
        for key in FRENCH
        if key not in named
        and key.partition(".")[2] not in named
        and not any(shape.fullmatch(key) or shape.fullmatch(key.partition(".")[2]) for shape in shapes)
    ]
    assert unused == []
