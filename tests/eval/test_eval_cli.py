"""The command: light to import, clear when it fails, and alone on stdout with ``--json``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.eval.hand_made import HandAssistant, HandSearcher, abstain, cite, hit_on, make_answer

from sourcier.core.messages import catalogue
from sourcier.eval.bench import answer as bench
from sourcier.eval.dataset import Question
from sourcier.eval.judges import JUDGES
from sourcier.eval.metrics import summary
from sourcier.eval.metrics.answers import AnswerScores, score
from sourcier.eval.metrics.summary import MEASURES, TIMINGS, TOKENS


def test_importing_the_command_loads_nothing_heavy() -> None:
    code = (
        "import sys, sourcier.eval.cli;"
        "sys.exit(' '.join({'torch', 'gradio', 'chromadb', 'llama_index', 'numpy', 'pydantic'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _no_score() -> AnswerScores:
    return score(Question(id="q", question="Quoi ?", answerable=True), abstain("Quoi ?"), lambda _: None)


def test_both_languages_name_every_measure() -> None:
    names = {f"eval.measure_{name}" for name in (*MEASURES, *TIMINGS, *TOKENS, "energy_wh", "search")}
    # What a comparison and the tables of documents name, besides.
    names |= {f"eval.measure_{name}" for name in summary.per_question(_no_score())}
    names |= {f"eval.measure_judge_{name}" for name in JUDGES}
    assert names <= catalogue("fr").keys()
    ours = [{k for k in catalogue(language) if k.startswith("eval.")} for language in ("fr", "en")]
    assert ours[0] == ours[1]


def test_the_bench_times_every_question_but_the_first(searcher: HandSearcher) -> None:
    document = next(iter(searcher.documents()))
    quote = cite(document, "trois jours")
    answer = make_answer("a", (("Trois jours.", (1,)),), (quote,), (hit_on(document),))
    assistant = HandAssistant(searcher, dict.fromkeys(("a", "b"), answer))
    series = [bench.searches(searcher, ["a", "b", "c"]), *bench.answers(assistant, ["a", "b", "c"])]
    assert {one.name: len(one.values) for one in series} == {
        "search": 2, "first_source": 2, "first_sentence": 1, "total": 2, "prompt_tokens": 1
    }  # fmt: skip
    shown = bench.markdown(series, "embedded x", "fr")
    assert "| réponse : jetons lus | 300 | 300 | 1 |" in shown
    assert "embedded x" in shown.splitlines()[-1]
    assert "| – | – | 0 |" in bench.markdown([bench.Series("total", ())], "none", "fr")


def test_a_failure_is_one_line_without_traceback(tmp_path: Path) -> None:
    environment = {"SOURCIER_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    command = [sys.executable, "-c", "from sourcier.app.cli import main; main()"]
    arguments = ["eval", "run", "--dataset", "absent.jsonl", "--json"]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "absent.jsonl" in done.stderr and "--dataset" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_rows_that_nobody_has_read_are_said_to_be_so(tmp_path: Path) -> None:
    row = '{"id": "a", "question": "Quoi ?", "answerable": true, "reviewed": false}\n'
    (tmp_path / "jeu.jsonl").write_text(row, encoding="utf-8")
    environment = {"SOURCIER_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8", "SOURCIER_MODEL__PROVIDER": "none"}
    command = [
        sys.executable,
        "-c",
        "from sourcier.app.cli import main; main()",
        "eval",
        "run",
        "--dataset",
        "jeu.jsonl",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 1  # nothing is indexed
    assert "jeu.jsonl : 1 sur 1" in done.stderr and "--review jeu.jsonl" in done.stderr


def test_what_cannot_be_run_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "jeu.jsonl").write_text('{"id": "a", "question": "Quoi ?", "answerable": true}\n', encoding="utf-8")
    environment = {"SOURCIER_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8", "SOURCIER_LANGUAGE": "fr"}
    command = [
        sys.executable,
        "-c",
        "from sourcier.app.cli import main; main()",
        "eval",
        "run",
        "--dataset",
        "jeu.jsonl",
    ]
    for wrong, named in (
        (["--engine", "ragas"], "ragas"),
        (["--engine", "plain", "--provider", "none"], "none"),
        (["--judges", "rules,gpt"], "gpt"),
    ):
        done = subprocess.run(
            [*command, *wrong], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )
        assert done.returncode in (1, 2) and done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1 and named in done.stderr, done.stderr
        assert not (tmp_path / "home" / "runs").exists()
