"""Questions that take for granted what the sources deny: « Pourquoi la CSQ a-t-elle refusé… ? » when it has not.

What a why, when or how question presupposes is made a statement. If no source carries it, and one sentence speaks of
the same things and says the contrary, that sentence is the answer. Contrary means one of two things, both plain: one
of the two denies what the other says; or the one says that something was refused, stopped or left, and the other that
it is done. Anything less certain is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sourcier.app.answering.evidence import Unit
from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.app.answering.verifier.alignment import align
from sourcier.app.answering.verifier.polarity import compare, negations
from sourcier.app.answering.verifier.text import Reading, read, stem, weight, words

__all__ = ["Correction", "correction", "presupposition"]

#: Among how many of the best units a contrary is looked for.
BEST = 8
#: Share of the claim's weight, subject and denied word aside, that the contrary must hold; chosen on our cases.
SHARED = 0.6
#: The same where one denies what the other says: the denied word itself is common then, so more must be.
SHARED_DENIED = 0.75
#: Support from which the sources are taken to carry the premise, so that there is nothing to correct.
CARRIED = 0.7

_LEAD = re.compile(
    r"^\W*(?:(?:et|mais|dis|dites|alors|svp)[ ,]+(?:moi )?)?"
    r"(?:comment se fait-il qu(?:e |['’])|qu['’]est-ce qui explique qu(?:e |['’])|pourquoi|depuis quand|quand|comment"
    r"|en quelle année|à quelle date|quel jour|dans quel but|à quel moment|pour quelles? raisons?)\s*"
    r"(?:est-ce qu(?:e |['’])|c['’]est qu(?:e |['’])|que )?",
    re.IGNORECASE,
)
_INVERTED = re.compile(r"\b(?P<verb>[\w’']+)-(?:t-)?(?:ils?|elles?|on)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"^(?:a|ont|est|sont|as|avez|[\w]+(?:s|z|t))-", re.IGNORECASE)


def _stems(listed: str) -> frozenset[str]:
    return frozenset(stem(word) for word in listed.split())


_DENIERS = _stems(
    """refuser refuse refusé refusent refus rejeter rejette rejeté cesser cessé cesse arrêter arrêté arrête quitter
    quitté quitte abandonner abandonné abandonne annuler annulé annule rompre rompu boycotter boycotté retirer retiré
    retire opposer opposé oppose interdire interdit interdite suspendre suspendu renoncer renoncé"""
)
_DOERS = _stems(
    """participer participe participera participerait participé participent collaborer collabore collabora collaboré
    collaborent collaboration accepter accepte accepté acceptent appuyer appuie appuyé appuient soutenir soutient soutenu
    soutiennent signer signe signé signent adopter adopté adopte adoptent maintenir maintient maintenu poursuivre poursuit
    poursuivi continuer continue continué permettre permet permettent permis permise autoriser autorise autorisé autorisée
    autorisent rejoindre rejoint travailler travaille travaillent"""
)
_END, _PUT = _stems("fin"), _stems("mettre mis mise met mettent")
#: Words that hold a denier and what is denied together, and say nothing of their own.
_EMPTY = _stems("mettre mis mise met avoir être été est sont faire fait décider décidé vouloir")


@dataclass(frozen=True, slots=True)
class Correction:
    """A premise that the sources deny.

    Attributes:
        premise: what the question takes for granted, as a statement.
        unit: the sentence that says otherwise, to be quoted word for word after ``answer.premise_corrected``.
    """

    premise: str
    unit: Unit


def presupposition(question: str) -> str | None:
    """What a French why, when or how question takes for granted, as a statement; None where it takes nothing.

    « Pourquoi la CSQ a-t-elle refusé de signer ? » gives « La CSQ a refusé de signer. » A subject that is only a
    pronoun (« Pourquoi a-t-elle refusé ? ») gives nothing: the question must first be completed.
    """
    lead = _LEAD.match(question)
    if not lead:
        return None
    rest = question[lead.end() :].strip().rstrip("?!. \u00a0\u202f").strip()
    if not rest or _PRONOUN.match(rest):
        return None
    statement = _INVERTED.sub(lambda found: found.group("verb"), rest, count=1)
    if statement == rest and lead.group().strip().casefold() in {"comment", "quand"}:
        return None  # « Comment joindre le syndicat ? » asserts nothing
    if len(read(statement).content()) < 3:
        return None
    return statement[0].upper() + statement[1:] + "."


def correction(question: str, units: Sequence[Unit], verifier: Verifier) -> Correction | None:
    """The sentence of the best ``units`` that denies what ``question`` takes for granted, if there is one.

    Precise rather than frequent: where any source supports the premise, or where no single sentence denies it, None.
    """
    premise = presupposition(question)
    if premise is None:
        return None
    claim = read(premise)
    best = list(units[:BEST])
    contrary = next((unit for unit in best if not unit.is_list and _contradicts(claim, unit)), None)
    if contrary is None or any(_says_as_much(claim, unit) for unit in best):
        return None
    # The verifier takes « refuser de collaborer » for « collaborer », so of refusals the words above decide alone.
    evidence = [Evidence(unit.meaning, unit.heading) for unit in best]
    if not _refusals(claim) and verifier.verify(premise, evidence).support >= CARRIED:
        return None
    return Correction(premise, contrary)


def _contradicts(claim: Reading, unit: Unit) -> bool:
    text = read(unit.meaning)
    there = {token.stem for token in text.tokens}
    known = there | {token.stem for token in read(unit.heading).tokens}
    if any(token.stem not in known for token in claim.content() if token.start > 0 and token.capital):
        return False
    if denied := _refusals(claim):
        # The claim says that it was refused, stopped, left: the text must say that it is done, and deny nothing.
        if _refusals(text) or negations(text) or negations(claim) or not there & _DOERS:
            return False
        return _share(claim, there, without=denied | _EMPTY) >= SHARED
    polarity = compare(claim, text, align(claim, text))
    if bool(polarity.added) == bool(polarity.removed):
        return False
    mine = {token.stem for token in claim.tokens}
    heads = _denied(claim) & there if polarity.added else _denied(text) & mine
    return bool(heads) and _share(claim, there, without=_EMPTY) >= SHARED_DENIED


def _says_as_much(claim: Reading, unit: Unit) -> bool:
    """Whether a sentence speaks of a refusal as the claim does: then there is nothing sure to correct."""
    refused = _refusals(claim)
    text = read(unit.meaning)
    there = {token.stem for token in text.tokens}
    return bool(refused and _refusals(text)) and _share(claim, there, without=refused | _EMPTY) >= SHARED


def _refusals(reading: Reading) -> frozenset[str]:
    stems = {token.stem for token in reading.tokens}
    # « mettre fin » refuses; « prendre fin » only ends.
    return (_DENIERS & stems) | (_END if stems & _PUT else frozenset()) & stems


def _denied(reading: Reading) -> set[str]:
    """For each negation of a verb, the first word of meaning after its « ne »: what is denied."""
    found, stopping = set(), words("negators")
    for negation in negations(reading):
        if reading.tokens[negation.marker].folded == "sans":
            continue  # « opérés sans anesthésie » denies no statement
        after = reading.tokens[negation.marker + 1 : negation.marker + 8]
        head = next((token.stem for token in after if token.content and token.stem not in _EMPTY | stopping), None)
        if head:
            found.add(head)
    return found


def _share(claim: Reading, there: set[str], *, without: set[str] | frozenset[str]) -> float:
    content = [token for token in claim.content() if token.stem not in without]
    total = sum(map(weight, content))
    return sum(weight(token) for token in content if token.stem in there) / total if total else 0.0
