"""What a comparison of engines is made of: written answers read, kept and judged. The engines run in the bench."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from sourcier.eval.dataset import Question, load_dataset
from sourcier.eval.engines.__main__ import spread
from sourcier.eval.engines.compared import compared
from sourcier.eval.engines.record import Record, Records, claims_in, declines
from sourcier.eval.metrics.citations import Claim

SOURCES = {1: "Le congé dure 65 semaines.", 2: "Il est payé par l'État."}


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Le congé dure 65 semaines [1].", [Claim("Le congé dure 65 semaines.", (SOURCES[1],))]),
        ("Le congé dure 65 semaines. [1]", [Claim("Le congé dure 65 semaines.", (SOURCES[1],))]),
        (
            "Il dure 65 semaines. [1][2] Il est payé.",
            [Claim("Il dure 65 semaines.", (SOURCES[1], SOURCES[2])), Claim("Il est payé.", ())],
        ),
        ("Il dure 65 semaines [1, 7].", [Claim("Il dure 65 semaines.", (SOURCES[1],), 1)]),
        ("", []),
    ],
)
def test_markers_belong_to_the_sentence_that_they_end(text: str, claims: Sequence[Claim]) -> None:
    assert list(claims_in(text, SOURCES)) == claims


@pytest.mark.parametrize(
    ("text", "so"),
    [
        ("Je ne sais pas.", True),
        ("Les extraits ne mentionnent pas de prime [1]. La prime est de 10 $.", True),
        ("Il n'y a pas d'information sur ce sujet dans les sources.", True),
        ("None of the sources provided mention a bonus.", True),
        ("The sources do not contain the answer.", True),
        ("Empty Response", True),
        ("", True),
        ("Le congé dure 65 semaines [1].", False),
        ("La CSQ demande un préavis de trente jours [2]. Les extraits ne mentionnent pas autre chose.", False),
    ],
)
def test_an_answer_that_declines_is_recognised_in_both_languages(text: str, so: bool) -> None:
    assert declines(text) is so


def _record(engine: str, row_id: str, text: str, *claims: Claim, declined: bool = False) -> Record:
    timings = {"first_source": 100.0, "first_sentence": 2000.0, "total": 3000.0}
    return Record(engine, row_id, text, declined, claims, timings, {"prompt_tokens": 400, "cached_tokens": 100}, 0.05)


def test_a_run_that_was_stopped_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    first = _record("ours", "a", "Il dure 65 semaines.", Claim("Il dure 65 semaines.", (SOURCES[1],)))
    Records(path).add(first)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"engine": "ours", "id": "b", "te')  # killed in mid-line
    assert Records(path).get("ours", "a") == first
    assert Records(path).get("ours", "b") is None
    assert Records(path, ["ours"]).get("ours", "a") is None


class Everything:
    """A judge that believes everything."""

    def entails(self, claim: str, quotes: Sequence[str], question: str) -> bool:
        return True


def test_the_table_counts_what_each_engine_did() -> None:
    questions = [
        Question(id="a", question="Combien de semaines dure le congé ?", answerable=True, facts=((re.compile("65"),),)),
        Question(id="b", question="Qui préside le comité ?", answerable=False),
    ]
    answers = {
        "ours": [
            _record("ours", "a", "Le congé dure 65 semaines. [1]", Claim("Le congé dure 65 semaines.", (SOURCES[1],))),
            _record("ours", "b", "Les documents ne le disent pas.", declined=True),
        ],
        "plain": [
            _record("plain", "a", "Je ne sais pas.", declined=True),
            _record("plain", "b", "The committee is led by Ann.", Claim("The committee is led by Ann.", ())),
        ],
    }
    lines = compared(questions, answers, Everything(), "fr").splitlines()
    cells = {row[1]: row[2:4] for row in ([c.strip() for c in line.split("|")] for line in lines)}
    assert cells[""] == ["Sourcier", "chaîne simple"]
    shares = {name: [value.split(" %")[0] for value in row] for name, row in cells.items()}
    assert shares["faits trouvés"] == ["100.0", "0.0"]
    assert shares["phrases portées par leurs citations (règles)"] == ["100.0", "0.0"]
    assert shares["phrases avec citation"] == ["100.0", "0.0"]
    assert shares["répondues à tort"] == ["0.0", "100.0"]
    assert shares["refusées à tort"] == ["0.0", "100.0"]
    assert shares["langue de la question gardée"] == ["100.0", "0.0"]
    assert cells["réponse entière (s)"][0].startswith("3.00 / 3.00")


def test_fewer_questions_are_spread_over_the_set() -> None:
    rows = load_dataset(Path(__file__).parents[2] / "eval" / "data" / "cinq_documents.dev.jsonl").questions  # type: ignore[union-attr]
    few = spread(rows, 10)
    assert len({row.id for row in few}) == 10
    assert spread(rows, 10_000) == list(rows)
    assert {row.answerable for row in few} == {True, False}
