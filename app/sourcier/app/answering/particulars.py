"""Telephone numbers, addresses, links, amounts and shares: shown only where a cited passage holds them.

A wrong number to call, a wrong amount, a link that leads elsewhere do harm even in a sentence that is otherwise right, and
a language model knows many of them by heart. So each one that a sentence gives must be in one of its own quotes, whatever
the verifier makes of the sentence. The comparison is of values, not of writing: « 1 500 $ » is « 1500 dollars ».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

__all__ = ["Particular", "particulars", "unlisted"]

#: Digits of a telephone number without its area code.
_LOCAL = 7
_SPACE = r"[ \u00a0\u202f\u2009\u2007]"
_EMAIL = re.compile(r"[\w.+-]+(?:\s?@\s?|\s?\(at\)\s?|\s?\[at\]\s?)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_ENDINGS = "ca|qc|com|org|net|fr|be|ch|eu|info|edu|gouv|gov|io|ai|uk|us|tv|me|co|app|dev"
_URL = re.compile(
    rf"(?:https?://|www\.)[^\s<>«»\"”()\[\]{{}}]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:{_ENDINGS})(?![\w-]|\.[a-z0-9])(?:/[^\s<>«»\"”()\[\]{{}}]*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+?\d{1,3}[ \u00a0\u202f.-]?)?(?:\(\d{2,4}\)|\d{1,4})"
    r"(?:[ \u00a0\u202f.\u2010\u2011-]{0,2}\d{2,4}){1,5}(?![\w/]|[.,]\d)"
)
_EXTENSION = re.compile(rf"\b(?:poste|ext(?:ension)?\.?|#){_SPACE}*(\d{{2,6}})\b", re.IGNORECASE)
_SCALES = {
    "k": 10**3, "mille": 10**3, "millier": 10**3, "milliers": 10**3, "thousand": 10**3,
    "m": 10**6, "million": 10**6, "millions": 10**6,
    "md": 10**9, "mds": 10**9, "g": 10**9, "milliard": 10**9, "milliards": 10**9, "billion": 10**9, "billions": 10**9,
}  # fmt: skip
_CURRENCIES = {
    "$": "$", "dollar": "$", "dollars": "$", "cad": "$", "€": "€", "euro": "€", "euros": "€", "eur": "€",
    "£": "£", "livres": "£", "pounds": "£", "¢": "¢", "cent": "¢", "cents": "¢",
}  # fmt: skip
_NUMBER = rf"\d{{1,3}}(?:{_SPACE}\d{{3}})+(?:[.,]\d+)?|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_SCALE = rf"(?:{_SPACE}*(?P<scale>mille|milliers?|millions?|milliards?|thousand|billions?|k|mds?|m|g)(?![^\W\d_]))?"
_UNIT = r"\$|€|£|¢|dollars?\b|euros?\b|cad\b|eur\b|cents?\b(?=\s*(?:[.,;:!?)]|$))|pounds?\b"
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER}){_SCALE}(?:{_SPACE}*(?:de|d['’]|of))?{_SPACE}*(?P<unit>{_UNIT})",
    re.IGNORECASE,
)
_AMOUNT_BEFORE = re.compile(rf"(?P<unit>[$€£]){_SPACE}*(?P<number>{_NUMBER}){_SCALE}", re.IGNORECASE)
_SHARE = re.compile(
    rf"(?P<number>{_NUMBER}){_SPACE}*(?:%|pour{_SPACE}cent\b|per{_SPACE}?cent\b|p\.{_SPACE}?100\b)", re.IGNORECASE
)
_WORDS = {
    word: value
    for value, words in {
        1: "un une one", 2: "deux two", 3: "trois three", 4: "quatre four", 5: "cinq five", 6: "six", 7: "sept seven",
        8: "huit eight", 9: "neuf nine", 10: "dix ten", 11: "onze eleven", 12: "douze twelve", 13: "treize thirteen",
        14: "quatorze fourteen", 15: "quinze fifteen", 16: "seize sixteen", 20: "vingt twenty", 30: "trente thirty",
        40: "quarante forty", 50: "cinquante fifty", 60: "soixante sixty", 70: "soixante-dix seventy",
        80: "quatre-vingts quatre-vingt eighty", 90: "quatre-vingt-dix ninety", 100: "cent hundred",
    }.items()
    for word in words.split()
}  # fmt: skip
_IN_WORDS = re.compile(
    rf"\b(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))}){_SPACE}+"
    rf"(?:(?P<scale>mille|millions?|milliards?|thousand|billions?){_SPACE}+)?"
    rf"(?:(?:de{_SPACE}+|d['’]|of{_SPACE}+)?(?P<unit>dollars?|euros?)|(?P<share>pour{_SPACE}cent|per{_SPACE}?cent))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Particular:
    """Something of a text that must be exact.

    Attributes:
        text: as written.
        value: what it is, in one form whatever the typography: the same value is the same thing.
    """

    text: str
    value: tuple[str, str]


def unlisted(sentence: str, quotes: Iterable[str]) -> list[str]:
    """What ``sentence`` gives that none of ``quotes`` holds: telephone numbers, addresses, links, amounts, shares.

    Args:
        quotes: the exact stretches that the sentence cites, and nothing else.

    Returns:
        Each as the sentence writes it, in order, once; empty where everything is in the quotes.
    """
    wanted = particulars(sentence)
    if not wanted:
        return []
    texts = list(quotes)
    held = {particular.value for text in texts for particular in particulars(text)}
    held |= {("link", _host(value)) for kind, value in held if kind == "link"}
    numbers = {value for kind, value in held if kind == "telephone"}
    numbers |= {run for text in texts for run in re.findall(r"\d{7,}", text)}
    missing = [one.text for one in wanted if one.value not in held and not _is_telephone_of(one, numbers)]
    return list(dict.fromkeys(missing))


def particulars(text: str) -> list[Particular]:
    """The telephone numbers, addresses, links, amounts and shares of a text, in order of what is looked for first."""
    text = unicodedata.normalize("NFC", text)
    found: list[Particular] = []
    rest = text
    found += _in_letters(text)
    for match in _EMAIL.finditer(rest):
        address = re.sub(r"\s?(?:@|\(at\)|\[at\])\s?", "@", match[0], flags=re.IGNORECASE).casefold()
        found.append(Particular(match[0], ("address", address)))
        rest = _blank(rest, match)
    for match in _URL.finditer(rest):
        value = _link(match[0])
        found.append(Particular(match[0].rstrip(".,;:!?…'’"), ("link", value)))
        rest = _blank(rest, match)
    for pattern in (_AMOUNT_BEFORE, _AMOUNT, _SHARE):
        for match in pattern.finditer(rest):
            amount = _value(match["number"], match.groupdict().get("scale"))
            if amount is not None:
                unit = "%" if pattern is _SHARE else _CURRENCIES[match["unit"].lower().rstrip(".")]
                found.append(Particular(match[0], (unit, amount)))
                rest = _blank(rest, match)
    for match in _EXTENSION.finditer(rest):
        found.append(Particular(match[0], ("extension", match[1])))
        rest = _blank(rest, match)
    for match in _PHONE.finditer(rest):
        number = re.sub(r"\D", "", match[0])
        if _is_telephone(match[0], number):
            found.append(Particular(match[0].strip(), ("telephone", _national(number))))
    return found


def _in_letters(text: str) -> Iterator[Particular]:
    for match in _IN_WORDS.finditer(text):
        scale = _SCALES.get((match["scale"] or "").lower(), 1)
        unit = "%" if match["share"] else _CURRENCIES[match["unit"].lower()]
        yield Particular(match[0], (unit, _written(Decimal(_WORDS[match["word"].lower()] * scale))))


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]


def _link(written: str) -> str:
    link = re.sub(r"^https?://", "", written.strip().rstrip(".,;:!?…'’/"), flags=re.IGNORECASE)
    link = re.sub(r"^www\.", "", link, flags=re.IGNORECASE)
    host, slash, path = link.partition("/")
    return host.casefold() + slash + path


def _host(link: str) -> str:
    return link.partition("/")[0]


def _value(number: str, scale: str | None) -> str | None:
    """A number as written, in full: no separator of thousands, a point for decimals, no useless zero."""
    plain = re.sub(_SPACE, "", number)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        value = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return _written(value * _SCALES.get((scale or "").lower(), 1))


def _written(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _is_telephone(written: str, digits: str) -> bool:
    # Ten digits in Québec, with or without the 1; elsewhere a plus sign, or groups of two as in France.
    if written.lstrip().startswith("+"):
        return 8 <= len(digits) <= 15
    if len(digits) == 10 and re.search(r"\d{3}\D{1,2}\d{3}\D?\d{4}|\d{2}(?:\D\d{2}){4}|^\D*\d{10}$", written):
        return True
    if len(digits) == _LOCAL:
        return bool(re.fullmatch(r"\d{3}[-.\u2010\u2011]\d{4}", written.strip()))
    return len(digits) == 11 and digits[0] == "1"


def _national(digits: str) -> str:
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


def _is_telephone_of(particular: Particular, numbers: set[str]) -> bool:
    """Whether a telephone number is one of ``numbers``, or one of them without its area code."""
    kind, digits = particular.value
    if kind != "telephone":
        return False
    return digits in numbers or (len(digits) == _LOCAL and any(number.endswith(digits) for number in numbers))
