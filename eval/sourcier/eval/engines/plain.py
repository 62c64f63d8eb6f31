"""What one writes in an afternoon: our search, the four best paragraphs, and a prompt that asks for citations."""

from __future__ import annotations

import time
from dataclasses import asdict

from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.energy import EnergyMeter
from sourcier.app.models import LanguageModel, Turn
from sourcier.core.filters import Filter
from sourcier.core.types import Answer
from sourcier.eval.engines.written import WARM_UP, Source, answer_from_text, first_sentence_end
from sourcier.index.search import Searcher

__all__ = ["Plain"]

PARAGRAPHS = 4
#: Longest reply, in tokens; LlamaIndex's own default for the models it knows nothing of.
MAX_TOKENS = 256
SYSTEM = (
    "Tu réponds aux questions à partir des extraits fournis, et d'eux seuls, en français, en quelques phrases. "
    "Réponds avec citations : après chaque phrase, mets entre crochets le numéro de l'extrait qui la prouve, par "
    "exemple [1]. Si les extraits ne répondent pas, dis que tu ne sais pas."
)


class Plain:
    """Search, prompt, answer: nothing is checked, and a conversation before is not read."""

    def __init__(self, searcher: Searcher, model: LanguageModel, watts: float) -> None:
        self.searcher = searcher
        self._model, self._watts = model, watts

    def warm_up(self) -> None:
        """Load what the first question would wait for."""
        self.ask(WARM_UP)

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """See :class:`~sourcier.eval.assistant.Asking`."""
        meter, timings, text = EnergyMeter(self._watts, self._model.info.provider == "ollama"), dict[str, float](), ""
        started = time.perf_counter()
        hits = self.searcher.search(question, PARAGRAPHS, only).hits
        timings["retrieve"] = timings["first_source"] = (time.perf_counter() - started) * 1000
        sources = {n: Source.whole(hit) for n, hit in enumerate(hits, 1)}
        extracts = "\n\n".join(f"[{n}] {source.text}" for n, source in sources.items())
        turns = [Turn("system", SYSTEM), Turn("user", f"{extracts}\n\nQuestion : {question}")]
        for piece in self._model.write(turns, max_tokens=MAX_TOKENS):
            text += piece
            if "first_sentence" not in timings and first_sentence_end(text):
                timings["first_sentence"] = (time.perf_counter() - started) * 1000
        timings["total"] = (time.perf_counter() - started) * 1000
        timings.setdefault("first_sentence", timings["total"])
        return answer_from_text(
            question, text, sources, hits, self._model.info,
            timings_ms=timings, usage=asdict(self._model.usage), energy_wh=meter.watt_hours(),
        )  # fmt: skip
