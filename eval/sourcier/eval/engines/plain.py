"""What one writes in an afternoon: our search, the four best paragraphs, and a prompt that asks for citations."""

from __future__ import annotations

import time
from dataclasses import asdict

from sourcier.app.energy import EnergyMeter
from sourcier.app.models import LanguageModel, Turn
from sourcier.eval.engines.record import Record, claims_in, declines, first_sentence_end
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
    """Search, prompt, answer: nothing is checked."""

    name = "plain"

    def __init__(self, searcher: Searcher, model: LanguageModel, watts: float) -> None:
        self._searcher, self._model, self._watts = searcher, model, watts

    def answer(self, row_id: str, question: str) -> Record:
        """See :class:`~sourcier.eval.engines.record.Engine`."""
        meter, timings, text = EnergyMeter(self._watts), dict[str, float](), ""
        started = time.perf_counter()
        hits = self._searcher.search(question, PARAGRAPHS).hits
        timings["first_source"] = (time.perf_counter() - started) * 1000
        sources = {n: hit.passage.text for n, hit in enumerate(hits, 1)}
        extracts = "\n\n".join(f"[{n}] {source}" for n, source in sources.items())
        turns = [Turn("system", SYSTEM), Turn("user", f"{extracts}\n\nQuestion : {question}")]
        for piece in self._model.write(turns, max_tokens=MAX_TOKENS):
            text += piece
            if "first_sentence" not in timings and first_sentence_end(text):
                timings["first_sentence"] = (time.perf_counter() - started) * 1000
        timings["total"] = (time.perf_counter() - started) * 1000
        timings.setdefault("first_sentence", timings["total"])
        declined = declines(text)
        claims = () if declined else claims_in(text, sources)
        usage = asdict(self._model.usage)
        return Record(self.name, row_id, text, declined, claims, timings, usage, meter.watt_hours())
