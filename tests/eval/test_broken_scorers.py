"""What popular scorers get wrong, and what ours makes of the same inputs."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.eval.hand_made import MODEL, abstain, cite, hit_on, make_answer, make_document

import sourcier.eval.metrics.citations as citations_module
from sourcier.app.models import Turn, Usage
from sourcier.core.types import Document, ModelInfo
from sourcier.eval.dataset import Question
from sourcier.eval.engines.written import Source, answer_from_text
from sourcier.eval.judges import Verdict, as_entailing
from sourcier.eval.judges.lexical import OverlapJudge, RulesJudge
from sourcier.eval.judges.model import ModelJudge, turns_of, word_of
from sourcier.eval.judges.nearest import best_sentences
from sourcier.eval.judges.replies import Replies
from sourcier.eval.metrics.answers import Tally, score
from sourcier.eval.metrics.citations import Claim, citation_counts, claims_of
from sourcier.eval.metrics.intervals import proportion
from sourcier.eval.metrics.summary import quality
from sourcier.eval.metrics.text import markers, quoted_spans
from sourcier.eval.trials.claims import Labelled
from sourcier.eval.trials.trial import scored
from sourcier.ingest.sentences import split_sentences

SOURCE = "Le congé parental dure 65 semaines. La demande se fait par écrit."
GOOD = "Le congé parental dure 65 semaines."


class Speaking:
    """A language model that says one thing, whatever it is asked, with no chances given: a server of another time."""

    info = ModelInfo("ollama", "speaking", "0" * 12)
    context = 4096
    usage = Usage()

    def __init__(self, reply: str) -> None:
        self._reply = reply

    def ready(self) -> bool:
        return True

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        yield self._reply

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        return None

    def close(self) -> None: ...


def said(reply: str, folder: Path) -> Verdict:
    judge = ModelJudge(Speaking(reply), independent=True, kept=Replies(folder / "verdicts.jsonl"))
    return judge.judge(GOOD, [SOURCE], "")


def claims_in(text: str, sources: dict[int, str]) -> list[Claim]:
    """The sentences of a written answer with the sources that their markers name, as every engine's answers are read."""
    numbered = {
        number: Source.whole(hit_on(make_document(f"{number:016}", f"{number}.txt", source)))
        for number, source in sources.items()
    }
    hits = [source.hit for source in numbered.values()]
    return claims_of(answer_from_text("?", text, numbered, hits, MODEL, timings_ms={}, usage={}, energy_wh=0.0))


@pytest.mark.parametrize("reply", ["Oui", "Oui.", "« Oui »", "Soutenu", "soutenu, car l'extrait le dit"])
def test_a_french_yes_is_a_yes(reply: str, tmp_path: Path) -> None:
    assert said(reply, tmp_path) == Verdict(True, 1.0)


@pytest.mark.parametrize("reply", ["NO. Yesterday's rule was another one", "Non, bien qu'il soit soutenu ailleurs"])
def test_a_yes_within_another_word_or_after_a_no_is_none(reply: str, tmp_path: Path) -> None:
    assert said(reply, tmp_path) == Verdict(False, 0.0)


@pytest.mark.parametrize("reply", ["", "…", "Yesterday's rule", "Nonobstant ce qui précède", '{"verdict": ', "{{'a'"])
def test_what_is_no_verdict_is_told_and_supports_nothing(reply: str, tmp_path: Path) -> None:
    assert said(reply, tmp_path) == Verdict(False, None, readable=False)


def test_an_unreadable_verdict_can_never_be_a_support() -> None:
    with pytest.raises(ValueError, match="unreadable"):
        Verdict(True, readable=False)


def test_the_claim_and_its_sources_reach_the_judge() -> None:
    turns = turns_of(GOOD, ["La demande se fait par écrit."], "Combien de temps dure-t-il ?", ("a", "b", "c"))
    assert all(
        part in turns[-1].text for part in (GOOD, "La demande se fait par écrit.", "Combien de temps dure-t-il ?")
    )


def test_one_good_citation_among_nine_invented_ones() -> None:
    counts = citation_counts([Claim(GOOD, (SOURCE,), astray=9)], as_entailing(RulesJudge()))
    assert counts.citations == 10
    assert counts.useful / counts.citations <= 0.1
    assert citation_counts([Claim(GOOD, (SOURCE,))], as_entailing(RulesJudge())).useful == 1


def test_a_sentence_whose_only_citation_was_not_retrieved_stays_in_the_denominator() -> None:
    claims = claims_in(f"{GOOD} [1] La paie est doublée [9].", {1: SOURCE})
    assert [(len(claim.quotes), claim.astray) for claim in claims] == [(1, 0), (0, 1)]
    counts = citation_counts(claims, as_entailing(RulesJudge()))
    assert (counts.supported, counts.claims, counts.citations) == (1, 2, 2)


def test_such_a_citation_is_a_fabrication(leave: Document, telework: Document) -> None:
    asked = Question(id="q", question="Combien de semaines ?", answerable=True)
    astray = cite(telework, "trois jours")
    found = make_answer(asked.question, (("Trois jours.", (1,)),), (astray,), (hit_on(leave),))
    texts = {d.document_id: d.text for d in (leave, telework)}
    assert score(asked, found, texts.get).fabrications.passages_not_retrieved == 1


@pytest.mark.parametrize(
    "text", ["Il est « payé à 75 % ».", "Il est “payé à 75 %”.", "Il est «\u00a0payé à 75 %\u00a0»."]
)
def test_french_and_curly_quotation_marks_are_read_and_checked(text: str, leave: Document) -> None:
    asked = Question(id="q", question="Comment est-il payé ?", answerable=True)

    def spans(sentence: str) -> Tally:
        given = make_answer(asked.question, ((sentence, (1,)),), (cite(leave, leave.text),), (hit_on(leave),))
        return score(asked, given, {leave.document_id: leave.text}.get).quoted_spans

    assert len(quoted_spans(text)) == 1
    assert spans(text) == Tally(1, 1)
    assert spans(text.replace("75", "90")) == Tally(0, 1)  # an invented quotation is not let through


