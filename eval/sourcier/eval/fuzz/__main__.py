"""``python -m sourcier.eval.fuzz``: see the package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sourcier.core import offline
from sourcier.core.messages import message
from sourcier.eval.fuzz.running import Outcome, case_data, child, run, tried
from sourcier.eval.fuzz.seeds import targets
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script


def fuzz(
    reader: Annotated[list[str] | None, typer.Option(help=message("eval.fuzz_reader"))] = None,
    minutes: Annotated[float, typer.Option(min=0.01, help=message("eval.fuzz_minutes"))] = 10.0,
    first: Annotated[int, typer.Option(min=0, help=message("eval.fuzz_first"))] = 0,
    case: Annotated[int | None, typer.Option(min=0, help=message("eval.fuzz_case"))] = None,
    keep: Annotated[Path | None, typer.Option(help=message("eval.fuzz_keep"))] = None,
) -> None:
    """Try readers one after the other; exit code 1 when a rule was broken."""
    chosen = reader or list(targets())
    if unknown := set(chosen) - set(targets()):
        raise typer.BadParameter(", ".join(sorted(unknown)))
    if case is not None:
        for target in chosen:
            _say(f"{target} {case} : {tried(target, case_data(target, case))}")
        return
    outcomes: list[Outcome] = []
    for target in chosen:
        outcome = run(target, seconds=60 * minutes, first=first, keep=keep)
        outcomes.append(outcome)
        for fault in outcome.faults:
            _say(f"{target} --case {fault.case} : {fault.what}")
        _say(_row_text(outcome))
    columns = [message(f"eval.fuzz_{name}") for name in ("target", "cases", "rate", "refused", "slowest", "faults")]
    _say("\n".join(["", *table(columns, [_row(outcome) for outcome in outcomes])]))
    if any(outcome.faults for outcome in outcomes):
        raise typer.Exit(1)


def _row(outcome: Outcome) -> list[str]:
    rate = outcome.cases / max(outcome.seconds, 1e-9)
    refused = f"{100 * outcome.refused / max(1, outcome.cases):.0f} %"
    return [
        outcome.target,
        str(outcome.cases),
        f"{rate:.1f}",
        refused,
        f"{outcome.slowest_s:.2f}",
        str(len(outcome.faults)),
    ]


def _row_text(outcome: Outcome) -> str:
    return " | ".join(_row(outcome))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Run as a script, or as the process that tries cases (``--child TARGET FIRST``)."""
    offline.apply()
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], int(sys.argv[3]))
        return
    run_script(fuzz, message("eval.fuzz_about"))


if __name__ == "__main__":
    main()
