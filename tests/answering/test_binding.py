from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.answering.binding import NAMES, Bound, Read, bind, read
from sourcier.app.answering.wanted import Wanted, found_values, holds
from sourcier.index.embedding import TokenVectors


def seen(text: str) -> Read:
    """A reading in which each word has a direction of its own, the same wherever it stands."""
    spans, vectors = [], []
    start = 0
    for word in text.split():
        at = text.index(word, start)
        start = at + len(word)
        spans.append((at, start))
        seed = int.from_bytes(word.strip(".,?").lower().encode()[:8].ljust(8, b"\0"), "little") % 2**32
        vector = np.random.default_rng(seed).normal(size=64)
        vectors.append(vector / np.linalg.norm(vector))
    return read(text, TokenVectors(np.array(spans).reshape(-1, 2), np.array(vectors, np.float32).reshape(-1, 64)))


def bound(question: str, *sentences: str, heading: str = "Rapport") -> Bound:
    return bind(
        seen(question), [(heading, seen(sentence)) for sentence in sentences], lambda stem: 2.0 if stem else 5.0
    )


def test_what_is_asked_of_is_found_beside_its_value() -> None:
    there = bound("Quel montant la caisse verse aux grévistes ?", "La caisse verse un montant de 65 $ aux grévistes.")
    assert (there.focus, there.value_near, there.value_gap, there.wants_value) == (1.0, 1.0, 0.0, 1.0)
    assert there.weakest == there.bound == 1.0


def test_a_near_miss_has_the_words_and_no_value() -> None:
    missed = bound("Quel montant la caisse verse aux grévistes ?", "La caisse verse un montant aux grévistes.")
    assert (missed.value, missed.values, missed.value_near) == (0.0, 0.0, 0.0)
    assert missed.value_gap == missed.bound == 1.0


def test_a_value_in_another_sentence_is_told_apart_from_one_in_the_right_one() -> None:
    apart = bound(
        "Quel montant la caisse verse aux grévistes ?",
        "La caisse verse un montant aux grévistes.",
        "Le souper coûte 12 $ par personne.",
    )
    assert 0.0 < apart.values < 1.0
    assert apart.value_gap > 0.3


def test_words_scattered_over_sentences_are_not_bound() -> None:
    asked = "Qui dirige le comité des finances ?"
    together = bound(asked, "Anne Roy dirige le comité des finances.")
    scattered = bound(asked, "Anne Roy dirige la chorale.", "Le comité se réunit.", "Les finances vont bien.")
    assert together.weakest > scattered.weakest
    assert together.bound > scattered.bound
    assert together.new_name == 1.0
    assert bound("Qui dirige le comité ?", "Le comité est dirigé avec soin.").new_name == 0.0


def test_a_number_that_no_sentence_holds_is_missed() -> None:
    assert bound("Quel était le budget en 2019 ?", "Le budget de 2023 était de 4 $.").years_missing == 1.0
    assert bound("Quel était le budget en 2023 ?", "Le budget de 2023 était de 4 $.").years_missing == 0.0


def test_a_value_that_the_question_gives_itself_is_no_answer() -> None:
    assert bound("Pourquoi combien de membres ont payé 65 $ ?", "Des membres ont payé 65 $.").values == 0.0


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text(max_size=60), st.lists(st.text(max_size=80), max_size=3))
def test_any_text_gives_finite_numbers(question: str, sentences: list[str]) -> None:
    found = bind(seen(question), [("Titre", seen(one)) for one in sentences], lambda stem: 1.0) if sentences else None
    if found is not None:
        assert all(np.isfinite(getattr(found, name)) for name in NAMES)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.text(alphabet="0123456789 $%janvier2024 p.,-/loi", max_size=60), st.sampled_from(list(Wanted)))
def test_values_are_found_where_they_stand(text: str, kind: Wanted) -> None:
    spans = list(found_values(kind, text))
    assert bool(spans) == holds(kind, text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
