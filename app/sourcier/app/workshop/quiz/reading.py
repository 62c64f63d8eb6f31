"""What is read to make questions, a glossary and a timeline: sentences that say something by themselves, and their passages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sourcier.app.answering.evidence import units_of
from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.kit import Piece, Topic
from sourcier.app.workshop.sources import Sources
from sourcier.core.types import Hit
from sourcier.index.search import Searcher

__all__ = ["Fact", "facts_of_topics", "holds", "is_reference", "is_statement", "passages_near", "statements_of"]

#: Passages looked for around each topic: choices that are wrong are taken from them, right ones are checked in the whole index.
AROUND = 24
#: Words of a sentence that can be asked about: fewer say little, more cannot be read as a question.
FEWEST, MOST = 7, 42

_REFERENCE = re.compile(
    r"\(notes? \d|\bsite [\w.-]+\.\w{2,}|\[(?:en ligne|online|consulté|s\. ?[dl]\.)|\bISBN\b|\bDOI\b|https?://|\bwww\.|\b\d+ p(?:ages?\b|\.)|\bp\. ?\d|\bconsultée? le \d"
    r"|^\W*[A-ZÀ-ÖØ-Þ][\w’'-]+, [A-ZÀ-ÖØ-Þ](?:\.|[\w’'-]+,? )[^.]{0,80}\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
#: Someone speaks: « nous », « je » are not the document's.
_SPOKEN = re.compile(r"\b(?:nous|notre|nos|je|mon|ma|mes|vous|votre|vos|we|our|i|my|you|your)\b", re.IGNORECASE)
#: Joins the sentence to the one before, without which it says less than it seems.
_JOINED = re.compile(
    r"^\W*(?:(?:ainsi|toutefois|cependant|pourtant|en effet|de plus|par ailleurs|en outre|enfin|or|mais|donc|aussi|ensuite|puis"
    r"|de son côté|en revanche|au contraire|par conséquent|également|dans ce cas|à l[’']inverse|une? autres?|comme le souligne\w*|à cet égard|à ce sujet|however|moreover|thus)\b,?"
    r"|(?:il|elle|ils|elles|on|cela|ceci|ce|cet|cette|ces|celui|celle|ceux|celles|it|they|this|these|that)\b)",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:ce|cet|cette|ces) (?!dernière?s? années)\w+|\b(?:celui|celle|ceux|celles)-(?:ci|là)\b|\bci-(?:dessus|dessous|après)\b"
    r"|\b(?:suivante?s?|précédente?s?|toutefois|cependant|pourtant)\b|^[^,]{2,90}, (?:ils?|elles?|on|son|sa|ses|leurs?)\b",
    re.IGNORECASE,
)
#: A term and what it is (« CIQ : Conseil… ») is for a glossary: it has no verb of its own.
_LABELLED = re.compile(
    r"^(?!(?:Le|La|Les|Une?|Des|L[’']|The|An?)\b)(?:[^.,;:!?]{1,60}"
    r"|(?:[A-ZÀ-ÖØ-Þ0-9(][\w.’'()/-]*,?|et|ou|de|du|des|la|le|les|d[’']\w+|l[’']\w+)(?: (?:[A-ZÀ-ÖØ-Þ0-9(][\w.’'()/-]*,?|et|ou|de|du|des|la|le|les))*)"
    r"[\u00a0\u202f ]: "
)
#: How to reach someone, or what a page looks like, is nothing to learn.
_PRACTICAL = re.compile(
    r"\d{3}[ .-]\d{3}[ .-]\d{4}|@|\b(?:courriel|téléphone|personne-ressource|e-?mail|phone)\b|\bcréditée?s?\b|\bpage web\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence of a document that stands by itself: ``canonical_text[start:end] == text``."""

    hit: Hit
    start: int
    end: int
    text: str
    topic: str | None = None

    @property
    def title(self) -> str:
        """The document's."""
        return self.hit.metadata.title

    @property
    def heading(self) -> str:
        """Title and section path, outermost first."""
        return " › ".join((self.title, *self.hit.passage.section))

    @property
    def key(self) -> tuple[str, int, int]:
        """Where it stands; the same sentence found twice has the same."""
        return self.hit.passage.document_id, self.start, self.end


def holds(text: str, word: str) -> bool:
    """Whether a text holds a word, or several in a row, whatever the case and accents."""
    return re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", fold(text)) is not None


def is_reference(text: str) -> bool:
    """Whether a text is a line of a bibliography, or points to one."""
    return _REFERENCE.search(text) is not None


def is_statement(text: str) -> bool:
    """Whether a text is one whole sentence that states something by itself, of a length that can be asked about."""
    words = text.split()
    return (
        FEWEST <= len(words) <= MOST
        and text.rstrip()[-1] in ".!»"
        and (text[0].isupper() or text[0] in "«0123456789")
        and text.count("«") == text.count("»")
        and "|" not in text
        and "\n" not in text.strip()
        and not _SPOKEN.search(text)
        and not _JOINED.match(text)
        and not _POINTING.search(text)
        and not _LABELLED.match(text)
        and not _PRACTICAL.search(text)
        and not is_reference(text)
    )


def facts_of_topics(topics: Sequence[Topic], sources: Sources) -> list[Fact]:
    """The sentences that the topics are made of, one from each topic in turn; those that cannot be asked about are left out."""
    columns = [[fact for piece in topic.facts for fact in _facts_of(piece, sources, topic.id)] for topic in topics]
    longest = max(map(len, columns), default=0)
    ordered = [column[i] for i in range(longest) for column in columns if i < len(column)]
    return list({fact.key: fact for fact in reversed(ordered)}.values())[::-1]


def _facts_of(piece: Piece, sources: Sources, topic: str) -> Iterator[Fact]:
    for number in piece.sources:
        place = sources.place(number)
        if place is not None:
            hit, start, end = place
            text = hit.passage.text[start - hit.passage.start : end - hit.passage.start]
            if is_statement(text):
                yield Fact(hit, start, end, text, topic)


def statements_of(hits: Iterable[Hit], topic: str | None = None) -> list[Fact]:
    """Every sentence of the passages that stands by itself, each once, in the order found."""
    found: dict[tuple[str, int, int], Fact] = {}
    for hit in hits:
        for unit in units_of(hit):
            if not unit.is_list and unit.clear_start == unit.start and is_statement(unit.text):
                fact = Fact(hit, unit.start, unit.end, unit.text, topic)
                found.setdefault(fact.key, fact)
    return list(found.values())


def passages_near(topics: Sequence[Topic], sources: Sources, searcher: Searcher, k: int = AROUND) -> list[Hit]:
    """The passages of the topics' facts, then those that a search for each topic finds, each once."""
    found: dict[tuple[str, int, int], Hit] = {}

    def add(hit: Hit) -> None:
        found.setdefault((hit.passage.document_id, hit.passage.start, hit.passage.end), hit)

    for topic in topics:
        for piece in topic.facts:
            for number in piece.sources:
                if (place := sources.place(number)) is not None:
                    add(place[0])
    for topic in topics:
        first = topic.facts[0].text if topic.facts else ""
        for hit in searcher.search(f"{topic.title} {first}".strip(), k).hits:
            add(hit)
    return list(found.values())