def test_no_quotation_is_no_measure_rather_than_a_failure() -> None:
    assert quoted_spans("Il est payé.") == []
    assert proportion(0, 0).value is None


ABBREVIATIONS = (
    "Selon l'art. L. 1234-1 du Code, le préavis est d'un mois [1]. M. Dupont en a fait la demande, cf. n° 12 [2]. "
    "Mme Roy (al. 3) l'a acceptée [1]. L'employeur, p. ex. une école, répond par écrit [3]."
)


def test_abbreviations_do_not_break_sentences() -> None:
    assert len(split_sentences(ABBREVIATIONS)) == 4
    claims = claims_in(ABBREVIATIONS, {1: "a", 2: "b", 3: "c"})
    assert [claim.quotes for claim in claims] == [("a",), ("b",), ("a",), ("c",)]


def test_a_citation_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    claims = claims_in("Le congé dure 65 semaines.[1] La demande se fait par écrit. [2]", {1: "un", 2: "deux"})
    assert [(claim.text, claim.quotes) for claim in claims] == [
        ("Le congé dure 65 semaines.", ("un",)),
        ("La demande se fait par écrit.", ("deux",)),
    ]


def test_no_marker_is_a_sentence_of_its_own() -> None:
    assert len(claims_in("Le congé dure 65 semaines. [1].", {1: SOURCE})) == 1


@pytest.mark.parametrize("text", ["Vrai [2, 3].", "Vrai [2,3].", "Vrai [2 ; 3].", "Vrai [2][3].", "Vrai. [2] [3]"])
def test_two_numbers_in_one_bracket_are_two_citations(text: str) -> None:
    assert markers(text) == {2, 3}
    assert [claim.quotes for claim in claims_in(text, {2: "b", 3: "c"})] == [("b", "c")]


def claim(supported: bool, group: str = "g") -> Labelled:
    return Labelled(GOOD, (SOURCE,), supported, "kind", group)


def test_unreadable_verdicts_stay_in_the_mean() -> None:
    verdicts = [Verdict(True), Verdict(False, readable=False), Verdict(False, readable=False)]
    trial = scored([claim(True), claim(True), claim(False)], verdicts)
    assert (trial.right, trial.right_supported, trial.unreadable) == (2, 1, 2)
    assert trial.sensitivity.value == 0.5


def test_a_judge_that_gives_fewer_verdicts_than_it_was_asked_for_has_no_score() -> None:
    with pytest.raises(ValueError, match="shorter"):
        scored([claim(True), claim(True)], [Verdict(True)])


def test_an_empty_answer_has_no_score_rather_than_the_best_one() -> None:
    counts = citation_counts([], as_entailing(RulesJudge()))
    assert proportion(counts.supported, counts.claims).value is None
    assert proportion(counts.useful, counts.citations).value is None


@pytest.mark.parametrize("judge", [RulesJudge(), OverlapJudge()])
def test_an_empty_claim_or_no_source_is_no_support(judge: RulesJudge | OverlapJudge) -> None:
    assert not judge.judge("", [SOURCE], "").supported
    assert not judge.judge(GOOD, [], "").supported
    assert not as_entailing(judge).entails(GOOD, [], "")


def test_an_abstention_is_never_scored_as_a_good_answer(leave: Document) -> None:
    asked = Question(id="q", question="Combien de semaines ?", answerable=True)
    given = abstain(asked.question)
    scores = score(asked, given, {leave.document_id: leave.text}.get)
    assert claims_of(given) == []
    measured = quality([scores])
    # Nothing was said, so nothing was well said; and what could be answered was not.
    assert {measured[name].value for name in ("citation_recall", "citation_precision", "coverage")} == {None}
    assert measured["wrongly_refused"].value == 1.0


def test_the_reply_of_a_judge_is_never_run(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    verdict = said(f"__import__('pathlib').Path({str(target)!r}).touch()", tmp_path)
    assert not verdict.readable
    assert not target.exists()


def test_no_text_is_run_as_a_program_anywhere_in_the_evaluation() -> None:
    root = Path(citations_module.__file__).parents[1]
    found = [
        f"{path.name}:{node.lineno}"
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}
    ]
    assert found == []


def test_a_proof_at_the_end_of_a_long_source_is_read() -> None:
    words = ["réunion", "salle", "projet", "budget", "comité", "rapport", "séance", "avis", "bilan", "plan"]
    rng = random.Random(0)
    filler = " ".join(f"La {' '.join(rng.sample(words, 6))} se tient." for _ in range(800))
    source = f"{filler} {GOOD}"
    assert len(source) > 30_000
    assert RulesJudge().judge(GOOD, [source], "").supported
    assert OverlapJudge().judge(GOOD, [source], "").supported
    assert GOOD in best_sentences(GOOD, [source], 6, 800)
    # And never a half of a sentence: one that is longer than what fits is given whole.
    long = "Le congé parental " + "très " * 300 + "long dure 65 semaines."
    assert best_sentences(GOOD, [long], 6, 800) == [long]


@pytest.mark.parametrize(
    ("reply", "word"),
    [("Partiellement soutenu", "partiel"), ("non.", "non"), ("NON", "non"), ("pas soutenu", None), ("souteneur", None)],
)
def test_the_first_whole_word_decides(reply: str, word: str | None) -> None:
    assert word_of(reply) == word
