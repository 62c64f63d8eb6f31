"""How many rows of each kind each set has, as the README of the sets shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from sourcier.eval.check_questions.rows import ANSWERABLE, EITHER, NOT_ANSWERABLE, Row, Rows
from sourcier.eval.dataset import DatasetError

__all__ = ["BEGIN", "END", "table", "write_table", "written"]

BEGIN, END = "<!-- counts: begin -->", "<!-- counts: end -->"

_SHARES: dict[str, Callable[[Row], bool]] = {
    "answerable": lambda row: row.answerable,
    "not answerable": lambda row: not row.answerable,
    "with nuggets": lambda row: bool(row.nuggets),
    "with a conversation before": lambda row: bool(row.history),
    "with a premise to correct": lambda row: bool(row.premise_corrected),
}


def table(sets: Sequence[Rows]) -> str:
    """The rows of each set, then those of each kind, in Markdown."""
    lines = [f"| | {' | '.join(f'`{one.file}`' for one in sets)} | all |", "|---|" + "---|" * (len(sets) + 1)]
    lines.append(_line("**rows**", [len(one.rows) for one in sets]))
    lines += [_line(f"**{name}**", [sum(map(share, one.rows)) for one in sets]) for name, share in _SHARES.items()]
    counted = [Counter(row.kind for row in one.rows) for one in sets]
    lines += [
        _line(f"`{kind}`", [counts[kind] for counts in counted])
        for kind in (*ANSWERABLE, *EITHER, *NOT_ANSWERABLE)
        if any(counts[kind] for counts in counted)
    ]
    return "\n".join(lines)


def written(readme: Path) -> str:
    """The table that stands between the two marks of ``readme``.

    Raises:
        DatasetError: it cannot be read, or has no marks.
    """
    return _parts(readme)[1].strip("\n")


def write_table(readme: Path, content: str) -> None:
    """Put ``content`` between the two marks of ``readme``, and touch nothing else.

    Raises:
        DatasetError: it cannot be read, or has no marks.
    """
    before, _, after = _parts(readme)
    readme.write_text(f"{before}{BEGIN}\n{content}\n{END}{after}", encoding="utf-8")


def _parts(readme: Path) -> tuple[str, str, str]:
    try:
        text = readme.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError("eval.dataset_unreadable", path=readme, detail=error) from error
    before, begin, rest = text.partition(BEGIN)
    inside, end, after = rest.partition(END)
    if not begin or not end:
        raise DatasetError("eval.dataset_unreadable", path=readme, detail=f"{BEGIN} … {END}")
    return before, inside, after


def _line(name: str, counts: Sequence[int]) -> str:
    return f"| {name} | {' | '.join(map(str, counts))} | {sum(counts)} |"
