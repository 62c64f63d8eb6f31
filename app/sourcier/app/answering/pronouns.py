"""Words that stand for something said before: « combien ça coûte ? », « qui la dirige ? », « who funds it? ».

A pronoun is left alone wherever the question itself holds what it may stand for: « La CSQ pense-t-elle… » is about the
CSQ. What it stands for is named in its place, so that the person can see what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sourcier.app.answering.mentions import Gender, Mention, after_preposition, mentions, within
from sourcier.core.messages import Language
from sourcier.ingest.vocabulary import word_set

__all__ = ["Earlier", "resolved"]

_END = " ?!.…\u00a0\u202f"
#: Words of a question that leaves its subject to a pronoun; longer ones say what they are about.
_LONGEST = 16
#: Words of a question that « ce projet » leaves incomplete; a longer one describes it.
_FEW_ASKED = 9
_LITTLE = word_set("où quand comment pourquoi que qui quoi et mais donc alors de à en est-ce ensuite") | {"qu'", "qu’"}
#: Words before a subject that nothing before it can be the antecedent of: « est-ce », « combien de membres ».
_FEW = 3
_START = r"^(?:(?:et|mais|and|but)\s+)?"
_INVERTED = re.compile(
    r"\b(?P<clitics>(?:(?:ne|n['’]|se|s['’]|le|la|les|l['’]|lui|leur|y|en)\s*)*)(?P<verb>[^\W\d_]+)-(?:t-)?(?P<who>ils?|elles?)\b",
    re.IGNORECASE,
)
#: « faut-il », « est-il possible »: nobody does it.
_IMPERSONAL = re.compile(
    r"\bqu['’](?:en\s+)?(?:est|était|sera|serait|a)-(?:t-)?il\b(?:\s+(?!devenu|dit|fait|demandé)[^\W\d_]+|$)|\ben (?:est|va)-(?:t-)?il\b|"
    r"\b(?:y\s+(?:a|avait|aura)|faut|fallait|faudra|faudrait|fait|fera|faisait|se passe|passait|revient|arrive|arrivera|advient|adviendra|importe|manque|existe|existait|suffit|convient|vaut|reste|agit|arrive|semble|paraît|pleut|neige)-(?:t-)?il\b"
    r"|\b(?:est|était|serait|sera)-il\s+(?:(?:vraiment|toujours|encore|aussi|donc|pas|plus)\s+)?"
    r"(?:possible|permis|interdit|vrai|nécessaire|obligatoire|question|temps|normal|légal|illégal|préférable|utile|important|prévu|exact|recommandé|trop|envisageable|acceptable|autorisé|tenu)\b"
    r"|\b(?:peut|pourrait|doit|va-t|va)-?(?:t-)?il (?:y avoir|pleuvoir|neiger|falloir)\b|\b(?:est|a|sera)-?(?:t-)?il (?:arrivé|proposé|fallu|suffi|été [^\W\d_]+é|préconisé|passé)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:^|\b(?:que|si|quand|où|comment|combien|pourquoi|et)\s+|\bqu['’]|\bs['’](?=ils?\b))(?P<who>ils?|elles?)\s+(?!(?:n['’])?y\s+a|faut|fait\b|se passe|se peut|est possible|existe|s['’]agit|a fallu|est (?:permis|vrai|interdit|nécessaire|question))",
    re.IGNORECASE,
)
_THAT = re.compile(r"\b(?P<who>ça|cela)\b(?!\s+(?:va|se passe)\b)", re.IGNORECASE)
_THAT_IS = re.compile(
    _START
    + r"(?:c['’]\s?(?P<be>est|était|etait|sera)\s+(?P<asked>(?:(?:pour|avec|à|de|depuis)\s+)?(?:qui|quoi|quand|où|combien|lequel|laquelle)|vrai|obligatoire|gratuit|payant|légal|permis|interdit|fini|nouveau|déjà fait)"
    r"|(?P<before>(?:(?:pour|avec|à|de|depuis)\s+)?(?:qui|quand|où|pourquoi|combien))\s+(?:est-ce|était-ce|c['’]\s?est|c['’]\s?était)"
    r"|est-ce\s+(?P<quality>[^\W\d_]+))$",
    re.IGNORECASE,
)
_CLITIC = re.compile(
    rf"(?i:{_START}(?P<ask>qui est-ce qui|qu['’]est-ce qui|qui)\s+(?:ne\s+)?(?P<who>l['’]|(?:le|la|les|lui|leur|en|y)(?=\s)))"
    r"\s*(?P<rest>[^\W\d_A-Z][\w'’-]*(?:\s+[\w'’-]+){0,5})$"
)
_INFINITIVE = re.compile(
    rf"(?i:{_START}(?P<ask>quand|comment|où|pourquoi|combien)\s+(?P<who>l['’]|(?:le|la|les|en|y)(?=\s)))"
    r"\s*(?P<rest>[^\W\d_A-Z][\w'’-]*(?:er|ir|re|oir)\b(?:\s+[\w'’-]+){0,3})$"
)
#: « y » and « en » before verbs that are seldom said without them.
_THERE = re.compile(
    r"\b(?P<who>y|en)\s+(?P<rest>(?:(?:a|ont|peut|peuvent|doit|doivent)\s+)?(?:particip|contribu|adhér|assist|collabor|trait|parl|bénéfici|f(?:ont|ait|aire|aisaient) partie)\w*(?:-(?:t-)?(?:ils?|elles?|on))?)",
    re.IGNORECASE,
)
_ON_THIS = re.compile(r"\b(?:à|sur) ce sujet\b|\blà-(?:dessus|dedans)\b|\bà ce propos\b", re.IGNORECASE)
_POSSESSIVE = re.compile(
    r"\b(?P<who>son|sa|ses|leurs?)\s+(?P<noun>[^\W\d_][\w'’-]*(?:\s+(?!de\b|du\b|des\b|d['’]|en\b|pour\b|au\b|aux\b|à\b|dans\b|sur\b|par\b|avec\b|et\b|est\b|sont\b)[^\W\d_][\w-]*)?)",
    re.IGNORECASE,
)
_MAY_OWN = re.compile(
    r"^(?:et\s+|mais\s+)?(?:quel(?:le)?s?\s+(?:est|sont|était|étaient|sera|seront)|qui\s+(?:est|sont|était|étaient)|où\s+(?:est|sont|se trouve)|c['’]est quoi"
    r"|combien\s+(?:coûte|vaut)|(?:à|de)\s+(?:combien|quand)\s+[\w'’-]+|parle[rz]?-moi\s+de|comment\s+(?:s['’]appelle|est|sont)|quand\s+(?:est|était))?\s*$",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(
    r"\b(?P<who>ce|cet|cette|ces)\s+(?P<noun>(?!que\b|qui\b|dont\b|sont\b|sera\b|serait\b|fut\b|n['’]|années?\b|mois\b|semaines?\b|jours?\b|matin|moment|soir|cas\b|type|genre|sens\b|point|stade|temps|époque|période|date|occasion|article)[^\W\d_]{3,}\b)(?!\s+(?:qui|que|dont|où|de|du|des)\b)"
    r"|\b(?P<last>celui-ci|celle-ci|ceux-ci|celles-ci|celui-là|celle-là|ce dernier|cette dernière|ces derni(?:ers|ères))\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(?P<who>it|its|they|them|their|he|she|his|her|him)\b|\b(?:this|these)\s+(?P<noun>[a-z]{4,}s?)\b(?!\s+(?:that|which|of))",
    re.IGNORECASE,
)
_ENGLISH_IMPERSONAL = re.compile(
    r"\bis it (?:possible|legal|true|allowed|ok|mandatory|necessary|right|fair|normal)\b|\bit (?:is|takes?) (?:possible|legal|to|that)\b|\bdoes it take\b|\bthis (?:year|month|week|time|morning)\b",
    re.IGNORECASE,
)
_ENGLISH_QUESTION = re.compile(
    r"^(?:(?:and|but|so)\s+)?(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|does|do|did|can|could|will|would|has|have|should|tell)\b",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(?:qui|quel(?:le)?s?\s+(?:organi\w+|syndicats?|personnes?|entreprises?|ministères?)|who|whom|which)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:\b(?P<article>[Ll]['’]|[Ll]a |[Ll]e |[Ll]es |[Tt]he ))?(?P<name>\b[A-ZÀÂÉÈÊÎÔÛÇ][\w’'-]+(?:(?:\s+(?:de la|de l['’]|de|du|des|d['’]|en|et|of|the))?\s*(?<=[\s'’])[A-ZÀÂÉÈÊÎÔÛÇ][\w’'-]+| européenne?| syndicale?)*)"
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier question, completed, and what was answered."""

    question: str
    answer: str = ""


