"""What may be imported where: nothing heavy for `--help`, and no way out of the machine but the model's."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("core", "ingest", "index", "app", "eval") for path in (ROOT / folder).rglob("*.py")
)

HEAVY = ("torch", "gradio", "chromadb", "llama_index", "sentence_transformers", "transformers", "bm25s", "xllamacpp",
         "trafilatura", "pypdfium2", "docx", "sklearn", "pandas", "fastapi")  # fmt: skip

#: Modules that can open a connection to somewhere else.
CLIENTS = {"aiohttp", "ftplib", "grpc", "http.client", "httpx", "httpx2", "imaplib", "niquests", "ollama", "openai",
           "paramiko", "poplib", "requests", "smtplib", "telnetlib", "urllib.request", "urllib3", "websocket",
           "websockets", "xmlrpc.client"}  # fmt: skip
CLIENT_FAMILIES = ("llama_index.llms.", "llama_index.embeddings.", "llama_index.readers.")
TALKS_TO_THE_MODEL = "app/sourcier/app/models/"
LISTENS = "app/sourcier/app/ui/"
#: Asks a server that it has just started itself, on loopback, as twenty programs at once.
MEASURES = "eval/sourcier/eval/bench/page.py"

#: Functions that fetch from a hub unless they are told not to.
HUB = {"snapshot_download", "hf_hub_download", "from_pretrained", "SentenceTransformer", "CrossEncoder"}
#: Names whose call runs what is in a file, or a shell.
RUNS_DATA = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                yield function.id, node
            elif isinstance(function, ast.Attribute):
                yield function.attr, node


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    read = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES}
    return {name: ast.parse(text) for name, text in read.items()}


@pytest.mark.parametrize("arguments", [["--help"], ["ingest", "--help"], ["ask", "--help"], ["eval", "run", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = f"""
import sys
from sourcier.app.cli import main
sys.argv = ["sourcier", *{arguments!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("\\n" + " ".join(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip()
    assert done.stderr.split() == []


def test_the_console_command_is_the_same() -> None:
    command = Path(sys.executable).with_name("sourcier")
    done = subprocess.run(
        [command, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    for name in ("ingest", "documents", "search", "ask", "serve", "eval", "doctor"):
        assert name in done.stdout


def test_only_the_models_have_an_http_client(trees: dict[str, ast.Module]) -> None:
    found = [
        f"{path}: {name}"
        for path, tree in trees.items()
        for name in imports(tree)
        if (name in CLIENTS or name.split(".")[0] in CLIENTS or name.startswith(CLIENT_FAMILIES))
        and not path.startswith((TALKS_TO_THE_MODEL, MEASURES))
    ]
    assert found == []


def test_only_the_server_and_the_models_have_sockets(trees: dict[str, ast.Module]) -> None:
    users = [path for path, tree in trees.items() if "socket" in set(imports(tree))]
    assert [path for path in users if not path.startswith((LISTENS, TALKS_TO_THE_MODEL))] == []
    dialled = [
        (path, name) for path in users for name, _ in calls(trees[path]) if name in {"connect", "create_connection"}
    ]
    assert dialled == []


def test_no_model_is_fetched(trees: dict[str, ast.Module]) -> None:
    open_calls = []
    for path, tree in trees.items():
        for name, call in calls(tree):
            given = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
            if name in HUB and given.get("local_files_only") is not True:
                open_calls.append(f"{path}:{call.lineno} {name} without local_files_only=True")
            if given.get("trust_remote_code"):
                open_calls.append(f"{path}:{call.lineno} trust_remote_code")
    assert open_calls == []


def test_nothing_runs_what_is_in_a_file(trees: dict[str, ast.Module]) -> None:
    found = []
    for path, tree in trees.items():
        found += [f"{path}: {name}" for name in imports(tree) if name.split(".")[0] in UNSAFE_MODULES]
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RUNS_DATA:
                found.append(f"{path}:{node.lineno} {node.func.id}()")
        for name, call in calls(tree):
            if any(word.arg == "shell" and getattr(word.value, "value", None) for word in call.keywords):
                found.append(f"{path}:{call.lineno} {name}(shell=True)")
    assert found == []
