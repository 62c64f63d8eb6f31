"""The page's own server on documents of an invented organisation, with an assistant that says lines written in advance.

No model is loaded: the same pictures come out each time, and nobody takes what they say for a measured answer.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sourcier.app.answering.events import Drafting, Event, Finished, Found, Searched, SentenceRemoved, SentenceShown
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.core.filters import Filter
from sourcier.core.messages import Language
from sourcier.core.settings import (
    Contact,
    EmergencyLine,
    FeedbackSettings,
    OrganisationSettings,
    ServeSettings,
    Settings,
)
from sourcier.core.types import (
    Answer,
    AnswerSentence,
    Block,
    BlockKind,
    Citation,
    Document,
    Hit,
    Metadata,
    ModelInfo,
    Passage,
    Removed,
    Status,
)
from sourcier.index.records import DocumentRow

__all__ = [
    "ABSTAINED", "ANSWERED", "FAILED", "FOLLOW_UP", "GUIDED", "IN_ENGLISH_ASKED", "QUOTED", "READING", "URGENT", "Actor", "Scene", "on_stage",
]  # fmt: skip

#: What is asked for each status, and what a member makes of the passages.
ANSWERED = "À combien s'élève l'allocation de télétravail, et va-t-elle changer?"
FOLLOW_UP = "Comment la demander?"
QUOTED = "Combien de semaines de vacances ai-je après dix ans?"
GUIDED = "De combien est l'allocation de télétravail?"
ABSTAINED = "Quel est le salaire de la présidente?"
URGENT = "Mon collègue me harcèle depuis l'automne, que puis-je faire?"
IN_ENGLISH_ASKED = "How much is the telework allowance?"
FAILED = "Une question que personne n'a prévue"
READING = (
    "Le télétravail est volontaire. L'allocation passe à 65 $ par mois le 1er septembre 2026. Mon bureau est bruyant."
)

_MODEL = ModelInfo("embedded", "modele-de-demonstration", "ab" * 32)
_FEDERATION = "Fédération des métiers du livre"
_MOVE_ON_S = 60


def _document(path: str, title: str, text: str, publisher: str, date: str) -> Document:
    blocks, start = [], 0
    for part in text.split("\n\n"):
        blocks.append(Block(BlockKind.PARAGRAPH, start, start + len(part)))
        start += len(part) + 2
    identity = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Document(identity, path, text, tuple(blocks), Metadata(title, publisher, date, "fr-CA"))


_GUIDE = _document(
    "guides/teletravail.md",
    "Guide du télétravail",
    "Le télétravail est volontaire : personne ne peut y être obligé. La demande se fait par écrit, et l'employeur y "
    "répond dans les trente jours.\n\nLe matériel informatique est fourni par l'employeur. Une allocation de 40 $ par "
    "mois couvre la connexion et l'électricité ; elle est versée avec la paie du 15.\n\nLe droit à la déconnexion "
    "s'applique de 18 h à 8 h : aucun message n'a à être lu dans cet intervalle.",
    _FEDERATION,
    "2026-03-01",
)
_MINUTES = _document(
    "proces-verbaux/2026-05.md",
    "Procès-verbal du conseil fédéral",
    "Le conseil adopte à l'unanimité la hausse de l'allocation de télétravail, de 40 $ à 55 $ par mois, à compter du "
    "1er septembre 2026. La trésorière rappelle que la dépense est inscrite au budget.",
    _FEDERATION,
    "2026-05-14",
)
_AGREEMENT = _document(
    "conventions/convention-2024-2028.md",
    "Convention collective 2024-2028",
    "12.04 Toute personne salariée qui compte un an de service a droit à quatre semaines de vacances payées. Après "
    "dix ans, ce droit est porté à cinq semaines.\n\n15.01 L'employeur et le syndicat s'engagent à fournir un milieu de "
    "travail exempt de harcèlement.",
    "Fédération des métiers du livre et Association des imprimeurs",
    "2024-11",
)
_DOCUMENTS = (_GUIDE, _MINUTES, _AGREEMENT)


def _hit(source: Document, rank: int, *section: str, page: int | None = None) -> Hit:
    passage = Passage(f"p{rank}", source.document_id, 0, len(source.text), source.text, page, section, ())
    return Hit(rank, 1 / rank, passage, source.path, source.metadata)


_HITS = (
    _hit(_GUIDE, 1, "Conditions", "Matériel et dépenses"),
    _hit(_MINUTES, 2, "Point 6", "Finances"),
    _hit(_AGREEMENT, 3, "Article 12", "Vacances", page=41),
)


def _cited(marker: int, found: Hit, quote: str) -> Citation:
    start = found.passage.text.index(quote)
    metadata, passage = found.metadata, found.passage
    return Citation(
        marker, passage.document_id, found.path, metadata.title, start, start + len(quote), quote,
        passage.page, " › ".join(passage.section) or None, metadata.publisher, metadata.date,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Lines:
    """What is said to one question: each sentence with what it quotes."""

    status: Status
    sentences: tuple[tuple[str, tuple[Citation, ...]], ...] = ()
    removed: tuple[Removed, ...] = ()
    nearest: tuple[Citation, ...] = ()
    searched: Searched = field(default_factory=Searched)

    def answer(self, question: str, model: ModelInfo) -> Answer:
        shown = tuple(AnswerSentence(text, tuple(c.marker for c in cited), 0.97) for text, cited in self.sentences)
        citations = {citation.marker: citation for _, cited in self.sentences for citation in cited}
        text = " ".join(f"{one.text} {''.join(f'[{marker}]' for marker in one.citations)}" for one in shown)
        return Answer(
            question,
            self.status,
            text or "Les documents ne permettent pas de répondre.",
            shown,
            tuple(citations.values()),
            self.removed,
            _HITS,
            model,
            {"retrieve": 21.0, "first_source": 24.5, "first_sentence": 3210.0, "total": 8412.0},
            {"prompt_tokens": 402, "completion_tokens": 61},
            0.0702,
            nearest=self.nearest,
        )


_ALLOWANCE = _cited(1, _HITS[0], "Une allocation de 40 $ par mois couvre la connexion et l'électricité")
_HOLIDAYS = "Après dix ans, ce droit est porté à cinq semaines."
_LINES = {
    ANSWERED: _Lines(
        "answered",
        (
            (
                "L'allocation de télétravail est de 40 $ par mois et couvre la connexion et l'électricité.",
                (_ALLOWANCE,),
            ),
            (
                "Elle passe à 55 $ par mois le 1er septembre 2026, sur décision unanime du conseil fédéral.",
                (
                    _cited(2, _HITS[1], "de 40 $ à 55 $ par mois, à compter du 1er septembre 2026"),
                    _cited(3, _HITS[1], "Le conseil adopte à l'unanimité"),
                ),
            ),
            ("La demande se fait par écrit.", (_cited(4, _HITS[0], "La demande se fait par écrit"),)),
        ),
        (Removed("Elle est versée le 30 de chaque mois.", "number", 0.03),),
    ),
    GUIDED: _Lines("answered", (("L'allocation de télétravail est de 40 $ par mois.", (_ALLOWANCE,)),)),
    FOLLOW_UP: _Lines(
        "answered",
        (
            (
                "La demande se fait par écrit, et l'employeur y répond dans les trente jours.",
                (_cited(1, _HITS[0], "La demande se fait par écrit, et l'employeur y répond dans les trente jours."),),
            ),
        ),
    ),
    IN_ENGLISH_ASKED: _Lines(
        "answered",
        (
            ("The telework allowance is $40 a month.", (_ALLOWANCE,)),
            (
                "It rises to $55 a month on September 1, 2026.",
                (_cited(2, _HITS[1], "de 40 $ à 55 $ par mois, à compter du 1er septembre 2026"),),
            ),
        ),
    ),
    QUOTED: _Lines("quoted", ((_HOLIDAYS, (_cited(1, _HITS[2], _HOLIDAYS),)),)),
    ABSTAINED: _Lines(
        "abstained", nearest=(_cited(1, _HITS[1], "La trésorière rappelle que la dépense est inscrite au budget."),)
    ),
    URGENT: _Lines(
        "answered",
        (
            (
                "L'employeur et le syndicat s'engagent à fournir un milieu de travail exempt de harcèlement.",
                (_cited(1, _HITS[2], "s'engagent à fournir un milieu de travail exempt de harcèlement"),),
            ),
        ),
    ),
}


@dataclass(slots=True)
class Actor:
    """Says the lines of a question; an unknown one is a failure.

    Attributes:
        pause: where set, every step after the sources waits for a ``release()`` of it.
    """

    pause: threading.Semaphore | None = None
    model_info: ModelInfo = _MODEL

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Iterator[Event]:
        """The events of an answer."""
        if question not in _LINES:
            raise RuntimeError("no lines were written for this question")
        lines = _LINES[question]
        model = ModelInfo("none", "") if lines.status == "quoted" else self.model_info
        answer = lines.answer(question, model)
        yield Found(_HITS, lines.searched)
        for event in self._rest(lines, answer):
            if self.pause is not None:
                self.pause.acquire(timeout=_MOVE_ON_S)
            yield event

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """The whole answer."""
        return next(event.answer for event in self.stream(question, only, manner) if isinstance(event, Finished))

    def suggestions(
        self, asked: Sequence[str], cited: Sequence[tuple[str, int, int]], idle: Callable[[], bool]
    ) -> tuple[str, ...]:
        """What can be asked next."""
        return tuple(one for one in (FOLLOW_UP, QUOTED) if one not in asked and IN_ENGLISH_ASKED not in asked)

    @staticmethod
    def _rest(lines: _Lines, answer: Answer) -> Iterator[Event]:
        if lines.status == "answered":
            yield Drafting(answer.model)
        known: set[int] = set()
        for sentence, (_, cited) in zip(answer.sentences, lines.sentences, strict=True):
            yield SentenceShown(sentence, tuple(one for one in cited if one.marker not in known))
            known |= {one.marker for one in cited}
        for removed in lines.removed:
            yield SentenceRemoved(removed)
        yield Finished(answer)


@dataclass(frozen=True, slots=True)
class _Result:
    hits: tuple[Hit, ...]
    timings_ms: dict[str, float]
    version: str = "000001-demonstration"
    corrections: tuple[tuple[str, str], ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()


class _Shelf:
    """An index of the documents above that finds all of them."""

    version = "000001-demonstration"

    def search(self, query: str, k: int, only: Filter | None = None, manner: Manner = AS_USUAL) -> _Result:
        return _Result(_HITS[:k], {"total": 1.0})

    def document(self, document_id: str) -> Document:
        from sourcier.core.errors import StoreError

        for one in _DOCUMENTS:
            if one.document_id == document_id:
                return one
        raise StoreError("store.document_unknown", document=document_id)

    def documents(self) -> Iterable[DocumentRow]:
        return [DocumentRow(one.document_id, one.path, one.metadata, 1, len(one.text)) for one in _DOCUMENTS]


@dataclass(frozen=True, slots=True)
class Scene:
    """A server that runs, and who answers there."""

    address: str
    actor: Actor
    language: Language

    @property
    def at_quote(self) -> str:
        """The address of a document at a quote."""
        return f"{self.address}/documents/{_GUIDE.document_id}#c{_ALLOWANCE.start}-{_ALLOWANCE.end}"


@contextmanager
def on_stage(home: Path, *, language: Language = "fr", feedback: bool = True) -> Iterator[Scene]:
    """Serve the page on a free port of this machine, from a thread of this process."""
    from sourcier.app.ui.server import Server, build

    settings = Settings(
        home=home,
        language=language,
        serve=ServeSettings(port=0),
        organisation=OrganisationSettings(
            name=_FEDERATION,
            examples=(IN_ENGLISH_ASKED,) if language == "en" else (ANSWERED, QUOTED, FOLLOW_UP),
            contact="Nadia Roy, 819 555-0142, poste 214",
            contacts=(
                Contact(
                    name="Nadia Roy",
                    role="Conseillère aux relations du travail",
                    region="Mauricie",
                    subjects=("Griefs", "Convention"),
                    phone="819 555-0142, poste 214",
                    email="nadia.roy@livre.example",
                    hours="lundi au vendredi, 8 h 30 à 16 h 30",
                ),
                Contact(
                    name="Équipe d'écoute",
                    role="Harcèlement et violence",
                    subjects=("Harcèlement", "Violence"),
                    phone="418 555-0177",
                    email="ecoute@livre.example",
                ),
            ),
            emergency=(
                EmergencyLine(name="Ligne d'écoute de la Fédération", phone="418 555-0199", hours="24 h sur 24"),
            ),
        ),
        feedback=FeedbackSettings(enabled=feedback, keep_days=30, reader="le comité des communications"),
    )
    actor, shelf = Actor(), _Shelf()
    ready = threading.Event()
    address: list[str] = []

    def on_ready(where: str) -> None:
        address.append(where)
        ready.set()

    typed: Any = shelf
    server = Server(build(actor, typed, settings), settings, on_ready)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        if not ready.wait(120):
            raise TimeoutError("the page's server did not start")
        yield Scene(address[0], actor, language)
    finally:
        server.should_exit = True
        thread.join(30)
