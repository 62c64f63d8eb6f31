"""Telephone numbers, addresses, links, amounts and shares appear only where a quote holds them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.answering.particulars import unlisted

SPACES = [" ", "\u00a0", "\u202f"]


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("L'allocation est de 1 500 $ par mois.", "une allocation de 1500 dollars"),
        ("La région y consacre 20 millions d'euros.", "Un plan de vingt millions d’euros est annoncé"),
        ("The plan is worth €20 million.", "un programme de 20 millions d'euros"),
        ("Le budget est de 4,5 M$.", "un budget de 4 500 000 $"),
        ("Près de 12 % des membres.", "douze pour cent des membres"),
        ("12.5% of members", "12,5 pour cent des membres"),
        ("Appelez le 418-649-8888.", "tél. : (418) 649-8888"),
        ("Appelez le 649-8888.", "tél. : 1 418 649 8888"),
        ("Appelez le 1 800 465-0897.", "sans frais 1-800-465-0897"),
        ("Le numéro est le +33 5 61 33 50 50.", "+33 5 61 33 50 50"),
        ("Écrivez à Info@csq.qc.net.", "info@csq.qc.net"),
        ("Voir www.lacsq.org/ia.", "https://lacsq.org/ia/"),
        ("Le site est lacsq.org.", "https://www.lacsq.org/ia/plateforme"),
        ("L'entente 2024-2028, à l'article 5-3.00, vise 1 234 567 personnes le 2024-11-25.", "sans rapport"),
    ],
)
def test_the_same_thing_written_otherwise_is_listed(sentence: str, quote: str) -> None:
    assert unlisted(sentence, [quote]) == []


@pytest.mark.parametrize(
    ("sentence", "quote", "missing"),
    [
        ("L'allocation est de 1 500 $.", "une allocation de 1 550 $", ["1 500 $"]),
        ("L'allocation est de 40 $.", "une allocation de 40 €", ["40 $"]),
        ("Le budget est de 20 millions d'euros.", "un budget de 20 euros", ["20 millions d'euros"]),
        ("Le taux est de 12 %.", "les 12 membres", ["12 %"]),
        ("Appelez le 418 649-8889.", "au 418 649-8888", ["418 649-8889"]),
        ("Au poste 214.", "au poste 215", ["poste 214"]),
        ("Écrivez à info@csq.qc.ca.", "info@csq.qc.net", ["info@csq.qc.ca"]),
        ("Voir https://lacsq.org/autre.", "https://lacsq.org/ia", ["https://lacsq.org/autre"]),
        ("Voir evil.example.com.", "rien", ["evil.example.com"]),
    ],
)
def test_another_value_is_not(sentence: str, quote: str, missing: list[str]) -> None:
    assert unlisted(sentence, [quote]) == missing


def test_each_is_named_once_and_only_the_quotes_given_count() -> None:
    assert unlisted("Payez 30 $, oui 30 $.", []) == ["30 $"]
    assert unlisted("Payez 30 $ ou 40 $.", ["le prix est de 30 $", "ou de 40 $"]) == []


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    st.integers(1, 10**9),
    st.integers(1, 10**9),
    st.sampled_from(SPACES),
    st.sampled_from(["$", "€", "%"]),
    st.sampled_from(["", " ", "\u00a0"]),
)
def test_an_amount_is_its_value(value: int, other: int, space: str, unit: str, before: str) -> None:
    written = f"{value:,}".replace(",", space) + before + unit
    quote = f"Le tout est de {value} {unit}, dit-on."
    assert unlisted(f"On parle de {written}.", [quote]) == []
    if other != value:
        assert unlisted(f"On parle de {other}{before}{unit}.", [quote]) == [f"{other}{before}{unit}"]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(
    st.from_regex(r"[2-9]\d{2}[2-9]\d{6}", fullmatch=True),
    st.sampled_from(["{}-{}-{}", "({}) {}-{}", "{} {}-{}", "1 {} {}-{}", "{}.{}.{}", "+1 {} {} {}"]),
    st.sampled_from(["{}-{}-{}", "({}) {}-{}", "{} {} {}", "1-{}-{}-{}", "{}{}{}"]),
)
def test_a_telephone_number_is_its_digits(digits: str, first: str, second: str) -> None:
    parts = digits[:3], digits[3:6], digits[6:]
    assert unlisted(f"Appelez le {first.format(*parts)}.", [f"Téléphone : {second.format(*parts)}"]) == []
    wrong = parts[0], parts[1], f"{(int(parts[2]) + 1) % 10000:04d}"
    assert unlisted(f"Appelez le {first.format(*parts)}.", [f"Téléphone : {second.format(*wrong)}"])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(alphabet="0123456789 .,-+()@/%$€MkKabcé\u00a0\u202f", max_size=60))
def test_a_text_always_holds_what_it_gives(text: str) -> None:
    assert unlisted(text, [text]) == []
