"""What the commands of `sourcier eval` share: the application they add themselves to, and their common options.

Nothing of the command line is imported at the top: it loads these modules through its entry point.
"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from sourcier.core.messages import Language, message

__all__ = ["LANGUAGE", "Json", "app"]

#: The language of `--help`, which is written before any setting is read.
LANGUAGE: Language = "en" if os.environ.get("SOURCIER_LANGUAGE") == "en" else "fr"

app = typer.Typer(name="eval", help=message("eval.help", LANGUAGE), no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help=message("eval.help_json", LANGUAGE))]
