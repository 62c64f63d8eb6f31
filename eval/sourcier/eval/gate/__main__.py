"""The quick gate: ``make eval-gate``.

``--accept "why"`` makes what comes out the accepted figures of this repository, once a person has looked it over.
"""

from __future__ import annotations

import sys
import tempfile
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from sourcier.core.settings import load
from sourcier.eval.gate.accepted import accept, find_accepted, record_of
from sourcier.eval.gate.deciding import Decision, decide, floors
from sourcier.eval.gate.quick import ACCEPTED, CORPUS, PARTS, ask, quick_settings
from sourcier.eval.gate.table import summary, table
from sourcier.eval.script import run_script

_ABOUT = (
    "Asks a few questions of the sheets and sets the answers beside the accepted figures; fails if a measure is lost."
)


def main(
    part: Annotated[list[str] | None, typer.Option(help="Only this provider: none or embedded.")] = None,
    because: Annotated[str, typer.Option("--accept", help="Make this the accepted run, for this reason.")] = "",
    by: Annotated[str, typer.Option(help="Who accepts it.")] = "",
    keep: Annotated[Path | None, typer.Option(help="Keep the run folders here.")] = None,
) -> None:
    """Ingest the sheets aside, ask, decide; exit 1 where a change is refused."""
    from sourcier.index.sync import sync

    language = load().settings.language
    models = load().settings.home / "models"
    models.mkdir(parents=True, exist_ok=True)
    refused = False
    with tempfile.TemporaryDirectory(prefix="sourcier-gate-") as aside:
        home = Path(aside) / "home"
        home.mkdir(mode=0o700)
        # An index of its own, with the models that are there already: they are a gigabyte.
        (home / "models").symlink_to(models.resolve(), target_is_directory=True)
        sync([CORPUS], quick_settings(home, PARTS[0]))
        for one in PARTS:
            if part and one.provider not in part:
                continue
            run = record_of(ask(one.read(), quick_settings(home, one), (keep or Path(aside)) / f"gate-{one.provider}"))
            if because:
                decision = Decision(tuple(floors(run)))
                last = str(accept(run, ACCEPTED, by=by or getuser(), because=because)) if decision.passed else ""
            else:
                before = find_accepted(ACCEPTED, run)
                decision = decide(run, before)
                last = summary(decision, before, language)
            sys.stdout.write(f"{table(decision, language)}\n\n{last}\n\n")
            refused = refused or not decision.passed
    if refused:
        sys.exit(1)


if __name__ == "__main__":
    run_script(main, _ABOUT)