def resolved(question: str, earlier: Sequence[Earlier], language: Language) -> str:
    """The question with its pronoun replaced by what it stands for; as typed where it has none, or none that needs it."""
    bare = " ".join(question.split()).strip(_END)
    if len(bare.split()) > _LONGEST or not earlier:
        return question
    english = bool(_ENGLISH_QUESTION.match(bare)) and not re.search(r"\b(?:qui|que|est-ce|quoi)\b", bare, re.IGNORECASE)
    found = _in_english(bare, earlier) if english else _in_french(bare, earlier)
    if found is None:
        return question
    found = re.sub(r"^(?:et|mais|and|but)\s+", "", found, flags=re.IGNORECASE)
    return f"{found[0].upper()}{found[1:]}{'?' if english else ' ?'}"


def _in_french(bare: str, earlier: Sequence[Earlier]) -> str | None:
    inside = mentions(bare)
    alone = [m for m in inside if not m.preposition]
    ends = bool(alone) and alone[-1].end >= len(bare)
    named = any(m.sort == "name" for m in alone)
    if (found := _CLITIC.match(bare)) is not None and not re.search(r"-(?:t-)?(?:ils?|elles?)\b", bare):
        return _with_object(found, earlier, f"{found['ask']} ")
    if (found := _INFINITIVE.match(bare)) is not None and not re.search(r"-(?:t-)?(?:ils?|elles?)\b", bare):
        return _with_object(found, earlier, f"{found['ask']} ")
    if (found := _ON_THIS.search(bare)) is not None and not alone:
        what = _antecedent(earlier, "", False, thing=True) or _antecedent(earlier, "", None, thing=True)
        return what and _joined(bare[: found.start()].rstrip() + " au sujet de ", what, bare[found.end() :])
    if (found := _THERE.search(bare)) is not None and not any(m.preposition == "à" for m in inside):
        what = _antecedent(earlier, "", False, thing=True) or _antecedent(earlier, "", None, thing=True)
        preposition = "à" if found["who"].lower() == "y" else "de"
        asked = f"{bare[: found.start()]}{found['rest']}{bare[found.end() :]}"
        return what and f"{asked} {after_preposition(preposition, what)}"
    found = _INVERTED.search(bare)
    if found is not None and not _IMPERSONAL.search(bare) and not _doubled(bare, inside, found.start()):
        if (what := _antecedent(earlier, *_number(found["who"]))) is not None:
            return _with_subject(bare, found, what)
        return _beside(bare, earlier)
    found = _SUBJECT.search(bare)
    if (
        found is not None
        and not any(m.end <= found.start() for m in alone)
        and not (ends and found.start() == 0)
        and len(bare[: found.start()].split()) <= _FEW
    ):
        what = _antecedent(earlier, *_number(found["who"]))
        if what is None:
            return _beside(bare, earlier)
        joint = re.sub(r"\bqu['’]$", "que ", bare[: found.start("who")], flags=re.IGNORECASE)
        joint = re.sub(r"\bs['’]$", "si ", joint, flags=re.IGNORECASE)
        return f"{joint}{what} {bare[found.end('who') :].strip()}"
    if (found := _THAT_IS.match(bare)) is not None:
        if found["quality"] and found["quality"].lower() in {"que", "qui", "ainsi"}:
            return None
        what = _antecedent(earlier, "", False, thing=True) or _antecedent(earlier, "", None, thing=True)
        return f"{bare}, {what}" if what else _beside(bare, earlier)
    found = _THAT.search(bare)
    itself = ends or named or "," in bare or any(m.end <= found.start() for m in inside) if found else True
    if found is not None and not itself and not re.search(r"\bse (?:fait|peut)", bare):
        what = _antecedent(earlier, "", False, thing=True) or _antecedent(earlier, "", None, thing=True)
        if what is None:
            return _beside(bare, earlier)
        return _in_place(bare, found, what)
    if (found := _POSSESSIVE.search(bare)) is not None and _MAY_OWN.match(bare[: found.start()]) and not named:
        return _owned(bare, found, earlier)
    found = _DEMONSTRATIVE.search(bare)
    same = found is not None and any(m.end <= found.start() and m.head == (found["noun"] or "").lower() for m in inside)
    if found is not None and not named and not same and len(bare.split()) <= _FEW_ASKED:
        number = _number_of_demonstrative(found[0])
        what = _antecedent(earlier, *number, head=(found["noun"] or "").lower())
        if what is None:
            # « les infirmières placées par ces applications » says what it is about.
            return None if alone else _beside(bare, earlier)
        return _joined(bare[: found.start()], what, bare[found.end() :])
    return None


