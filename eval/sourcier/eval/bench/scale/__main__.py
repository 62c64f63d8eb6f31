"""Search time, memory and building time at several sizes, beside Chroma's raw query and bm25s' raw retrieval.

    python -m sourcier.eval.bench.scale --sizes 10000,100000 --pictures docs/images

Passages are made up (:mod:`.material`); each size is measured in processes of its own (:mod:`.measure`). A million takes
about six gigabytes of disk, and half an hour or more to build Chroma's graph on two cores.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.core.errors import UsageError
from sourcier.core.messages import message
from sourcier.core.settings import load
from sourcier.eval.bench.scale.report import Point, draw, markdown
from sourcier.eval.script import run_script

__all__ = ["main"]


def run(
    sizes: Annotated[str, typer.Option("--sizes", help=message("bench.scale_sizes"))] = "10000,100000",
    questions: Annotated[int, typer.Option("--questions", min=10, help=message("bench.scale_questions"))] = 300,
    work: Annotated[Path | None, typer.Option("--work", help=message("bench.scale_work"))] = None,
    pictures: Annotated[Path, typer.Option("--pictures", help=message("bench.scale_pictures"))] = Path("docs/images"),
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE")] = None,
) -> None:
    """Measure each size, and print the table."""
    language = load().settings.language
    points = []
    with nullcontext(str(work)) if work else tempfile.TemporaryDirectory(prefix="sourcier-scale-") as folder:
        for size in _sizes(sizes):
            here = Path(folder) / str(size)
            here.mkdir(parents=True, exist_ok=True)
            kept = here / "figures.json"
            figures: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
            for what in ("build", "search", "change"):
                sys.stderr.write(f"{size}: {message(f'bench.scale_does_{what}', language)}\n")
                figures |= _child(what, here, size, questions)
            kept.write_text(json.dumps(figures), encoding="utf-8")
            points.append(Point(figures))
    if as_json:
        as_json.write_text(json.dumps([one.figures for one in points]), encoding="utf-8")
    pictures.mkdir(parents=True, exist_ok=True)
    draw(points, pictures / "scale.png", language)
    sys.stdout.write(markdown(points, language) + "\n")


def _sizes(given: str) -> list[int]:
    """The sizes, smallest first.

    Raises:
        UsageError: they are not numbers of passages of a hundred or more.
    """
    parts = [part.strip() for part in given.split(",")]
    if not all(part.isdecimal() and int(part) >= 100 for part in parts):
        raise UsageError("bench.scale_sizes_wrong", given=given)
    return sorted(map(int, set(parts)))


def _child(what: str, folder: Path, size: int, questions: int) -> dict[str, Any]:
    module = "sourcier.eval.bench.scale.measure"
    command = [sys.executable, "-m", module, what, str(folder), str(size), str(questions)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("bench.scale_about"))


if __name__ == "__main__":
    main()
