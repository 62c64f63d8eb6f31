"""A follow-up made a question of its own, from the person's own earlier turns: « Et pour les municipalités ? ».

Deterministic, and without the language model: a small one rewrites in seconds what a member may not have meant, and what
is understood is shown above the answer. Four things make a follow-up: an element set against one of the last question
(« et en 2024 ? »), a word that stands for something said before (« combien ça coûte ? »), a bare question word
(« pourquoi ? »), the rank of something in a list (« et le deuxième ? »). Anything else stands alone, and is left as typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sourcier.app.answering.manner import Exchange
from sourcier.app.answering.mentions import Mention, after_preposition, mentions, phrase, within
from sourcier.app.answering.pronouns import Earlier, resolved
from sourcier.core.messages import Language, message

__all__ = ["Completed", "completed", "left_out_notice", "standalone"]

_END = " ?!.…\u00a0\u202f"
#: Words of a follow-up that sets one element against another; a longer one says what it asks.
_LONGEST_CONTRAST = 9
_CONTRAST = re.compile(
    r"^(?:(?:ok|bon|merci|d'accord|alors|oui|non|thanks)[\s,.!]+)?"
    r"(?:(?:et|mais|puis|pis|ou)\s+(?:alors\s+)?(?:du côté\s+(?=d)|en ce qui concerne\s+|concernant\s+|quant\s+)?"
    r"|(?:et\s+)?qu['’]en est-il\s+|(?:et\s+)?(?:la\s+)?même (?:chose|question)\s+|pareil\s+"
    r"|(?:and\s+|but\s+)?(?:what|how) about\s+|and\s+|but\s+|same (?:question\s+)?(?=for\b))"
    r"(?P<rest>.+)$",
    re.IGNORECASE,
)
_BARE_PHRASE = re.compile(r"^(?:pour|en|chez|dans|selon|aux?|avec|for|in|at)\s+\S.*\?$", re.IGNORECASE)
#: What no element set against another holds: it is a question already.
_ASKS = re.compile(
    r"\b(?:quels?|quelles?|qui|que|quoi|où|comment|combien|pourquoi|quand|est-ce|lequel|laquelle|lesquel\w+|est|sont|a|ont|"
    r"what|which|who|when|where|why|how|is|are|does|do|did|can|c['’]est|\w+-(?:t-)?(?:il|elle|on|ils|elles|ce))\b"
    r"|\bqu['’]",
    re.IGNORECASE,
)
_WORDS = r"(?:pourquoi|comment|quand|où|combien|qui|lesquels|lesquelles|lequel|laquelle|why|how|when|where|who|which ones?|how much|how many)"
_BARE_WORD = re.compile(
    rf"^(?:et\s+|mais\s+|and\s+|but\s+)?(?P<word>(?:(?:depuis|jusqu['’]à|à partir de|avec|par|pour|chez|à|de|since|until|with|by)\s+)?"
    rf"{_WORDS}|par rapport à quoi|selon qui|avec quoi)(?:\s+(?:ça|cela|donc|exactement|exactly|so))?$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:(?:peux-tu|peut-on|pouvez-vous|pourrais-tu|pourriez-vous|tu peux|vous pouvez|can you|could you|please)\s+)*"
    r"(?:(?:me\s+|m['’]\s*|nous\s+)?(?:donne[rz]?(?:-moi|-nous)?|dis(?:-moi|-nous|-m['’]en)?|dire|dites-m['’]en|en dire|explique[rz]?(?:-moi)?|"
    r"précise[rz]?|développe[rz]?|détaille[rz]?|continue[rz]?|résume[rz]?|reformule[rz]?|give me|tell me|explain|elaborate|go on|continue|summari[sz]e)\s*)?"
    r"(?:(?:un peu\s+|beaucoup\s+)?(?:plus|davantage)(?:\s+(?:de|d['’])\s*(?:détails?|précisions?|informations?|infos?)|\s+en détail)?"
    r"|(?:des|quelques|les)\s+(?:détails|précisions)|en détail|mieux|ça|cela|that|it|(?:some\s+)?more(?:\s+details?|\s+information)?|details)?"
    r"(?:\s+(?:là-dessus|à ce sujet|sur ce sujet|about (?:it|that)|s['’]il (?:te|vous) pla[iî]t|svp|stp|please))?$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"^(?:et\s+)?(?:(?:peux-tu|pouvez-vous|can you)\s+)?(?:as-tu\s+|avez-vous\s+|donne[rz]?(?:-moi)?\s+|give me\s+)?"
    r"(?:par exemple|(?:un|des|d['’]autres?)\s*exemples?|(?:an\s+)?examples?|for example|for instance)$",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"^(?:et\s+)?(?:quoi d['’]autre|autre chose|c['’]est tout|ensuite|après|et après|d['’]autres|y en a-t-il d['’]autres|"
    r"what else|anything else|is that all|and then|any others?)$",
    re.IGNORECASE,
)
_RANK = (
    r"premi(?:er|ère)s?|deuxièmes?|seconde?s?|troisièmes?|quatrièmes?|cinquièmes?|sixièmes?|septièmes?|huitièmes?|derni(?:er|ère)s?"
    r"|autres?|\d{1,2}(?:er|re|e|ème)|first|second|third|fourth|fifth|last(?: one)?|others?"
)
_RANKED = re.compile(
    rf"^(?:(?:et|mais|pis|and|parle[rz]?(?:-moi)?|what about|c['’]est quoi|quel(?:le)? est|quels sont|what is|tell me about)\s+)*"
    rf"(?P<article>le|la|les|l['’]|du|de la|the)\s*(?:(?:deux|trois|two|three)\s+)?(?P<rank>{_RANK})(?:\s+(?:point|one|ones))?$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(?:les|the|quels sont les|quelles sont les)\s+(?:deux|trois|quatre|cinq|six|sept|huit|\d+|two|three|four|five|six)\s+(?P<noun>[\w-]+)"
    r"|\b(?:quels|quelles|which|les)\s+(?:sont\s+les\s+)?(?P<other>[\w-]{3,}[sx])\b",
    re.IGNORECASE,
)
#: What goes on from the last question without a verb of its own (« avec l'aide de qui ? »), or opens on a joint.
_GOES_ON = re.compile(
    r"^(?:(?:et|pis|mais|and|but)\s+(?P<rest>\S.*)"
    r"|(?P<fragment>(?:avec|à|de|par|pour|depuis|jusqu['’]à|dans|sur|en|chez|with|by|for|from|until)\s+(?:\S+\s+){0,3}"
    r"(?:qui|quoi|où|quand|combien|quel(?:le)?s?\s+\w+|who|whom|what|when|which\s+\w+))"
    r"|(?P<that>(?:pourquoi|comment|quand|où)\s+c['’]est\s+\S.*))$",
    re.IGNORECASE,
)
#: Words of such a question; a longer one says what it asks.
_LONGEST_GOING_ON = 10
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Completed:
    """A question as it is to be searched for.

    Attributes:
        standalone: the question itself where nothing had to be completed.
        notice: says how many earlier turns were left out for being too long; empty where none were.
        left_out: that number.
        more: whether the person asks to hear more of the last answer.
    """

    standalone: str
    notice: str = ""
    left_out: int = 0
    more: bool = False


def completed(
    question: str,
    history: Sequence[Exchange],
    language: Language,
    *,
    limit: int,
    count_tokens: Callable[[str], int],
) -> Completed:
    """Complete a question from the earlier turns that ``limit`` tokens hold, the latest first.

    Args:
        history: the person's own earlier turns, oldest first.
        limit: tokens of questions and answers, as ``count_tokens`` counts; 0 completes nothing.
    """
    if not limit:
        return Completed(question)
    kept: list[Exchange] = []
    left = limit
    for exchange in reversed(history):
        left -= count_tokens(exchange.question) + count_tokens(exchange.answer)
        if left < 0:
            break
        kept.insert(0, exchange)
    meant = standalone(question, kept, language)
    left_out = len(history) - len(kept)
    notice = left_out_notice(left_out, language)
    more = meant != question and _MORE.match(question.strip(_END)) is not None
    return Completed(meant, notice, left_out, more)


def left_out_notice(count: int, language: Language) -> str:
    """The sentence that says how many earlier turns were left out; empty where none were."""
    if not count:
        return ""
    if count == 1:
        return message("answer.notice_history_one", language)
    return message("answer.notice_history_many", language, count=count)


def standalone(question: str, history: Sequence[Exchange], language: Language) -> str:
    """The question with what it leaves unsaid; exactly as typed where it stands alone, or nothing came before.

    Earlier follow-ups are completed first, each from those before it: nothing else is remembered.
    """
    earlier: list[Earlier] = []
    for exchange in history:
        if exchange.question.strip(_END):
            earlier.append(Earlier(_complete(exchange.question, earlier, language), exchange.answer))
    return _complete(question, earlier, language)


def _complete(question: str, earlier: Sequence[Earlier], language: Language) -> str:
    bare = " ".join(question.split()).strip(_END)
    if not earlier or not bare:
        return question
    last = earlier[-1].question.strip(_END)
    mark = " ?" if language == "fr" else "?"
    if (asked := _BARE_WORD.match(bare)) is not None:
        joint = (
            "and"
            if re.match(r"[a-z ]*\b(?:why|how|when|where|who|which|since|until)\b", asked["word"], re.IGNORECASE)
            else "et"
        )
        return f"{last}, {joint} {asked['word'].lower()}{mark}"
    if _MORE.match(bare):
        return last + mark
    if _EXAMPLE.match(bare):
        return f"{last}, {'for example' if 'xample' in bare and 'exemple' not in bare.lower() else 'par exemple'}{mark}"
    if _ELSE.match(bare):
        return last + mark
    if (rank := _RANKED.match(bare)) is not None:
        return _ranked(last, rank, language) + mark
    rest = _set_against(bare, question)
    if rest is not None and (element := phrase(rest)) is not None:
        return _substituted(last, element) + mark
    meant = resolved(question, earlier, language)
    if meant == question and (on := _GOES_ON.match(bare)) is not None and len(bare.split()) <= _LONGEST_GOING_ON:
        added = on["rest"] or bare
        return f"{last}, {added[0].lower()}{added[1:]}{mark}"
    return meant


def _set_against(bare: str, question: str) -> str | None:
    """The element that a follow-up sets against one of the last question; None where it does no such thing."""
    found = _CONTRAST.match(bare)
    rest = found["rest"] if found else bare if _BARE_PHRASE.match(" ".join(question.split())) else None
    if rest is None or len(rest.split()) > (_LONGEST_CONTRAST if found else 5) or _ASKS.search(rest):
        return None
    # « son budget » stands for something else: see the pronouns.
    return None if re.match(r"(?:son|sa|ses|leurs?|its|their)\s", rest, re.IGNORECASE) else rest.strip(_END)


def _ranked(last: str, rank: re.Match[str], language: Language) -> str:
    """« Et le deuxième ? » after « Quels sont les deux volets du programme ? »: the second of them, named."""
    article = {"du": "le", "de la": "la"}.get(rank["article"].lower(), rank["article"].lower())
    place = f"{article}{'' if article.endswith(('’', chr(39))) else ' '}{rank['rank'].lower()}"
    listed = _LIST.search(last)
    noun = listed and (listed["noun"] or listed["other"])
    if listed is None or not noun:
        return f"{last}, {'surtout' if language == 'fr' else 'especially'} {place}"
    one = noun if place.startswith("les ") else re.sub(r"(?<=[^su])s$|(?<=au)x$|(?<=eu)x$", "", noun)
    after = last[listed.end() :].strip()
    asks = re.match(r"\s*(?:quel|quelle)", last, re.IGNORECASE) or listed["other"]
    if not asks and listed["noun"] is None:
        return f"{last}, {place}"
    verb = ("quels sont" if place.startswith("les ") else "quel est") if article != "the" else "what is"
    return f"{verb[0].upper()}{verb[1:]} {place} {one} {after}".rstrip()


def _substituted(last: str, element: Mention) -> str:
    """The last question about ``element``: in the place of what is of the same sort, else added at the end."""
    if element.sort == "year" or _YEAR.fullmatch(element.text):
        if _YEAR.search(last):
            return _YEAR.sub(element.text, last, count=1)
        return f"{last} {element.preposition or 'en'} {element.text}"
    named = mentions(last)
    inner = [one for mention in named for one in within(last, mention)]
    target = _counterpart(named, inner, element)
    if target is None:
        preposition = element.preposition or (
            "for" if re.match(r"[a-z]+$", element.text) and element.preposition else ""
        )
        added = after_preposition(preposition, element.text) if preposition else f"et {element.text}"
        return f"{last}, {added}"
    vague = element.preposition in {"", "pour", "for", "de"}
    preposition = target.preposition if vague else element.preposition
    if target.preposition == "" and element.preposition in {"chez", "selon", "à"}:
        preposition = ""
    return last[: target.outer] + after_preposition(preposition, element.text) + last[target.end :]


def _counterpart(before: Sequence[Mention], inner: Sequence[Mention], element: Mention) -> Mention | None:
    """What ``element`` is set against: the same noun, the same preposition, the same sort, in this order.

    Args:
        inner: noun phrases that are part of those ``before``.
    """
    same_noun = [m for m in (*before, *inner) if m.sort != "name" and m.head == element.head]
    if same_noun:
        return same_noun[-1]
    if element.preposition not in {"", "pour", "for", "de"}:
        places = {"en", "à", "dans", "chez", "in", "at"}
        group = places if element.preposition in places else {element.preposition}
        same = [m for m in before if m.preposition in group and (m.sort == element.sort or len(group) == 1)]
        same = same or [m for m in before if m.preposition in group and m.sort != "name"]
        if same:
            return same[-1]
        if element.sort != "name" or element.preposition not in {"chez", "selon", "à"}:
            return None
    if element.sort == "name":
        names = [m for m in before if m.sort == "name"]
        bare = [m for m in names if not m.preposition]
        return next(iter(bare or names or [m for m in inner if m.sort == "name"]), None)
    sorts = {"body": ("body", "people"), "people": ("people", "body")}.get(element.sort, ("thing",))
    for sort in sorts:
        same = [m for m in before if m.sort == sort]
        if same and (element.sort != "thing" or element.preposition in {"", "de"}):
            return same[-1]
    topics = [m for m in before if m.preposition in {"sur", "de", "about", "on"}]
    if topics and element.sort == "thing":
        return topics[-1]
    alone = [m for m in before if not m.preposition and m.sort != "year"]
    return alone[0] if len(alone) == 1 and not element.preposition else None