def _doubled(bare: str, inside: Sequence[Mention], verb: int) -> bool:
    """Whether the pronoun after a verb only repeats its subject: « la CSQ pense-t-elle »."""
    before = bare[:verb].lower().split()
    # « où Cézanne rencontre-t-il », even without capitals: what is neither asked for nor a little word is the subject.
    if before and before[-1] not in _LITTLE and not any(re.match(r"(?:quel|combien)", word) for word in before):
        return True
    return any(
        m.end <= verb and (not m.preposition or not bare[m.end : verb].strip()) for m in inside if m.sort != "year"
    )


def _in_english(bare: str, earlier: Sequence[Earlier]) -> str | None:
    found = _ENGLISH.search(bare)
    if found is None or _ENGLISH_IMPERSONAL.search(bare) or any(m.end <= found.start() for m in mentions(bare)):
        return None
    who = (found["who"] or "").lower()
    plural = True if who in {"they", "them", "their"} else None
    what = _antecedent(earlier, "", plural, head=(found["noun"] or "").lower(), thing=who in {"it", "its"})
    what = what or _antecedent(earlier, "", None)
    if what is None:
        return _beside(bare, earlier)
    named = f"{what}'s" if who in {"its", "their", "his"} or (who == "her" and bare[found.end() :].strip()) else what
    return bare[: found.start()] + named + bare[found.end() :]


