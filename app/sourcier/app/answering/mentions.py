"""What a question is about: its noun phrases and names, found by the small words around them.

No tagger and no model: an article opens a noun phrase, a verb or a preposition closes it, capitals make a name. It is
enough for questions, which are short, and it takes a fraction of a millisecond.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sourcier.ingest.vocabulary import word_set

__all__ = ["Mention", "after_preposition", "mentions", "phrase", "within"]

Gender = Literal["m", "f", ""]
Sort = Literal["name", "body", "people", "year", "thing"]

_TOKEN = re.compile(r"(?:[LlDdNnSsJjMmTtCc]|[Qq]u|[Ll]orsqu|[Jj]usqu)['’]|[^\W_]+(?:[-‑'’&.][^\W_]+)*")
#: Article: its gender, whether it is plural, the preposition that it holds.
_OPENING: dict[str, tuple[Gender, bool, str]] = {
    "le": ("m", False, ""), "la": ("f", False, ""), "l'": ("", False, ""), "les": ("", True, ""),
    "un": ("m", False, ""), "une": ("f", False, ""), "ce": ("m", False, ""), "cet": ("m", False, ""),
    "cette": ("f", False, ""), "ces": ("", True, ""), "du": ("m", False, "de"), "des": ("", True, "de"),
    "au": ("m", False, "à"), "aux": ("", True, "à"), "the": ("", False, ""),
}  # fmt: skip
_PREPOSITIONS = {
    "à": "à", "a": "", "de": "de", "d'": "de", "en": "en", "dans": "dans", "pour": "pour", "sur": "sur", "avec": "avec",
    "chez": "chez", "par": "par", "contre": "contre", "selon": "selon", "entre": "entre", "concernant": "sur",
    "sous": "sous", "vers": "vers", "parmi": "parmi", "auprès": "auprès",
    "of": "of", "for": "for", "in": "in", "on": "on", "about": "about", "by": "by", "with": "with", "to": "to",
    "from": "from", "at": "at",
}  # fmt: skip
_STOPS = word_set(
    """
    et ou mais donc car ni que qui quoi dont où comment combien pourquoi quand quel quelle quels quelles lequel laquelle
    lesquels lesquelles je tu il elle on nous vous ils elles me te se lui leur y ne pas plus ça cela ceci si comme son sa
    ses mon ma mes ton ta tes notre nos votre vos leurs est sont était étaient sera seront serait seraient a ont avait
    avaient aura auront doit doivent peut peuvent peut-être veut veulent va vont fait font faut dit disent demande
    demandent propose proposent compte comptent prévoit prévoient réclame réclament dure durent coûte coûtent finance
    financent dirige dirigent préside président vise visent permet permettent pense pensent concerne concernent
    s'applique regroupe regroupent utilise utilisent offre offrent existe existent exige exigent revendique revendiquent
    sert servent donne donnent organise organisent recommande recommandent souhaite souhaitent dispose disposent
    possède reçoit reçoivent travaille travaillent s'est c'est n'est qu'est
    au aux à en dans pour sur avec chez par contre selon entre concernant sous vers parmi auprès afin depuis pendant
    lors avant après sans lorsque
    is are was were has have had does did do will would can could should must may what which who whom whose when where
    why how and or not of for in on about by with to from at that this these those it they he she say says want wants
    get ask asks cost costs
    """
)
_INVERTED = re.compile(r"-(?:t-)?(?:ils?|elles?|on|je|tu|nous|vous|ce)$")
_LINKS = {"de", "du", "des", "d'", "of"}
#: Nouns that go on with what they are about: « la plateforme sur l'intelligence artificielle ».
_ABOUT = word_set(
    """
    plateforme plan loi règlement atelier rapport programme document article projet formation entente politique guide
    revendications sondage étude stratégie position mémoire avis
    """
)
_BODY = re.compile(
    r"^(?:gouvernement|municipalité|ville|ministère|état|région|province|employeur|entreprise|université|cégep|école|"
    r"hôpita|organisme|commission|institution|établissement|government|municipalit|cit(?:y|ies)|employer|compan|school)",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"^(?:enseignant|élève|étudiant|travailleu|personnel|membre|agent|manager|infirmi|retraité|femme|homme|jeune|parent|"
    r"citoyen|syndiqué|syndicat|employé|cadre|professionnel|salarié|personne|expert|consomm|chômeu|gens|nurse|teacher|"
    r"worker|student|union|member|people|employee|women|parents)",
    re.IGNORECASE,
)
_SUBJECT_OF = re.compile(r"le sujet (de la |de l['’]|des |du |de |d['’])", re.IGNORECASE)
_LINK = re.compile(r"(?<=\s)(de la |de l['’]|des |du |de |d['’])", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_LONGEST = 10


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase or a name of a text, ``[start, end)`` with its article and without its preposition.

    Attributes:
        text: with the article, never contracted: « le gouvernement » of « au gouvernement ».
        head: its first noun, in small letters; for a name, the name.
        outer: where its preposition starts, or ``start``.
        preposition: in one form: « à » for « au » and « aux »; empty where there is none.
    """

    text: str
    head: str
    start: int
    end: int
    outer: int
    preposition: str
    gender: Gender
    plural: bool | None
    sort: Sort


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    low: str
    start: int
    end: int


