"""What a report says: the figures of the folders, fairly; a dash for what is not there; one sentence for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.eval.hand_made import HandAssistant, HandSearcher, cite, hit_on, make_answer
from tests.eval.report_runs import abstained, answered, estimate, judge, metrics, score, write_run

from sourcier.core.messages import LANGUAGES, Language
from sourcier.core.settings import load
from sourcier.core.types import Document
from sourcier.eval.dataset import QuestionSet, load_dataset
from sourcier.eval.folder import RunError
from sourcier.eval.reports import curves, write_report
from sourcier.eval.reports.building import build
from sourcier.eval.reports.content import Example, Figure, Report, Row, Table
from sourcier.eval.reports.examples import failures, worst
from sourcier.eval.reports.reading import read_run
from sourcier.eval.reports.rendering import to_json, to_markdown
from sourcier.eval.reports.tables import headline, labels
from sourcier.eval.reports.words import Words
from sourcier.eval.run import evaluate_answers

EN = Words("en")


def section(report: Report, name: str) -> tuple[object, ...]:
    return next(part.blocks for part in report.sections if part.name == name)


def rows_of(table: Table) -> dict[str, Row]:
    return {f"{row.head} {row.note}".strip(): row for row in table.rows}


def test_the_best_of_a_row_is_marked_whichever_way_is_good(tmp_path: Path) -> None:
    a = write_run(tmp_path / "a")
    b = write_run(tmp_path / "b", measured=metrics(facts=estimate(0.5), wrongly_refused=estimate(0.3)))
    table = headline([read_run(a), read_run(b)], ["A", "B"], EN)
    rows = {row.head: [cell.best for cell in row.cells] for row in table.rows}
    assert rows["facts found"] == [True, False]
    assert rows["wrongly refused"] == [True, False]  # less is better
    assert rows["exact quotes"] == [False, False]  # equal: neither is best
    alone = headline([read_run(a)], ["A"], EN)
    assert not any(cell.best for row in alone.rows for cell in row.cells)


def test_a_judge_with_a_part_in_the_answers_comes_second_is_marked_and_crowns_nobody(tmp_path: Path) -> None:
    ours = write_run(tmp_path / "a")
    others = metrics(judges={"rules": judge(True, 0.4), "verifier": judge(True, 0.3)})
    theirs = write_run(tmp_path / "b", measured=others, environment={"engine": "llamaindex"})
    table = headline([read_run(ours), read_run(theirs)], ["A", "B"], EN)
    recalls = [row for row in table.rows if row.head == "citation recall"]
    assert ["rules" in recalls[0].note, "verifier" in recalls[1].note] == [True, True]
    assert [cell.best for cell in recalls[0].cells] == [True, False]
    assert [cell.best for cell in recalls[1].cells] == [False, False]
    assert [cell.text.endswith("†") for cell in recalls[1].cells] == [True, False]
    corrected = [row for row in table.rows if row.head.startswith("faithfulness, corrected")]
    assert [[cell.text for cell in row.cells] for row in corrected] == [["95.0%", "–"]]


def test_a_run_of_before_judges_still_has_its_columns(tmp_path: Path) -> None:
    folder = write_run(
        tmp_path / "old", measured={"facts": estimate(0.6), "citation_recall": estimate(0.8, 30, 0.6, 0.9)}
    )
    for name in ("questions.jsonl", "judgements.jsonl"):
        (folder / name).unlink()
    environment = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    del environment["engine"]
    (folder / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
    out = tmp_path / "page.html"
    write_report([folder, write_run(tmp_path / "new")], out, "en")
    table = rows_of(headline([read_run(folder)], ["old"], EN))
    assert table["citation recall judge: rules, no model"].cells[0].text == "80.0%"
    assert table["wrongly answered of the questions that it does not answer; less is better"].cells[0].text == "–"
    assert "nan" not in out.read_text(encoding="utf-8").casefold()


def test_runs_have_names_of_their_own(tmp_path: Path) -> None:
    folders = [
        write_run(tmp_path / name / "run", provider=p) for name, p in (("x", "embedded"), ("y", "none"), ("z", "none"))
    ]
    theirs = write_run(tmp_path / "t", environment={"engine": "llamaindex"})
    named = labels([read_run(folder) for folder in (*folders, theirs)], EN)
    assert named[0] == "Sourcier (embedded model)"
    assert named[3] == "LlamaIndex"
    assert named[1:3] == ["2. Sourcier (no model)", "3. Sourcier (no model)"]  # neither set nor folder tells them apart
    other = write_run(tmp_path / "u" / "later", provider="none")
    assert labels([read_run(folders[1]), read_run(other)], EN) == [
        "Sourcier (no model) (run)",
        "Sourcier (no model) (later)",
    ]


def test_runs_of_two_sets_are_not_compared(tmp_path: Path) -> None:
    a, b = write_run(tmp_path / "a"), write_run(tmp_path / "b", environment={"sha256": "0" * 64, "dataset": "autre"})
    report = build([read_run(a), read_run(b)], "en")
    assert "comparison" not in [part.name for part in report.sections]
    tables = [block for block in section(report, "results") if isinstance(block, Table)]
    assert [table.caption for table in tables if len(table.columns) == 2 and "Measures" in table.caption] == [
        "Measures on jeu.dev",
        "Measures on autre",
    ]


def test_columns_of_other_questions_come_with_a_warning(tmp_path: Path) -> None:
    first = write_run(tmp_path / "a")
    given = [answered("q0", "?", "Oui.", "oui"), answered("q1", "?", "Oui.", "oui")]
    second = write_run(tmp_path / "b", given, [score(p["id"], p) for p in given], measured=metrics(facts=estimate(0.9)))
    report = build([read_run(first), read_run(second)], "en")
    blocks = section(report, "results")
    assert any(getattr(block, "warning", False) for block in blocks)
    assert not any(
        cell.best for table in blocks if isinstance(table, Table) for row in table.rows for cell in row.cells
    )


def test_a_ranking_has_its_own_report(tmp_path: Path) -> None:
    names = ("ndcg@10", "ndcg_exponential@10", "recall@5", "recall@10", "recall@100", "mrr@10", "hit@1")
    measured = {name: estimate(0.5, 20, 0.3, 0.7) for name in names}
    measured |= {"latency_ms": {"search": {"p50": 8.0, "p95": 20.0, "n": 20}}, "by_kind": {"-": dict(measured)}}
    scores = [{"id": f"q{i}", "kind": None, "measures": dict.fromkeys(names, 0.5)} for i in range(3)]
    given = [{"id": f"q{i}", "question": "?", "found": [], "search_ms": 8.0} for i in range(3)]
    folder = write_run(
        tmp_path / "r", scores=scores, measured=measured, predictions=[{**p, "sentences": []} for p in given]
    )
    for language in LANGUAGES:
        write_report([folder, folder], tmp_path / f"{language}.html", language)
    found = curves.found_within(read_run(folder))
    assert found is not None and [e.value for e in found] == [0.0] + [1.0] * 9  # 1 / 0.5: all at rank two
    assert "nDCG@10" in (tmp_path / "en.md").read_text(encoding="utf-8")


def test_the_worst_come_first_and_are_not_all_alike(tmp_path: Path) -> None:
    given = [answered(f"q{i}", "?", "Oui.", "oui") for i in range(8)] + [
        abstained("r", "?"),
        answered("f", "?", "Oui.", "oui"),
    ]
    scores = [score(p["id"], p, answerable=False) for p in given[:8]]
    scores += [score("r", given[8], facts=0.0), score("f", given[9], fabrications={"items": 1, "uncited_sentences": 1})]
    run = read_run(write_run(tmp_path / "a", given, scores))
    assert failures(run, "r") == ["refused"]
    assert failures(run, "q0") == ["invented"]
    examples, faulty = worst("1", run, EN, 5)
    assert faulty == 10
    assert [one.heading for one in examples] == ["f", "q0", "q1", "q2", "r"]
    assert examples[1].wanted and not examples[0].wanted


def test_an_example_shows_all_that_is_needed(tmp_path: Path) -> None:
    removed = [{"text": "Le ministre l’a dit.", "reason": "name"}]
    given = [answered("q0", "Et ensuite ?", "Dix jours.", "dix jours", removed=removed)]
    row = {"id": "q0", "question": "Et ensuite ?", "facts": [["dix", "10"], ["payés?"]], "reference": "Dix jours payés.",
           "history": [{"question": "Combien de congés ?", "answer": "Cinq."}]}  # fmt: skip
    run = read_run(write_run(tmp_path / "a", given, [score("q0", given[0], facts=0.0, missing=[1])], questions=[row]))
    [one] = worst("1", run, Words("fr"))[0]
    assert one.history == (("Combien de congés ?", "Cinq."),)
    assert one.expected == (("dix | 10", True), ("payés?", False))
    assert one.quotes[0].place == "Durée › Cas · p. 3 · fiches/congés.md"
    assert one.removed == (("Le ministre l’a dit.", "un nom ne figure pas dans les sources"),)
    assert one.retrieved[0][1].startswith("fiches/congés.md")
    assert one.sentences == (("Dix jours.", (1,), "appui 0,93"),)
    run.judgements["rules"] = {"q0": [{"supported": False}]}
    [judged] = worst("1", run, Words("fr"))[0]
    assert judged.sentences[0][2] == "appui 0,93 · non portée, selon le juge indépendant"
    assert "phrase non portée, selon un juge indépendant" in judged.reasons


def test_every_drawing_has_its_figures_and_says_them(tmp_path: Path) -> None:
    folders = [write_run(tmp_path / p, provider=p, drawn=True) for p in ("embedded", "none")]
    report = build([read_run(folder) for folder in folders], "fr")
    figures = list(report.figures())
    assert [figure.name for figure in figures] == ["support", "answerability", "risk", "found", "times", "energy"]
    for figure in figures:
        assert figure.data.rows
        assert all(f"Sourcier ({p})" in figure.alt for p in ("modèle intégré", "sans modèle"))
        assert "<text" in figure.svg  # text, not outlines of letters


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_forms_have_the_same_content(tmp_path: Path, language: Language) -> None:
    # Figures are drawn for one language: what is drawn is the same.
    folders = [
        write_run(tmp_path / p, provider=p, drawn=p == "none" and language == "en") for p in ("embedded", "none")
    ]
    report = build([read_run(folder) for folder in folders], language)
    value, paper = to_json(report), to_markdown(report)
    assert [part["name"] for part in value["sections"]] == [part.name for part in report.sections]
    assert all(f"## {part.title}" in paper for part in report.sections)
    assert "<svg" not in paper and "svg" not in json.dumps(value)
    facts = value["sections"][0]["blocks"][0]["groups"][0][1][0]
    assert facts["cells"][0]["value"] == 0.64
    for block in (block for part in report.sections for block in part.blocks):
        if isinstance(block, Example):
            assert block.question in paper
        if isinstance(block, Figure | Table):
            assert len({len(row.cells) for row in (block.data if isinstance(block, Figure) else block).rows}) == 1


def test_french_figures_are_written_as_french_writes_them() -> None:
    words = Words("fr")
    assert words.share(0.6423) == "64,2\u00a0%"
    assert words.number(12345.6) == "12\u202f345,6"
    assert words.points(-0.02) == "−2,0"
    assert words.estimate(estimate(0.5, 4, 0.5, 0.5)).detail == "n\u00a0=\u00a04"  # all the same: no interval to claim
    assert Words("en").number(12345.6) == "12,345.6"
    path = "a : b.md"  # what others wrote keeps its spaces
    assert words("retrieved_at", path=path, start=0, end=9).startswith(path)
    assert words("judge_independent", judge="x") == "juge\u00a0: x"


@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        (lambda folder: (folder / "environment.json").unlink(), "environment.json"),
        (lambda folder: (folder / "metrics.json").unlink(), "--out"),
        (lambda folder: (folder / "scores.jsonl").write_text("{", encoding="utf-8"), "JSONDecodeError"),
        (lambda folder: (folder / "metrics.json").write_text("[]", encoding="utf-8"), "metrics.json"),
        (lambda folder: (folder / "predictions.jsonl").write_text('{"id": "q"}\n[]\n', encoding="utf-8"), "TypeError"),
    ],
)
def test_a_folder_that_cannot_serve_is_one_sentence(tmp_path: Path, spoil: object, wanted: str) -> None:
    folder = write_run(tmp_path / "a")
    spoil(folder)  # type: ignore[operator]
    with pytest.raises(RunError) as caught:
        write_report([folder], tmp_path / "page.html", "fr")
    for language in LANGUAGES:
        sentence = caught.value.in_language(language)
        assert str(folder) in sentence and wanted in sentence and "\n" not in sentence
    assert not (tmp_path / "page.html").exists()


def test_a_real_run_can_be_reported(tmp_path: Path, searcher: HandSearcher, telework: Document) -> None:
    file = tmp_path / "jeu.jsonl"
    rows = [
        {"id": "a", "question": "Combien de jours ?", "answerable": True, "facts": [["trois"]], "kind": "fact_number",
         "documents": [telework.path], "quotes": ["trois jours"]},
        {"id": "b", "question": "Qui préside ?", "answerable": False},
    ]  # fmt: skip
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    dataset = load_dataset(file)
    assert isinstance(dataset, QuestionSet)
    answer = make_answer(
        "Combien de jours ?", (("Trois jours.", (1,)),), (cite(telework, "trois jours"),), (hit_on(telework),)
    )
    assistant = HandAssistant(searcher, {"Combien de jours ?": answer})
    settings = load(environ={}, options={"home": tmp_path}).settings
    evaluate_answers(dataset, assistant, settings, tmp_path / "run")
    write_report([tmp_path / "run"], tmp_path / "page.html", "fr")
    assert "jeu" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_command_writes_the_three_files(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    command = [sys.executable, "-c", "from sourcier.app.cli import main; main()", "eval", "report"]
    environment = {"SOURCIER_HOME": str(tmp_path), "LANG": "C.UTF-8", "PATH": ""}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )

    done = run(str(folder), "--language", "en", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    written = json.loads(done.stdout)
    assert [Path(written[name]).is_file() for name in ("report", "markdown", "json")] == [True] * 3
    assert not (folder / "report.html").exists()  # the short report of the run is another file
    wrong = run(str(folder), "--out", "page.txt")
    assert (wrong.returncode, wrong.stdout) == (2, "") and "page.txt" in wrong.stderr


def test_a_run_keeps_its_colour_whatever_the_others_have_to_show(tmp_path: Path) -> None:
    silent = write_run(tmp_path / "a")
    spoken = [answered(f"q{i}", "?", "Oui.", "oui", timings_ms={}, energy_wh=0.0) for i in range(3)]
    scores = [score(p["id"], p, i > 0, passage_found=None) for i, p in enumerate(spoken)]
    second = write_run(tmp_path / "b", spoken, scores, environment={"engine": "plain"}, drawn=True)
    for figure in build([read_run(silent), read_run(second)], "en").figures():
        assert "--series-2" in figure.svg and "--series-1" not in figure.svg, figure.name
