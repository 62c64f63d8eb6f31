"""Numbers spelt out in French and English, from 2 to 100 (1 is an article too often), ranks and round numbers."""

from __future__ import annotations

__all__ = ["MONTHS", "ONES", "WORDS"]

_FRENCH = "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_FRENCH_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "quatre-vingt": 80}
_FRENCH_ROUNDS = {
    "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "quatre-vingts": 80, "cent": 100,
}  # fmt: skip
_ENGLISH = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen"
)
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_MONTH_NAMES = (
    "janvier janv january jan|février févr fevrier february feb|mars march mar|avril avr april apr|mai may|juin june jun"
    "|juillet juil july jul|août aout august aug|septembre september|octobre october oct"
    "|novembre november nov|décembre decembre december déc dec"
)


def _french() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_FRENCH.split(), 2)}
    words |= {f"dix-{unit}": 10 + words[unit] for unit in ("sept", "huit", "neuf")}
    below_20 = {value: word for word, value in words.items()} | {1: "un"}
    for base, tens in _FRENCH_TENS.items():
        words[base] = tens
        for extra in range(1, 20 if tens in {60, 80} else 10):
            link = "-et-" if extra in {1, 11} and tens != 80 else "-"
            words[f"{base}{link}{below_20[extra]}"] = tens + extra
    return words | {_rank(word): value for word, value in words.items()} | _FRENCH_ROUNDS


def _rank(word: str) -> str:
    """The ordinal: « cinq » gives « cinquième », « neuf » « neuvième », « quatre » « quatrième »."""
    if word.endswith("cinq"):
        return f"{word}uième"
    return f"{word.removesuffix('f')}vième" if word.endswith("neuf") else f"{word.removesuffix('e')}ième"


def _english() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_ENGLISH.split(), 2)}
    units = {"one": 1} | {word: value for word, value in words.items() if value < 10}
    for tens, base in enumerate(_ENGLISH_TENS.split(), 2):
        words |= {base: tens * 10} | {f"{base}-{unit}": tens * 10 + value for unit, value in units.items()}
    return words | {"third": 3, "hundred": 100}


#: Words that claim a number; compounds are written with hyphens.
WORDS = _french() | _english()
#: Words that prove a 1 but do not claim one.
ONES = {"un": 1, "une": 1, "one": 1, "premier": 1, "première": 1, "first": 1}
#: Names and usual abbreviations of the months, 1 to 12.
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split("|"), 1) for name in names.split()}
