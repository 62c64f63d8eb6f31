"""Judges one by one: what each is given, what it says, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.app.models import Turn, Usage
from sourcier.core.settings import ModelSettings, Settings
from sourcier.core.types import ModelInfo
from sourcier.eval.judges import JUDGES, JudgeError, Verdict, as_entailing, load_judge
from sourcier.eval.judges import _wrote as wrote
from sourcier.eval.judges.gate import VerifierJudge
from sourcier.eval.judges.lexical import RulesJudge
from sourcier.eval.judges.model import LABELS, ModelJudge, verdict_of
from sourcier.eval.judges.nearest import best_sentences
from sourcier.eval.judges.replies import Replies, key_of
from sourcier.eval.metrics.citations import Rules

SOURCE = "Le congé parental dure 65 semaines. La demande se fait par écrit. Le comité siège le mardi."
CLAIM = "Le congé parental dure 65 semaines."


def test_an_unknown_judge_names_those_there_are() -> None:
    for name in ("ragas", "rules:x", ""):
        with pytest.raises(JudgeError) as raised:
            load_judge(name, Settings())
        assert all(known in str(raised.value) for known in JUDGES)


def test_a_model_judge_needs_a_model() -> None:
    with pytest.raises(JudgeError, match="--provider"):
        load_judge("model", Settings(model=ModelSettings(provider="none")))


def test_a_cross_encoder_is_never_fetched_and_the_message_says_how_to_have_one(tmp_path: Path) -> None:
    for name in ("nli", "nli:absent/model", f"nli:{tmp_path / 'nowhere'}"):
        with pytest.raises(JudgeError, match="hf download"):
            load_judge(name, Settings())


def test_who_wrote_is_known_by_weights_and_by_name_where_they_are_unknown() -> None:
    mine = ModelInfo("embedded", "qwen", "abc")
    assert wrote(mine, [ModelInfo("embedded", "other", "abc")])
    assert wrote(mine, [{"provider": "ollama", "name": "x", "digest": "abc"}])
    assert wrote(mine, [{"name": "qwen", "digest": ""}])  # unknown weights of that name: no claim to independence
    assert not wrote(mine, [{"name": "qwen", "digest": "def"}, {"name": "llama"}])
    assert not wrote(mine, [])


def test_rules_say_what_the_metric_says_and_stand_apart_from_the_product() -> None:
    judge = load_judge("rules", Settings())
    assert (judge.name, judge.independent) == ("rules", True)
    for claim in (CLAIM, "Le congé parental dure 60 semaines.", "La CSQ siège le mardi."):
        assert judge.judge(claim, [SOURCE], "").supported == Rules().entails(claim, [SOURCE], "")


def test_the_verifier_judges_from_its_threshold_and_is_told_by_what_it_learnt() -> None:
    verifier = Verifier.load(None)  # words alone: no embedding model is loaded
    judge = VerifierJudge(verifier, 0.7)
    assert (judge.name, judge.independent) == ("verifier", False)
    reworded = "Le congé parental a une durée de 65 semaines."
    right, wrong = judge.judge(reworded, [SOURCE], ""), judge.judge("Le congé parental dure 60 semaines.", [SOURCE], "")
    assert right.supported
    assert not wrong.supported
    assert right.score is not None
    assert not VerifierJudge(verifier, min(1.0, right.score + 1e-6)).judge(reworded, [SOURCE], "").supported
    assert judge.judge("", [SOURCE], "") == judge.judge(CLAIM, [], "") == Verdict(False, 0.0)
    assert judge.digest == VerifierJudge(verifier, 0.7).digest != VerifierJudge(verifier, 0.5).digest


def test_a_whole_sentence_of_the_source_is_faithful_whatever_was_asked() -> None:
    verifier = Verifier.load(None)
    judge = VerifierJudge(verifier, 0.7)
    beside = "Quand Nadia Lebrun-Côté préside-t-elle l'assemblée de Rimouski?"
    # What the product's gate makes of it, where it is an answer.
    assert verifier.verify(CLAIM, [Evidence(CLAIM)], question=beside).support < 0.7
    for sources in ([SOURCE], [f"Calendrier.\n{SOURCE}", "La bibliothèque ouvre à midi."], [f"- {CLAIM}"]):
        assert judge.judge(CLAIM, sources, beside) == Verdict(True, 1.0)
    # Typography is no wording; a part of a sentence, another figure and a bare answer are judged with their question.
    assert judge.judge("Le congé parental dure 65\u00a0semaines", [SOURCE], beside) == Verdict(True, 1.0)
    for claim, sources in (
        ("Le congé dure 65 semaines.", [SOURCE]),
        ("Le congé parental dure 60 semaines.", [SOURCE]),
        ("65 semaines.", [SOURCE]),
        ("Oui.", ["Oui. Le comité siège le mardi."]),
        (CLAIM, ["Le congé parental dure 65 semaines au plus."]),
    ):
        assert not judge.judge(claim, sources, beside).supported, claim


def test_as_entailing_asks_once_and_nothing_entails_without_a_quote() -> None:
    asked: list[str] = []

    class Counting(RulesJudge):
        def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
            asked.append(claim)
            return super().judge(claim, sources, question)

    entailing = as_entailing(Counting())
    assert [entailing.entails(CLAIM, [SOURCE], "") for _ in range(3)] == [True] * 3
    assert not entailing.entails(CLAIM, [], "")
    assert asked == [CLAIM]


def test_the_same_sentences_are_shown_in_whatever_order_the_sources_come() -> None:
    sources = [f"Le congé numéro {i} dure {i} semaines. Rien d'autre ici." for i in range(1, 30)]
    first = best_sentences("Le congé numéro 7 dure 7 semaines.", sources, 4)
    assert len(first) == 4
    assert "Le congé numéro 7 dure 7 semaines." in first
    random.Random(2).shuffle(sources)
    assert set(best_sentences("Le congé numéro 7 dure 7 semaines.", sources, 4)) == set(first)


@pytest.mark.parametrize(
    ("replies", "verdict"),
    [
        ([{"soutenu": 0.9, "non": 0.1}, {"soutenu": 0.7, "partiel": 0.3}], Verdict(True, 0.8)),
        ([{"soutenu": 1.0}, {"non": 1.0}], Verdict(False, 0.5)),  # one order each: no support
        ([{"soutenu": 0.4, "partiel": 0.4, "non": 0.2}] * 2, Verdict(False, 0.4)),  # « partiel » is no support
        ([{"soutenu": 0.3, "non": 0.1}] * 2, Verdict(False, None, readable=False)),  # it would have said something else
        ([{"soutenu": 0.6, "non": 0.0}] * 2, Verdict(True, 1.0)),
        ([{}, {}], Verdict(False, None, readable=False)),
    ],
)
def test_two_replies_make_one_verdict(replies: list[dict[str, float]], verdict: Verdict) -> None:
    assert verdict_of(replies) == verdict


def test_what_a_model_likes_to_say_is_taken_away_from_what_it_says() -> None:
    reply = {"soutenu": 0.3, "partiel": 0.3, "non": 0.4}
    assert not verdict_of([reply]).supported
    # About nothing it says « soutenu » one time in ten: three in ten is then a finding. 3 / (3 + 1 + 2/3).
    leaning = {"soutenu": 0.1, "partiel": 0.3, "non": 0.6}
    assert verdict_of([reply], [leaning]) == Verdict(True, round(3 / (3 + 1 + 2 / 3), 6))
    # And a word that it always says is no finding at all.
    assert not verdict_of([{"soutenu": 0.9, "non": 0.1}], [{"soutenu": 0.95, "non": 0.05}]).supported


class Leaning:
    """A language model that likes the word it is offered first, and counts how often it is asked."""

    info = ModelInfo("embedded", "leaning", "f" * 64)
    context = 4096
    usage = Usage()

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ready(self) -> bool:
        return True

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        raise AssertionError("it gives chances: nothing is to be written")

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        self.asked.append(turns[-1].text)
        offered = turns[-1].text.rpartition(" : ")[2]
        return {label: 0.9 if offered.startswith(label) else 0.05 for label in options}

    def close(self) -> None: ...


def test_a_model_that_leans_to_the_first_word_supports_nothing(tmp_path: Path) -> None:
    model = Leaning()
    judge = ModelJudge(model, independent=True, kept=Replies(tmp_path / "v.jsonl"))
    assert not judge.judge(CLAIM, [SOURCE], "").supported
    about = [text for text in model.asked if CLAIM in text]
    assert {text.rpartition(" : ")[2].split(",")[0] for text in about} == {LABELS[0], LABELS[2]}
    assert len(model.asked) == 4  # both orders, of the claim and of nothing


def test_verdicts_are_kept_and_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    ModelJudge(Leaning(), independent=True, kept=Replies(path)).judge(CLAIM, [SOURCE], "")
    kept = path.read_text(encoding="utf-8")
    assert "congé" not in kept  # numbers, and no text of anyone's
    path.write_text(kept + '{"key": "abc", "suppo', encoding="utf-8")
    again = Leaning()
    judge = ModelJudge(again, independent=True, kept=Replies(path))
    judge.judge(CLAIM, [SOURCE], "")
    assert again.asked == []
    judge.judge("La demande se fait par écrit.", [SOURCE], "")
    judge.judge(CLAIM, [SOURCE], "Combien de temps dure le congé ?")  # another question, another verdict
    assert len(again.asked) == 4  # two claims in two orders; nothing was asked about nothing again
    assert len(Replies(path)) == 8


def test_a_key_tells_apart_what_joined_text_would_not() -> None:
    assert key_of("a", "b c") != key_of("a b", "c")
    assert key_of("a", "b") == key_of("a", "b")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with a head of three labels, of random weights that are always the same."""
    import torch
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification

    place = Path(__file__).parents[1] / "index" / "tiny_model.py"
    made = importlib.util.spec_from_file_location("tiny_model_judging", place)
    assert made is not None
    assert made.loader is not None
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    base = module.write_model(tmp_path_factory.mktemp("tiny") / "embedder")
    torch.manual_seed(5)
    labels = {0: "contradiction", 1: "ENTAILMENT", 2: "neutral"}
    configuration = AutoConfig.from_pretrained(str(base), num_labels=3, id2label=labels)
    target = tmp_path_factory.mktemp("cross") / "encoder"
    BertForSequenceClassification(configuration).save_pretrained(str(target))
    AutoTokenizer.from_pretrained(str(base)).save_pretrained(str(target))
    return target


