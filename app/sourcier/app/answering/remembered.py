"""Answers that were verified a moment ago, given again: in memory alone, ten minutes at most, until the index changes.

The same question is asked by many people on the day something is announced, and a small machine writes for ten seconds.
What is kept is what was shown, with the quotes that prove it; the question itself is kept as a hash. Nothing is kept of
an answer that did not finish, nor of one that a failure of the model shortened.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from datetime import date

from sourcier.app.answering.events import Event, Finished, Found, Searched, SentenceShown, Understood
from sourcier.app.answering.manner import Manner
from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.core.types import Answer, ModelInfo
from sourcier.index.caching import Cache, digest_of_text

__all__ = ["Key", "RememberedAnswers", "answer_key", "no_notice", "replayed"]

Key = tuple[str, bytes]
"""The index, and a digest of all else that an answer depends on."""

_MS = 1000.0
_UNKNOWN = Searched()


def answer_key(
    standalone: str,
    index: str,
    *,
    model: ModelInfo,
    settings: Settings,
    manner: Manner,
    only: Filter | None = None,
    prompt: str = "",
    left_out: int = 0,
    today: date | None = None,
) -> Key:
    """All that an answer depends on.

    Args:
        standalone: the question that is searched for, a follow-up being completed: its conversation counts no further.
        index: the name of the index searched.
        prompt: whatever changes when the prompt does: its rules and its examples, for instance.
        left_out: earlier turns that were left out, since the answer says how many.
        today: the day, since citations say whether their document is in force; by default today.
    """
    settings_that_matter = settings.model_dump(
        mode="json", include={"language", "embedding", "search", "model", "answer", "organisation"}
    )
    parts = (
        # A question asked with another case or spacing may be read otherwise (acronyms): only white space is the same.
        " ".join(standalone.split()),
        [model.provider, model.name, model.digest],
        settings_that_matter,
        [manner.style, manner.quotes_only],
        repr(only),
        prompt,
        left_out,
        (today or date.today()).isoformat(),
    )
    return index, digest_of_text(json.dumps(parts, ensure_ascii=True, sort_keys=True))


def no_notice(answer: Answer) -> bool:
    """Whether nothing had to be said beside the answer: that the model failed, for instance."""
    return not answer.notices


class RememberedAnswers:
    """The events of the answers last verified. Usable from any thread.

    Args:
        size: answers kept; 0 keeps none.
    """

    def __init__(self, size: int, *, cache: Cache[tuple[Event, ...]] | None = None) -> None:
        self._kept: Cache[tuple[Event, ...]] = Cache(size) if cache is None else cache
        self._index = ""
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> tuple[Event, ...] | None:
        """What was shown, in order, the last event being ``Finished``; ``None`` where nothing is kept."""
        self._follow(key[0])
        return self._kept.get(key)

    def recording(
        self, key: Key, events: Iterable[Event], keep: Callable[[Answer], bool] = no_notice
    ) -> Generator[Event]:
        """Pass ``events`` on, and keep them once they have finished.

        Args:
            keep: whether a finished answer may be given again.
        """
        seen: list[Event] = []
        for event in events:
            if isinstance(event, Found):
                seen.append(Found(event.hits))  # without the words of the person who asked
            elif isinstance(event, SentenceShown):
                seen.append(event)
            elif isinstance(event, Finished):
                self._put(key, (*seen, Finished(_impersonal(event.answer))), keep(event.answer))
            yield event

    def clear(self) -> None:
        """Drop everything."""
        self._kept.clear()

    def _put(self, key: Key, events: tuple[Event, ...], keep: bool) -> None:
        # An answer from an index that has been replaced while it was written is not kept.
        with self._lock:
            if keep and key[0] == self._index:
                self._kept.put(key, events)

    def _follow(self, index: str) -> None:
        """Drop what comes from another index than the one searched now: its texts may have been erased."""
        with self._lock:
            if index != self._index:
                self._index = index
                self._kept.clear()


def replayed(
    events: Iterable[Event],
    question: str,
    *,
    standalone: str = "",
    started: float | None = None,
    searched: Searched = _UNKNOWN,
) -> Iterator[Event]:
    """Kept events as those of a new answer: to the question as this person typed it, at no cost, in no time.

    Args:
        standalone: how this person's follow-up was completed, where it was.
        started: when the question came, by ``time.monotonic()``.
        searched: what this person's question was searched by.
    """
    began = time.monotonic() if started is None else started
    timings: dict[str, float] = {}

    def stamp(*names: str) -> None:
        now = round((time.monotonic() - began) * _MS, 1)
        for name in names:
            timings.setdefault(name, now)

    for event in events:
        match event:
            case Found(hits):
                stamp("retrieve", "first_source")
                yield Found(hits, searched)
            case SentenceShown():
                stamp("first_sentence")
                yield event
            case Finished(answer):
                stamp("total")
                yield Finished(
                    replace(
                        answer,
                        question=question,
                        standalone=standalone,
                        timings_ms=timings,
                        usage={},
                        energy_wh=0.0,
                        cached=True,
                    )
                )
            case Understood():
                pass  # of somebody else's conversation
            case _:
                yield event


def _impersonal(answer: Answer) -> Answer:
    """The answer without the words of the person who asked."""
    return replace(answer, question="", standalone="", id=None)
