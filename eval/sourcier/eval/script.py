"""Measuring programs that are run as modules, ``python -m sourcier.eval.…``."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from sourcier.core import offline
from sourcier.core.errors import SourcierError

__all__ = ["run_script"]


def run_script(function: Callable[..., None], about: str) -> None:
    """Run ``function`` with the options of the command line; a failure is one clear line on stderr.

    Args:
        about: what ``--help`` says of it.
    """
    offline.apply()
    script = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    script.command(help=about)(function)
    try:
        script()
    except SourcierError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