def mentions(question: str) -> list[Mention]:
    """The noun phrases and names of a question, in order; those that « quel » asks for are none."""
    tokens = list(_tokens(question))
    found: list[Mention] = []
    place = 0
    while place < len(tokens):
        mention, place = _mention_at(question, tokens, place)
        if mention is not None:
            found.append(mention)
    return found


def within(question: str, mention: Mention) -> list[Mention]:
    """The noun phrases that a mention is completed by: « le programme » and « Moov AI » of « les volets du programme de Moov AI »."""
    found: list[Mention] = []
    for link in _LINK.finditer(question, mention.start, mention.end):
        rest = question[link.end() : mention.end]
        # « l'horaire d'été » is one thing; « le programme de Moov AI » is of another.
        if rest and ("l" in link[1].lower() or link[1].lower() in {"des ", "du "} or rest[0].isupper()):
            inner = after_article(link[1], rest)
            number = _number(link[1])
            found.append(_mention(inner, rest, link.end(), mention.end, link.start(), "de", number))
    return found


def phrase(text: str) -> Mention | None:
    """The one noun phrase that a text is, with or without its preposition; None where it is something else."""
    found = mentions(text)
    if found and found[0].outer == 0 and not text[found[0].end :].strip(" ?.!\u00a0\u202f"):
        return found[0]
    words = text.strip(" ?.!\u00a0\u202f")
    tokens = list(_tokens(words))
    if not tokens or any(token.low in _STOPS and token.low not in _PREPOSITIONS for token in tokens):
        return None
    # A bare noun: « en éducation », « pour Moov ».
    preposition = _PREPOSITIONS.get(tokens[0].low, "") if len(tokens) > 1 else ""
    body = words[tokens[1].start :] if preposition else words
    return _mention(body, body, 0, len(body), 0, preposition, ("", None)) if body else None


def after_preposition(preposition: str, text: str) -> str:
    """« à » and « les villes » make « aux villes »; « de » and « Occitanie » make « d'Occitanie »."""
    low = text.lower()
    contracted = {("à", "le "): "au ", ("à", "les "): "aux ", ("de", "le "): "du ", ("de", "les "): "des "}
    for (wanted, article), short in contracted.items():
        if preposition == wanted and low.startswith(article):
            return short + text[len(article) :]
    if preposition == "de" and low[0] in "aeiouyéèêâîôhœ" and not text[:2].isupper():
        return f"d'{text}"
    return f"{preposition} {text}" if preposition else text


def after_article(contracted: str, noun: str) -> str:
    """« des » and « villes » make « les villes »; « de » and « Moov » make « Moov »."""
    article = {"des ": "les ", "du ": "le ", "de la ": "la "}.get(contracted.lower(), "l'" if "l" in contracted else "")
    return article + noun


def _number(contracted: str) -> tuple[Gender, bool | None]:
    low = contracted.lower()
    if low == "des ":
        return "", True
    return ("m", False) if low == "du " else ("f", False) if "la" in low else ("", False if "l" in low else None)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        yield _Token(match[0], match[0].lower().replace("’", "'"), match.start(), match.end())


