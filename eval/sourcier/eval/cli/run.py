"""`sourcier eval run`: score a data set. Everything heavy is imported when a run starts."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.core.messages import message
from sourcier.eval.cli.options import LANGUAGE, Json, app

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sourcier.app.cli.console import State
    from sourcier.core.types import ModelInfo
    from sourcier.eval.judges import Judge

__all__ = ["run"]


@app.command("run", help=message("eval.help_run", LANGUAGE))
def run(
    context: typer.Context,
    dataset: Annotated[
        Path, typer.Option("--dataset", metavar="FILE.jsonl[.gz]", help=message("eval.help_dataset", LANGUAGE))
    ],
    engine: Annotated[
        str,
        typer.Option("--engine", metavar="sourcier|llamaindex|plain", help=message("eval.help_engine", LANGUAGE)),
    ] = "sourcier",
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="auto|ollama|embedded|none", help=message("eval.help_provider", LANGUAGE)),
    ] = None,
    judges: Annotated[
        str, typer.Option("--judges", metavar="A,B…", help=message("eval.help_judges", LANGUAGE))
    ] = "rules,verifier",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help=message("eval.help_limit", LANGUAGE))] = None,
    questions: Annotated[
        int | None, typer.Option("--questions", min=1, help=message("eval.help_questions", LANGUAGE))
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help=message("eval.help_out", LANGUAGE))
    ] = None,
    k: Annotated[int | None, typer.Option("-k", min=1, help=message("eval.help_k", LANGUAGE))] = None,
    as_json: Json = False,
) -> None:
    """Score a data set, and keep answers, figures and report in one folder."""
    from sourcier.app.cli.console import out, out_json, say
    from sourcier.eval.dataset import QuestionSet, load_dataset, spread
    from sourcier.eval.engines import check_engine, open_engine
    from sourcier.eval.folder import default_folder
    from sourcier.eval.judges import JUDGES, JudgeError, load_judge
    from sourcier.eval.run import DEPTH, evaluate_answers, evaluate_retrieval
    from sourcier.eval.timing import counting

    state: State = context.obj
    asked = load_dataset(dataset, limit)
    # Nothing is remembered from one question to the next: a question asked twice takes its time twice.
    fresh = {"search__cache": 0, "answer__cache": 0}
    if isinstance(asked, QuestionSet):
        asked = replace(asked, questions=spread(asked.questions, questions or len(asked.questions)))
        names = [name.strip() for name in judges.split(",") if name.strip()]
        for name in names:
            if name.partition(":")[0] not in JUDGES:
                raise JudgeError("judging.unknown", name=name, known=", ".join(JUDGES))
        if unread := sum(not row.reviewed for row in asked.questions):
            say("eval.unreviewed", n=unread, total=len(asked.questions), path=dataset)
        settings = state.load(model__provider=provider, search__k=k, **fresh).settings
        check_engine(engine, settings)
        # A model that judges is the one of the settings, whoever answers.
        judging = state.load(**fresh).settings
        target = folder or default_folder(
            settings.home, asked, settings.model.provider if engine == "sourcier" else engine
        )
        say("eval.folder", folder=target)

        def judges_of(writers: Sequence[ModelInfo]) -> Sequence[Judge]:
            return [load_judge(name, judging, writers) for name in names]

        with counting(settings.language) as tell, open_engine(engine, settings) as answering:
            outcome = evaluate_answers(
                asked, answering, settings, target, engine=engine, judges=judges_of,
                progress=lambda done, total: tell(asked.name, done, total), judging=tell,
            )  # fmt: skip
    else:
        from sourcier.index.search import Searcher

        asked = replace(asked, queries=spread(asked.queries, questions or len(asked.queries)))
        settings = state.load(**fresh).settings
        target = folder or default_folder(settings.home, asked, "search")
        say("eval.folder", folder=target)
        with counting(settings.language) as tell, closing(Searcher.open(settings)) as searcher:
            searcher.search("bonjour", 1)  # times are warm
            outcome = evaluate_retrieval(
                asked, searcher, settings, target, depth=k or DEPTH,
                progress=lambda done, total: tell(asked.name, done, total),
            )  # fmt: skip
    if as_json:
        out_json(outcome.to_json())
    else:
        out((target / "report.md").read_text(encoding="utf-8").partition("\n## ")[0].rstrip())
        say("eval.report_at", path=target / "report.md")