def _with_subject(bare: str, found: re.Match[str], what: str) -> str:
    """« Quand a-t-elle été adoptée » about « la loi 25 »: « Quand la loi 25 a-t-elle été adoptée »."""
    before = bare[: found.start()]
    rest = bare[found.end() :]
    if re.fullmatch(r"(?:et\s+|mais\s+)?(?:que\s+|qu['’])", before, re.IGNORECASE):
        return f"Qu'est-ce que {what} {found['clitics']}{found['verb']}{rest}"
    return f"{before}{what} {bare[found.start() :]}".strip()


def _with_object(found: re.Match[str], earlier: Sequence[Earlier], ask: str) -> str | None:
    who = found["who"].lower().replace("’", "'")
    gender, plural = {"le": ("m", False), "la": ("f", False), "les": ("", True), "leur": ("", True)}.get(
        who, ("", None)
    )
    what = _antecedent(earlier, gender, plural, thing=who in {"en", "y"})  # type: ignore[arg-type]
    what = what or (_antecedent(earlier, "", None) if plural is False and not gender else None)
    if what is None:
        return None
    preposition = {"lui": "à", "leur": "à", "en": "de", "y": "à"}.get(who, "")
    return f"{ask}{found['rest'].strip()} {after_preposition(preposition, what)}"


def _in_place(bare: str, found: re.Match[str], what: str) -> str:
    verb = re.match(r"\s*(coûte|dure|commence|finit|existe|s['’]applique|fonctionne|marche)\s*$", bare[found.end() :])
    if verb is not None and re.search(r"(?:combien|comment|quand|où)\s*$", bare[: found.start()], re.IGNORECASE):
        return f"{bare[: found.start()]}{verb[1]} {what}"
    return _joined(bare[: found.start()], what, bare[found.end() :])


def _owned(bare: str, found: re.Match[str], earlier: Sequence[Earlier]) -> str | None:
    who, noun = found["who"].lower(), found["noun"]
    plural = True if who.startswith("leur") else False if who != "leur" else None
    what = _antecedent(earlier, "", plural, asked_first=True) or _antecedent(earlier, "", None, asked_first=True)
    if what is None:
        return _beside(bare, earlier)
    article = "les " if who in {"ses", "leurs"} else "la " if who == "sa" else "le "
    if article != "les " and noun[0].lower() in "aeiouyéèêâîôh":
        article = "l'"
    return f"{bare[: found.start()]}{article}{noun} {after_preposition('de', what)}{bare[found.end() :]}"


