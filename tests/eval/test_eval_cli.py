"""The command: light to import, clear when it fails, and alone on stdout with ``--json``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.eval.hand_made import HandAssistant, HandSearcher, cite, hit_on, make_answer

from sourcier.core.messages import catalogue
from sourcier.eval.bench import answer as bench
from sourcier.eval.metrics.summary import MEASURES, TIMINGS, TOKENS


def test_importing_the_command_loads_nothing_heavy() -> None:
    code = (
        "import sys, sourcier.eval.cli;"
        "sys.exit(' '.join({'torch', 'gradio', 'chromadb', 'llama_index', 'numpy', 'pydantic'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_both_languages_name_every_measure() -> None:
    names = {f"eval.measure_{name}" for name in (*MEASURES, *TIMINGS, *TOKENS, "energy_wh", "search")}
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