def _mention_at(question: str, tokens: list[_Token], place: int) -> tuple[Mention | None, int]:
    token = tokens[place]
    opening = _OPENING.get(token.low)
    if opening is not None and place + 1 < len(tokens) and _follows(question, tokens, place + 1):
        end = _end_of(question, tokens, place + 1)
        if end > place + 1:
            gender, plural, held = opening
            held = "" if token.low == "des" and place == 0 else held
            article = {"du": "le", "au": "le", "des": "les", "aux": "les"}.get(token.low, "")
            rest = question[tokens[place + 1].start : tokens[end - 1].end]
            text = f"{article} {rest}" if article else question[token.start : tokens[end - 1].end]
            outer, preposition = (token.start, held) if held else _before(question, tokens, place)
            about = _SUBJECT_OF.match(text)
            if about is not None and len(text) > about.end():
                inner = after_article(about[1], text[about.end() :])
                return _mention(
                    inner, text[about.end() :], token.start, tokens[end - 1].end, outer, "sur", _number(about[1])
                ), end
            made = _mention(text, rest, token.start, tokens[end - 1].end, outer, preposition, (gender, plural))
            return made, end
    if _is_name(token, place) or _YEAR.match(token.text):
        end = place + 1
        if not _YEAR.match(token.text):
            end = max(end, _end_of(question, tokens, place))
        text = question[token.start : tokens[end - 1].end]
        outer, preposition = _before(question, tokens, place)
        return _mention(text, text, token.start, tokens[end - 1].end, outer, preposition, ("", None)), end
    return None, place + 1


def _mention(
    text: str, rest: str, start: int, end: int, outer: int, preposition: str, number: tuple[Gender, bool | None]
) -> Mention:
    head = rest.split(maxsplit=1)[0].lower() if rest.split() else rest.lower()
    sort: Sort = "thing"
    if _YEAR.fullmatch(rest):
        sort = "year"
    elif rest[0].isupper():
        sort = "name"
    elif _BODY.match(head):
        sort = "body"
    elif _PEOPLE.match(head):
        sort = "people"
    return Mention(text, head, start, end, outer, preposition, number[0], number[1], sort)


def _before(question: str, tokens: list[_Token], place: int) -> tuple[int, str]:
    """Where the preposition before a token starts, and which it is."""
    if place and _follows(question, tokens, place):
        before = tokens[place - 1]
        preposition = _PREPOSITIONS.get(before.low, "")
        if preposition:
            return before.start, preposition
    return tokens[place].start, ""


def _follows(question: str, tokens: list[_Token], place: int) -> bool:
    """Whether nothing but white space is between a token and the one before."""
    return not question[tokens[place - 1].end : tokens[place].start].strip()


def _is_name(token: _Token, place: int) -> bool:
    capitals = sum(character.isupper() for character in token.text)
    if len(token.text) < 2 or token.low in _STOPS or token.low in _OPENING or token.low in _PREPOSITIONS:
        return False
    return capitals > (place == 0)


def _end_of(question: str, tokens: list[_Token], place: int) -> int:
    """Where the noun phrase whose first word is at ``place`` ends; ``place`` where there is none."""
    end = at = place
    about = between = False
    english = place > 0 and tokens[place - 1].low == "the"
    while at < len(tokens) and at - place < _LONGEST:
        token = tokens[at]
        if at > place and not _follows(question, tokens, at):
            break
        between = between or (token.low == "entre" and at > place)
        paired = between and token.low in {"entre", "et"}
        if token.low in _LINKS or paired or (about and token.low in {"sur", "pour"}):
            # The link holds if a word that may be in a phrase follows, after an article at most.
            at += 1
            if at < len(tokens) and tokens[at].low in {"la", "l'", "le", "les", "the"}:
                at += 1
            if at >= len(tokens) or not _may_be_in(tokens[at]):
                break
            end = at = at + 1
            continue
        if not _may_be_in(token) or (
            not english
            and end > place
            and _is_name(tokens[end - 1], 1)
            and not _is_name(token, 1)
            and not token.text[0].isdigit()
        ):
            break
        about = about or token.low in _ABOUT
        end = at = at + 1
    return end


def _may_be_in(token: _Token) -> bool:
    return token.low not in _STOPS and token.low not in _OPENING and not _INVERTED.search(token.low)