def test_a_cross_encoder_gives_the_chance_of_entailment_by_its_best_premise(encoder: Path) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Softmax

    judge = load_judge(f"nli:{encoder}", Settings())
    assert (judge.name, judge.independent) == ("nli", True)
    other = "Le comité siège le mardi. Il a deux membres."
    verdict = judge.judge(CLAIM, [SOURCE, other], "")
    premises = [SOURCE, other, " ".join(best_sentences(CLAIM, [SOURCE, other], 3))]
    raw = CrossEncoder(str(encoder), device="cpu", activation_fn=Softmax(dim=-1))
    chances = raw.predict([(premise, CLAIM) for premise in premises], show_progress_bar=False)[:, 1]
    assert verdict.score == pytest.approx(float(chances.max()), abs=1e-5)
    assert verdict.supported == (float(chances.max()) > 0.5)
    assert judge.judge("", [SOURCE], "") == Verdict(False, 0.0)
    assert judge.judge(CLAIM, [], "") == Verdict(False, 0.0)


def test_a_cross_encoder_of_another_trade_is_refused(encoder: Path, tmp_path: Path) -> None:
    import shutil

    target = shutil.copytree(encoder, tmp_path / "reranker")
    configuration = json.loads((target / "config.json").read_text(encoding="utf-8"))
    configuration["id2label"] = {"0": "a", "1": "b", "2": "c"}
    configuration["label2id"] = {"a": 0, "b": 1, "c": 2}
    (target / "config.json").write_text(json.dumps(configuration), encoding="utf-8")
    with pytest.raises(JudgeError, match="entailment"):
        load_judge(f"nli:{target}", Settings())


@pytest.mark.slow
def test_the_embedded_model_tells_a_sentence_from_another(tmp_path: Path) -> None:
    judge = load_judge("model", Settings(home=tmp_path, model=ModelSettings(provider="embedded")))
    right = judge.judge(CLAIM, [SOURCE], "Combien de semaines dure le congé parental ?")
    wrong = judge.judge("Le congé parental est de deux jours, sans salaire.", [SOURCE], "")
    assert right.readable
    assert wrong.readable
    assert right.score is not None
    assert wrong.score is not None
    assert wrong.score < right.score
