"""The `sourcier` command: what it is called with, in one place; the work is elsewhere.

Nothing heavy is imported here: `sourcier --help` must answer at once. Each command imports what it runs.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from sourcier.app.cli import ask, doctor, documents, feedback, ingest, maintenance, mcp, search, serve, workshop
from sourcier.app.cli.console import State, interface_language, print_error
from sourcier.core import offline
from sourcier.core.errors import SourcierError
from sourcier.core.messages import message

__all__ = ["app", "main"]


_LANGUAGE = interface_language()

app = typer.Typer(
    name="sourcier",
    help=message("cli.about", _LANGUAGE),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option("--config", help=message("cli.config", _LANGUAGE))] = None,
    debug: Annotated[bool, typer.Option("--debug", help=message("cli.debug", _LANGUAGE))] = False,
) -> None:
    """Options of every command."""
    context.obj = State(config=config, debug=debug)


app.command("ingest", help=message("cli.ingest", _LANGUAGE))(ingest.ingest)
app.command("documents", help=message("cli.documents", _LANGUAGE))(documents.documents)
app.command("search", help=message("cli.search", _LANGUAGE))(search.search)
app.command("ask", help=message("cli.ask", _LANGUAGE))(ask.ask)
app.command("serve", help=message("cli.serve", _LANGUAGE))(serve.serve)
app.command("mcp", help=message("api.mcp", _LANGUAGE))(mcp.mcp)
app.command("forget", help=message("cli.forget", _LANGUAGE))(maintenance.forget)
app.command("verify", help=message("cli.verify", _LANGUAGE))(maintenance.verify)
app.command("doctor", help=message("cli.doctor", _LANGUAGE))(doctor.doctor)
app.add_typer(feedback.app, name="feedback")
app.add_typer(workshop.app, name="workshop")
for _command in sorted(entry_points(group="sourcier.commands"), key=lambda point: point.name):
    app.add_typer(_command.load(), name=_command.name)


def main() -> None:
    """Run the command; every failure is one clear line on stderr, never a traceback (but with ``--debug``)."""
    offline.apply()
    debug = "--debug" in sys.argv
    try:
        code = app(standalone_mode=False)
        if isinstance(code, int) and code:
            sys.exit(code)
    except SourcierError as error:
        if debug:
            raise
        sys.exit(print_error(error))
    except typer.TyperException as error:
        sys.exit(_print_usage(error))
    except (typer.Abort, KeyboardInterrupt):
        print(message("cli.interrupted", _LANGUAGE), file=sys.stderr)  # noqa: T201
        sys.exit(130)
    except BrokenPipeError:
        # `sourcier … | head`: the reader has had enough, which is no failure of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if debug:
            raise
        text = message("cli.unexpected", _LANGUAGE, kind=type(error).__name__, detail=str(error).replace("\n", " "))
        print(text, file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _print_usage(error: typer.TyperException) -> int:
    text = error.format_message().strip()
    # A group called with no command answers with its help, which is no error to fold in one line.
    shown = text if "\n" in text else message("cli.usage", _LANGUAGE, detail=text.rstrip("."))
    print(shown, file=sys.stderr)  # noqa: T201
    return 2
