"""`sourcier eval`: one module a command. Each adds itself to :data:`app` when it is imported."""

from sourcier.eval.cli import compare, gate, judge, report, run
from sourcier.eval.cli.options import app

__all__ = ["app", "compare", "gate", "judge", "report", "run"]
