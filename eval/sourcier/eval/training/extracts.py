"""Claims that take up a part of a sentence, or sum up a list: what an answer to a question most often is.

« L'horaire d'été débute le 24 juin et compte 32 heures. » says that it counts 32 hours. Taught on whole sentences
alone, a verifier takes the missing half for a condition that was dropped.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from sourcier.app.answering.verifier import Evidence
from sourcier.eval.training import edits
from sourcier.eval.training.examples import POOL, Example, nearest
from sourcier.eval.training.make_examples import Text, key_words

__all__ = ["compressed", "examples_of", "listed", "make", "overreaching", "parts"]

_VERBS = """est sont a ont doit doivent peut peuvent prévoit prévoient permet permettent comprend comprennent concerne propose
débute commence prend compte dure vise fixe précise indique remet informe verse reçoit adresse transmet organise assure
garantit bénéficie dispose donne fait représente recommande demande souhaite accompagne utilise impose oblige exige entre
ouvre réunit présente définit détermine constitue forme nomme désigne examine contrôle vérifie conseille favorise encourage
soutient finance gère dirige préside coordonne publie produit élabore participe contribue travaille crée établit maintient
conserve perd quitte rejoint signe adopte conclut rend met tient suit aide offre porte apporte"""
_VERB = rf"(?:{'|'.join(sorted(_VERBS.split(), key=len, reverse=True))})"
#: « subject verb … et verb … ». No relative clause in the subject, whose verb would be another's.
_TWO = re.compile(
    rf"^(?P<subject>(?!.*\b(?:qui|que|qu['’]|dont|où)\b.{{0,60}}\b{_VERB}\b)[^,;:]{{3,70}}?)\s(?P<one>{_VERB}\b[^;:]{{8,140}}?),?\set"
    rf"\s(?P<two>{_VERB}\b[^;:]{{6,140}})\.$"
)
#: « subject, doté de … , verb … ».
_APART = re.compile(
    r"^(?P<subject>[^,;:]{3,60}), (?P<told>(?:dot|cré|adopt|sign|lanc|financ|fond|compos|organis|présid|dirig|conç|situ|destin"
    r"|élabor|propos|rattach|plac|nomm|élu|charg|réserv|entr)[^,;:]{8,90}), (?P<rest>[^;:]{10,200})\.$"
)
_CONDITION = re.compile(
    r"\b(?:sauf|si|s['’]il|lorsque|sous réserve|à condition|à moins|excepté|hormis|uniquement|seulement|ne|n['’])\b",
    re.IGNORECASE,
)
#: What announces an enumeration, a colon apart.
_ANNOUNCES = (
    r"\b(?:comprend|comprennent|concerne|concernent|compte|comptent|réunit|réunissent|regroupe|regroupent|prévoit|prévoient"
    r"|couvre|couvrent|vise|visent|contient|contiennent|mentionne|mentionnent|précise|indique|inclut|incluent|notamment"
    r"|porte(?:nt)? sur|composée?s? de|sont)"
)
_ENUMERATION = re.compile(
    rf"^(?P<lead>[^,;:.]{{4,80}}?{_ANNOUNCES}(?=\s)|[^,;:.]{{12,90}}?(?=\s:))(?:\s:)?\s"
    r"(?P<items>[^,;:.]{4,60}(?:,\s[^,;:.]{4,60}){1,5})\s(?P<last>(?:et|ou)\s[^,;:.]{4,60})\.$"
)
_NO_ITEM = re.compile(
    rf"^(?:qui|que|qu['’]|dont|où|ce|il|elle|on|en|dans|lors|car|mais|soit|vous|nous)\b|\b(?:{_VERB})\b", re.IGNORECASE
)
_ITEM_WORDS = 8
_LIMITS = (
    r"[^()]*\b(?:sauf|si|limite|réserve|condition|seulement|uniquement|hors|maximum|minimum|moins|plus|modalités)\b"
)
#: « subject, qui … , verb … »: a relative clause between commas tells more of its subject and limits nothing.
_RELATIVE = re.compile(
    r"^(?P<start>[^,;:]{3,80}), (?:qui|dont|où|lequel|laquelle) [^,;:]{6,110}, (?P<end>[^;:]{10,220})\.$"
)
#: What a sentence ends with that can be left out of it.
_TAIL = re.compile(
    r"^(?P<start>[^;:]{20,220}?), (?:qui|ce qui|dont|où|notamment|en particulier|y compris|grâce à|tout en|afin de?|pour que"
    r"|par exemple|soit|comme)\b[^;:]{5,}\.$"
)
#: Two statements side by side; the second is kept only where its subject is named.
_BESIDE = re.compile(
    r"^(?P<one>[^;:]{15,180}?)(?: ; |,? (?:mais|tandis que|alors que|et) (?=(?:le|la|les|un|une|ce|cette|ces|chaque|tout)\b|l['’]))"
    r"(?P<two>(?:le|la|les|un|une|ce|cette|ces|chaque|tout)\b[^;:]{12,180}|l['’][^;:]{12,180})\.$"
)
#: « Les salariés qui … peuvent … »: the relative clause says which ones.
_WHICH = re.compile(
    r"^(?P<start>(?:Les|Le|La|L['’]|Tout|Toute|Un|Une|Tous les|Toutes les)\s?[\w-]+(?: [\w-]+)?) (?:qui|dont|ayant|titulaires? d)\b[^,;:]"
    r"{8,100}? (?P<end>(?:peut|peuvent|doit|doivent|a droit|ont droit|bénéficie|bénéficient|reçoit|reçoivent|est tenu|sont tenus"
    r"|perçoit|perçoivent|dispose|disposent)\b[^;:]{8,200}\.)$"
)
#: « En cas de … , … », « Si … , … »: what follows holds then alone.
_ONLY_THEN = re.compile(
    r"^(?:Si|S['’]il|Lorsqu[e’']|En cas d|En l['’]absence d|À défaut d|Sauf|Faute d|À condition|Sous réserve|À moins)[^,;:]{5,110}, "
    r"(?P<end>(?:le|la|les|un|une|il|elle|ce|cette|l['’]|cet|vous|on)\b[^;:]{15,220}\.)$"
)
#: « …, si … », « … lorsque … », « … pour les salariés qui … » at the end.
_LIMIT = re.compile(
    r"^(?P<start>[^;:]{20,200}?),? (?:si|s['’]il|lorsque|lorsqu['’]|à condition|sous réserve|sauf|dès lors que|uniquement|seulement"
    r"|à moins|dans la limite d|en cas d)\b[^;:]{6,}\.$"
)
#: Words that no sentence ends with.
_LOOSE = "même et ou mais que de du des le la les à au aux en ne pas pour par comme"
#: Share of the examples that come with a question.
_ASKED = 0.6
#: They are few beside the others, and the commonest kind in answering.
_WEIGHT = 6.0
_SHORTENED, _SHORTENED_WEIGHT = 0.03, 4.0


def parts(sentence: str) -> list[str]:
    """Statements that a sentence makes in a part of itself; none where a condition or a denial may hold for all of it."""
    if _CONDITION.search(sentence):
        return []
    found = []
    if two := _TWO.match(sentence):
        found += [f"{two['subject']} {two['two']}.", f"{two['subject']} {two['one']}."]
    if apart := _APART.match(sentence):
        plural = re.search(r"\b(?:les|des|ces|ses|leurs)\s", apart["subject"], re.IGNORECASE)
        found += [f"{apart['subject']} {apart['rest']}."]
        found += [f"{apart['subject']} {'sont' if plural else 'est'} {apart['told']}."]
    return found


def compressed(sentence: str) -> list[str]:
    """Shorter statements that a sentence holds: without an aside, without what it ends with, one of two side by side."""
    found = []
    bare = re.sub(rf"\s\((?!{_LIMITS})[^()]{{3,90}}\)", "", sentence)
    if bare != sentence:
        found.append(bare)
    if (relative := _RELATIVE.match(bare)) and re.search(rf"^\S*\s?\b{_VERB}\b", relative["end"]):
        found.append(f"{relative['start']} {relative['end']}.")
    if (tail := _TAIL.match(bare)) and re.search(rf"\b{_VERB}\b", tail["start"]):
        found.append(f"{tail['start']}.")
    if not _CONDITION.search(bare) and (beside := _BESIDE.match(bare)):
        halves = [beside["one"], beside["two"]]
        if all(re.search(rf"\b{_VERB}\b", half) for half in halves):
            found += [f"{half[0].upper()}{half[1:]}." for half in halves]
    return [one for one in dict.fromkeys(found) if _whole(one) and one != sentence]


def overreaching(sentence: str) -> list[str]:
    """Shorter statements that a sentence does not hold: its condition, its exception or whom it is about left out."""
    found = []
    if which := _WHICH.match(sentence):
        found.append(f"{which['start']} {which['end']}")
    if then := _ONLY_THEN.match(sentence):
        found.append(f"{then['end'][0].upper()}{then['end'][1:]}")
    if (limit := _LIMIT.match(sentence)) and re.search(rf"\b{_VERB}\b", limit["start"]):
        found.append(f"{limit['start']}.")
    return [one for one in dict.fromkeys(found) if _whole(one)]


def _whole(statement: str) -> bool:
    """Whether a cut sentence still reads as one: its parentheses closed, no small word at its end."""
    last = statement.rstrip(" .").rsplit(" ", 1)[-1].strip(",")
    return statement.count("(") == statement.count(")") and len(statement.split()) >= 5 and last not in _LOOSE.split()


def _shortened(sentence: str, others: Sequence[str], title: str, group: str, rng: random.Random) -> list[Example]:
    """What a sentence holds once shortened and what it does not, both reworded half of the time."""
    found = []
    told = [(one, 1, "compressed") for one in compressed(sentence)]
    told += [(one, 0, "overreaching") for one in overreaching(sentence)]
    for claim, label, kind in told:
        claim = edits.synonym(claim, others, rng) or claim if rng.random() < 0.5 else claim
        evidence = (Evidence(sentence, title), *nearest(claim, others, title, POOL - 1))[: rng.choice([1, 3, POOL])]
        question = key_words(claim, others, rng) if rng.random() < _ASKED else None
        found.append(Example(claim, evidence, label, kind, group, "made", question, _SHORTENED_WEIGHT))
        if label:
            for name in rng.sample(sorted(edits.WRONG), len(edits.WRONG)):
                wrong = edits.WRONG[name](claim, others, rng)
                if wrong and wrong != claim:
                    found.append(Example(wrong, evidence, 0, name, group, "made", question, _SHORTENED_WEIGHT))
                    break
    return found


def examples_of(sentence: str, others: Sequence[str], title: str, group: str, rng: random.Random) -> list[Example]:
    """Each part of a sentence, right as it stands and wrong once changed."""
    found = []
    for part in parts(sentence):
        pool = nearest(part, others, title, POOL - 1)
        evidence = (Evidence(sentence, title), *pool)[: rng.choice([1, 3, POOL])]
        # In answering a part of a sentence comes with the question that it answers.
        question = key_words(part, others, rng) if rng.random() < _ASKED else None
        found.append(Example(part, evidence, 1, "part", group, "made", question, _WEIGHT))
        for kind in rng.sample(sorted(edits.WRONG), len(edits.WRONG)):
            wrong = edits.WRONG[kind](part, others, rng)
            if wrong and wrong != part:
                found.append(Example(wrong, evidence, 0, kind, group, "made", question, _WEIGHT))
                break
    found += listed(sentence, others, title, group, rng)
    # Some of the sentences are enough: those that can be shortened are ten times the others.
    return [*found, *(_shortened(sentence, others, title, group, rng) if rng.random() < _SHORTENED else [])]


def listed(sentence: str, others: Sequence[str], title: str, group: str, rng: random.Random) -> list[Example]:
    """A sentence that enumerates, against the same as a list with a line for each item; wrong with a foreign item."""
    enumeration = _ENUMERATION.match(sentence)
    if enumeration is None or _CONDITION.search(sentence):
        return []
    last = re.sub(r"^(?:et|ou)\s", "", enumeration["last"])
    items = [*enumeration["items"].split(", "), last]
    if any(_NO_ITEM.search(item) or len(item.split()) > _ITEM_WORDS for item in items):
        return []
    mark = rng.choice(["", "- ", "– ", "• "])
    gap = rng.choice(["\n", "\n\n"])
    source = f"{enumeration['lead']} :{gap}" + "\n".join(f"{mark}{item}" for item in items)
    evidence = (Evidence(source, title), *nearest(sentence, others, title, POOL - 1))[: rng.choice([1, 3, POOL])]
    told = f"{enumeration['lead']} : {', '.join(items[:-1])} et {last}."
    claims = [rng.choice([sentence, told])]
    if len(items) > 2:
        some = sorted(rng.sample(range(len(items)), 2))
        claims.append(f"{enumeration['lead']} {items[some[0]]} et {items[some[1]]}.")
    question = key_words(told, others, rng) if rng.random() < _ASKED else None
    found = [Example(claim, evidence, 1, "listed", group, "made", question, _WEIGHT) for claim in claims]
    strange = [
        item
        for other in others
        if (foreign := _ENUMERATION.match(other)) is not None
        for item in foreign["items"].split(", ")
        if item not in source
    ]
    changed = list(items)
    changed[rng.randrange(len(items))] = rng.choice(strange) if strange else ""
    if all(changed):
        wrong = f"{enumeration['lead']} : {', '.join(changed[:-1])} et {changed[-1]}."
        found.append(Example(wrong, evidence, 0, "foreign_item", group, "made", question, _WEIGHT))
    for kind in rng.sample(sorted(edits.WRONG), len(edits.WRONG)):
        wrong_edit = edits.WRONG[kind](told, others, rng)
        if wrong_edit and wrong_edit != told:
            found.append(Example(wrong_edit, evidence, 0, kind, group, "made", question, _WEIGHT))
            break
    return found


def make(documents: Sequence[Text]) -> list[Example]:
    """Parts and lists of every sentence of ``documents``, in groups of one document."""
    return [
        example
        for document in documents
        for sentence in document.sentences
        for example in examples_of(
            sentence,
            [other for other in document.sentences if other != sentence],
            document.title,
            f"made-{document.name}",
            random.Random(sentence),
        )
    ]
