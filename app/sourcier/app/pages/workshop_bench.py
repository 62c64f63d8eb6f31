"""What the trainer's page works with: the index, the verifier and the model that answer members, a shelf, and what is being made."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.verifier import Verifier
from sourcier.app.models import LanguageModel
from sourcier.app.pages.workshop_runs import Run, Runs, TakingTurns
from sourcier.app.turnstile import Turnstile
from sourcier.app.workshop.asked import check_brief
from sourcier.app.workshop.kit import Brief, Kit, Outline, Topic
from sourcier.app.workshop.make import make_outline
from sourcier.app.workshop.shelf import Shelf
from sourcier.app.workshop.tools import Tools
from sourcier.core.errors import UsageError
from sourcier.core.messages import Language
from sourcier.core.settings import Settings
from sourcier.index.search import Searcher

__all__ = ["Bench"]

#: Outlines that are remembered while they are edited, in memory alone: each button would otherwise search again.
_REMEMBERED = 8


class Bench:
    """The collaborators of the page.

    Args:
        searcher: the index that answers members.
        model: the model that answers members, if there is one now.
        turnstile: the line of members.
    """

    def __init__(
        self, searcher: Searcher, model: Callable[[], LanguageModel | None], turnstile: Turnstile, settings: Settings
    ) -> None:
        self.searcher = searcher
        self.settings = settings
        self.shelf = Shelf(settings.home)
        self.runs = Runs(self.tools, self.shelf)
        self._model = model
        self._turnstile = turnstile
        self._lock = threading.Lock()
        self._verifying: tuple[RememberingEmbedder, Verifier] | None = None
        self._outlined: OrderedDict[tuple[str, str], tuple[Outline, tuple[Topic, ...]]] = OrderedDict()

    def tools(self, language: Language) -> Tools:
        """The tools of a kit in a language; the model waits behind members.

        Raises:
            ModelError: the verifier's numbers are not for this version.
        """
        with self._lock:
            if self._verifying is None:
                embedder = RememberingEmbedder(self.searcher.embedder)
                self._verifying = (embedder, Verifier.load(embedder))
            embedder, verifier = self._verifying
        model = self._model()
        patient = TakingTurns(model, self._turnstile) if model is not None else None
        return Tools(self.searcher, embedder, verifier, patient, self.settings, language)

    def outlined(self, brief: Brief) -> tuple[Outline, Sequence[Topic]]:
        """The outline that is proposed for a brief, and its topics.

        Raises:
            UsageError, QuestionError, EmptyIndexError: see :func:`~sourcier.app.workshop.make.make_outline`.
        """
        check_brief(brief)
        key = (brief.model_dump_json(), self.searcher.generation.name)
        with self._lock:
            if (known := self._outlined.get(key)) is not None:
                self._outlined.move_to_end(key)
                return known
        outline, gathered = make_outline(brief, self.tools(brief.language))
        with self._lock:
            self._outlined[key] = (outline, gathered.topics)
            while len(self._outlined) > _REMEMBERED:
                self._outlined.popitem(last=False)
        return outline, gathered.topics

    def run(self, run_id: str) -> Run:
        """What is being made, or was lately.

        Raises:
            UsageError: there is none of that id.
        """
        run = self.runs.get(run_id)
        if run is None:
            raise UsageError("workshop_page.no_run")
        return run

    def kit(self, kit_id: str) -> Kit:
        """A kit of the shelf, by its whole id.

        Raises:
            UsageError, StoreError: see :meth:`~sourcier.app.workshop.shelf.Shelf.open`.
        """
        kit = self.shelf.open(kit_id)
        if kit.id != kit_id:
            raise UsageError("workshop_page.no_kit")
        return kit
