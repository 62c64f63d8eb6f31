"""`sourcier eval`: one module a command. Each adds itself to :data:`app` when it is imported."""

from sourcier.eval.cli import compare, draft, feedback, gate, judge, report, run, tables
from sourcier.eval.cli.options import app

__all__ = ["app", "compare", "draft", "feedback", "gate", "judge", "report", "run", "tables"]
