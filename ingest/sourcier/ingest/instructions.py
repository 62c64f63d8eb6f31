"""Sentences that speak to a language model rather than to a reader: shown to the steward, never a reason to refuse.

A collective agreement is full of orders (« l'employeur doit », « ne pas tenir compte des absences »): only turns of
phrase that nobody writes to people are named here, and each needs its object.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ORDERS = r"(?:consignes?|instructions?|directives?|règles?|invites?|prompts?|rules?|commands?|guidelines?)"
_BEFORE = (
    r"(?:précédente?s?|antérieure?s?|ci-dessus|plus haut|reçues?|données?|du système|système|initiales?|d[’']origine)"
)
_PATTERN = re.compile(
    rf"""
    # ignore (toutes) les consignes précédentes
    \b(?:ignor(?:e|ez|er|ons)|oubli(?:e|ez|er)|néglig(?:e|ez|er)|fai(?:s|tes)\s+abstraction\s+de|ne\s+tien(?:s|ez)\s+pas\s+compte\s+(?:de|des)|
       désobéis(?:sez)?\s+à)
       \s+(?:\w+\s+){{0,2}}?{_ORDERS}\s+(?:\w+\s+)?{_BEFORE}
  | \b(?:ignore|oublie)\s+(?:tes|toutes\s+tes|vos)\s+{_ORDERS}
  | \b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+)?(?:of\s+)?(?:the\s+|your\s+|these\s+|my\s+)?
       (?:previous|prior|above|earlier|preceding|system|initial|original)\s+(?:\w+\s+)?{_ORDERS}
  | \b(?:ignore|disregard|forget)\s+(?:all\s+)?your\s+(?:\w+\s+)?{_ORDERS}
    # tu es (désormais) un assistant…
  | \b(?:tu\s+es|vous\s+êtes)\s+(?:maintenant\s+|désormais\s+|dorénavant\s+)?
       (?:une?\s+(?:assistante?|modèle\s+de\s+lang(?:ue|age)|intelligence\s+artificielle|ia|robot\s+conversationnel|chatbot|llm)\b
        |chatgpt\b|claude\b|gemini\b|mistral\b|llama\b)
  | \byou\s+are\s+(?:now\s+)?(?:an?\s+(?:\w+\s+)?(?:ai\b|assistant\b|language\s+model|chatbot|llm\b)|chatgpt\b|claude\b|dan\b)
  | \b(?:act|behave|respond)\s+as\s+(?:if\s+you\s+(?:are|were)\s+)?an?\s+(?:unrestricted|uncensored|jailbroken|different)\b
    # réponds (toujours) que…, ne cite pas…: the familiar form, which no agreement uses
  | (?<!je\s)(?<!tu\s)\b(?:réponds\s+(?:(?:toujours|seulement|uniquement|simplement|plutôt)\s+)?
      |dis\s+(?:toujours|seulement|uniquement|simplement|plutôt)\s+)(?:que\b|qu[’'])
  | \bne\s+(?:cite|mentionne|révèle|dévoile)\s+(?:pas|jamais|aucune?)\s+(?:\w+\s+){{0,2}}?
       (?:sources?|documents?|passages?|consignes?|instructions?|prompt)\b
  | \b(?:révèle|affiche|répète|montre)\s+(?:\w+\s+){{0,2}}?(?:invite|prompt|consignes?|instructions?)\s+(?:du\s+)?système\b
  | \b(?:reveal|print|repeat|show|output)\s+(?:\w+\s+){{0,2}}?(?:system\s+prompt|hidden\s+instructions)\b
  | \bdo\s+not\s+(?:cite|mention|reveal|disclose)\s+(?:\w+\s+){{0,2}}?(?:sources?|documents?|passages?|instructions?|prompt)\b
    # marks of a conversation
  | (?:^|\n)[ \t]*(?:system|système|assistant|user|utilisateur)[ \t]*:[ \t]*(?=\S)
       (?=[^\n]{{0,200}}\b(?:tu|toi|tes|vous|you|your|ignore|réponds|answer|respond|instructions?|consignes?)\b)
  | <\|?(?:im_start|im_end|system|assistant|user|endoftext|eot_id|start_header_id)\|?>|\[/?INST\]|<</?SYS>>
  | \#{{2,}}\s*(?:instructions?|system|new\s+instructions)\s*:
    """,
    re.IGNORECASE | re.VERBOSE,
)
# One of these is in every piece that the pattern matches.
_HINTS = (
    "ignor", "oubli", "néglig", "faites abstraction", "fais abstraction", "ne tien", "désobéi", "disregard", "forget",
    "override", "tu es", "vous êtes", "you are", "act as", "behave as", "respond as", "réponds", "dis toujours", "dis seulement", "dis uniquement", "dis simplement", "dis plutôt", "ne cite",
    "ne mentionne", "ne révèle", "ne dévoile", "système", "system", "prompt", "hidden instructions", "do not ", "assistant",
    "user", "utilisateur", "<|", "<im_", "<end", "<eot", "<start", "inst]", "<<", "##",
)  # fmt: skip
_BEFORE_HINT = 120
_BEHIND_HINT = 320
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Instruction:
    """A piece of text that reads like an order to a model: ``text[start:end]`` and what stands around it, on one line."""

    start: int
    end: int
    sample: str


def find_instructions(text: str) -> list[Instruction]:
    """Every such piece of ``text``, in order, offsets in code points."""
    return [_instruction(text, found) for start, end in _windows(text) for found in _PATTERN.finditer(text, start, end)]


def _windows(text: str) -> list[tuple[int, int]]:
    """Where such a piece may be: around the words without which there is none, which are found much faster."""
    lowered = text.lower()
    for blank in "\n\u00a0\u202f":
        lowered = lowered.replace(blank, " ")
    if len(lowered) != len(text):
        return [(0, len(text))]
    places: list[int] = []
    for hint in _HINTS:
        at = lowered.find(hint)
        while at >= 0:
            places.append(at)
            at = lowered.find(hint, at + len(hint))
    windows: list[tuple[int, int]] = []
    for place in sorted(places):
        start, end = max(0, place - _BEFORE_HINT), min(len(text), place + _BEHIND_HINT)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _instruction(text: str, found: re.Match[str]) -> Instruction:
    start = text.rfind("\n", 0, found.start() + 1) + 1 if text[found.start()] != "\n" else found.start() + 1
    end = text.find("\n", found.end())
    line = text[start : end if end >= 0 else len(text)]
    at = max(0, found.start() - start - 40)
    return Instruction(found.start(), found.end(), " ".join(line[at : at + _LONGEST].split()))