def _joined(before: str, what: str, after: str) -> str:
    """``what`` in its place, contracted with the preposition before it."""
    if (preposition := re.search(r"\b(à|de)\s+$", before, re.IGNORECASE)) is not None:
        return before[: preposition.start()] + after_preposition(preposition[1].lower(), what) + after
    before = re.sub(r"\bqu['’]$", "que ", before, flags=re.IGNORECASE)
    return f"{before}{what}{after}"


def _beside(bare: str, earlier: Sequence[Earlier]) -> str:
    """The last question beside this one, where nothing of it can be named."""
    return f"{earlier[-1].question.strip(_END)}, {bare[0].lower()}{bare[1:]}"


def _number(who: str) -> tuple[Gender, bool | None]:
    low = who.lower()
    return ("m" if low == "il" else "f" if low.startswith("elle") else ""), low.endswith("s")


def _number_of_demonstrative(text: str) -> tuple[Gender, bool | None]:
    low = text.lower()
    plural = low.startswith(("ces", "ceux", "celles"))
    return (
        "f" if low.startswith(("cette", "celle")) else "m" if low.startswith(("ce ", "cet", "celui")) else ""
    ), plural


def _antecedent(
    earlier: Sequence[Earlier],
    gender: Gender,
    plural: bool | None,
    *,
    thing: bool = False,
    head: str = "",
    asked_first: bool = False,
) -> str | None:
    """What was said last that agrees: surely rather than perhaps, in the last turn rather than before.

    Args:
        gender: empty where either will do; ``plural`` None likewise.
        thing: whether it stands for something rather than for somebody.
        head: the noun it is called by, where it is.
        asked_first: whether it is rather of what was asked about than of what answered.
    """
    for place, turn in enumerate(reversed(earlier)):
        candidates = list(_candidates(turn))
        if asked_first:
            candidates = [m for m in candidates if m.end] + [m for m in candidates if not m.end]
        if head:
            named = [m for m in candidates if m.head.rstrip("s") == head.rstrip("s")]
            if named:
                return named[0].text
        agreeing = [(_agrees(m, gender, plural), m) for m in candidates]
        agreeing = [(sure, m) for sure, m in agreeing if sure]
        if thing:
            things = [(sure, m) for sure, m in agreeing if m.sort == "thing"] or agreeing
            if things:
                return (
                    things[0][1].text
                    if len(things) == 1
                    else max(things, key=lambda one: (one[0], len(one[1].text)))[1].text
                )
        elif agreeing and asked_first:
            return agreeing[0][1].text
        elif agreeing:
            return max(enumerate(agreeing), key=lambda one: (one[1][0], -one[0]))[1][1].text
        if place:
            break
    return None


def _agrees(mention: Mention, gender: Gender, plural: bool | None) -> int:
    """2 where a mention agrees in all that is known of it, 1 where too little is known, 0 where it does not."""
    sure = 2
    if plural is not None:
        if mention.plural is None:
            sure = 1
        elif mention.plural != plural:
            return 0
    if gender:
        if not mention.gender:
            sure = 1
        elif mention.gender != gender:
            return 0
    return sure


def _candidates(turn: Earlier) -> Iterator[Mention]:
    """What a turn is about: what answered a « qui », then what the question names."""
    if _WHO.search(turn.question) and turn.answer:
        text = re.sub(r"\[\d+\]", "", turn.answer)
        text = text.split("\n", 1)[-1] if text.rstrip().count("\n") and text.split("\n", 1)[0].endswith(":") else text
        for found in _NAME.finditer(text):
            name = found["name"]
            asked = name.lower() in turn.question.lower()
            if not asked and (len(name.split()) > 1 or name.isupper() or found.start() > 0):
                article = (found["article"] or "").lower()
                gender: Gender = "f" if article == "la " else "m" if article == "le " else ""
                plural = True if article == "les " else False if article else None
                yield Mention(article + name, name.lower(), 0, 0, 0, "", gender, plural, "name")
                break
    named = [m for m in mentions(turn.question) if m.sort != "year"]
    yield from named
    for mention in named:
        yield from within(turn.question, mention)
