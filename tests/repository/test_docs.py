"""The documents say what the code does: settings, commands, shapes, addresses of files; and nothing that ages or leaks."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import typer

from sourcier.app.cli import app
from sourcier.app.shapes import answer_to_json, search_to_json
from sourcier.core.settings import load
from sourcier.core.types import Answer, AnswerSentence, Citation, ModelInfo, Removed

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")))
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# Not called `page`, which is the name of a browser's.
EACH_PAGE = pytest.mark.parametrize("paper", PAGES, ids=lambda paper: paper.relative_to(ROOT).as_posix())

# Written in two parts, so that this file does not hold what it looks for.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "download.py" + "torch.org", "npm" + "js.", "registry" + ".npm",
              "deb.deb" + "ian.org", "archive.ubu" + "ntu.com", "docker" + ".io", "ghcr" + ".io"]  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|opt|home/\w+)/(?!.*noqa)|\.venv/lib/python3\.\d+/site")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def commands() -> dict[str, Any]:
    """Every command by its full name, ``eval run`` for instance."""
    found: dict[str, Any] = {}

    def visit(command: Any, name: str) -> None:
        found[name] = command
        for part, below in getattr(command, "commands", {}).items():
            visit(below, f"{name} {part}".strip())

    visit(typer.main.get_command(app), "")
    return found


def written_default(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return " ".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_every_setting_is_documented_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([a-z0-9_.]+)` \| (.+?) \| ", OPERATIONS, re.MULTILINE))
    known = {key: value for key, value, _ in load(environ={}, options={"home": ROOT}).rows()}
    assert set(known) <= set(rows), set(known) - set(rows)
    for key, value in known.items():
        if key != "home" and value not in (None, "", ()):
            assert rows[key] == f"`{written_default(value)}`", key
    settings = {row for row in rows if "." in row and row.split(".")[0] in {key.split(".")[0] for key in known}}
    assert settings <= set(known), settings - set(known)


def test_the_example_of_settings_is_accepted(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", OPERATIONS, re.DOTALL)
    file = tmp_path / "sourcier.toml"
    file.write_text(example, encoding="utf-8")
    assert tomllib.loads(example)
    assert load(config=file, environ={}, options={"home": tmp_path}).settings.organisation.contact


@EACH_PAGE
def test_every_command_shown_exists(paper: Path) -> None:
    known = commands()
    text = paper.read_text(encoding="utf-8")
    spans = [*re.findall(r"`(sourcier [^`]+)`", text)]
    for block in re.findall(r"```(?:\w*)\n(.*?)```", text, re.DOTALL):
        spans += re.findall(r"^\s*(?:\.venv/bin/)?(sourcier .*)$", block, re.MULTILINE)
    for span in spans:
        words = re.sub(r'".*?"|«.*?»|#.*', "", span).split()[1:]
        names = [word for word in words if re.fullmatch(r"[a-z]+", word)]
        if not names:
            continue  # an option of `sourcier` itself
        name = " ".join(names[:2]) if " ".join(names[:2]) in known else names[0]
        assert name in known, f"{paper.name}: {span}"
        options = {option for parameter in (*known[""].params, *known[name].params) for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= options | {"--help"}, f"{paper.name}: {span}"


@EACH_PAGE
def test_every_make_target_shown_exists(paper: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = set(re.findall(r"\bmake ([a-z-]+)", paper.read_text(encoding="utf-8")))
    assert {name for name in shown if f"`make {name}" in paper.read_text(encoding="utf-8")} <= targets


@EACH_PAGE
def test_every_file_named_exists(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    missing = [link for link in links if not (paper.parent / link).exists()]
    roots = "core|ingest|index|app|eval|corpus|tests|docs"
    named = re.findall(rf"`((?:{roots})/[\w./-]+?\.(?:py|md|toml|jsonl))`", text)
    missing += [name for name in named if not (ROOT / PurePosixPath(name)).exists()]
    assert missing == []


def test_the_shape_of_an_answer_is_the_one_documented() -> None:
    answer = Answer(
        question="?",
        status="answered",
        answer="",
        sentences=(AnswerSentence("", (1,), 1.0),),
        citations=(Citation(1, "", "", "", 0, 1, ""),),
        removed=(Removed("", "number"),),
        retrieved=(),
        model=ModelInfo("none", ""),
    )
    shape = answer_to_json(answer)
    names = {*shape, *shape["sentences"][0], *shape["citations"][0], *shape["removed"][0], *shape["model"]}
    names |= set(search_to_json("", (), {}))
    assert {name for name in names if f'"{name}"' not in ARCHITECTURE} == set()


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".png", ".gz", ".npz", ".woff2"} or path.name == "LICENSE":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if any(name in line for name in REGISTRIES) or MACHINE_PATHS.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []
