"""What searches remember for a while: in memory alone, never more than a number of things, never longer than ten minutes.

Questions are personal, and results hold texts that may be erased at any time. So what was asked is kept as a hash, and
what has had its time is dropped even if nobody asks anything any more.
"""

from __future__ import annotations

import hashlib
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

__all__ = ["KEPT_S", "Cache", "Later", "digest_of_text"]

Value = TypeVar("Value")

KEPT_S = 600.0
"""Seconds that anything is kept, counted from when it was put there, however often it is asked for."""


class Later(Protocol):
    """Something that will be done, unless it is cancelled."""

    def cancel(self) -> None:
        """Do it no more."""
        ...


def after(seconds: float, action: Callable[[], None]) -> Later:
    """Do something in a thread of its own, which keeps no process alive."""
    timer = threading.Timer(seconds, action)
    timer.name = "sourcier-cache"
    timer.daemon = True
    timer.start()
    return timer


class Cache(Generic[Value]):
    """The values last used. Usable from any thread.

    Args:
        size: how many; 0 keeps none.
        clock: seconds.
        later: has something done after some seconds.
    """

    def __init__(
        self,
        size: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[float, Callable[[], None]], Later] = after,
    ) -> None:
        self._size = size
        self._clock = clock
        self._later = later
        self._values: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()
        self._lock = threading.Lock()
        self._sweeping: Later | None = None

    def __len__(self) -> int:
        with self._lock:
            return len(self._values)

    def get(self, key: Hashable) -> Value | None:
        """The value of a key, ``None`` where there is none any more."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            until, value = found
            if until <= self._clock():
                del self._values[key]
                return None
            self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value; the one unused for longest makes room for it."""
        if not self._size:
            return
        with self._lock:
            self._values[key] = (self._clock() + KEPT_S, value)
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
            if self._sweeping is None:
                self._sweep_in(KEPT_S)

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
            if self._sweeping is not None:
                self._sweeping.cancel()
                self._sweeping = None

    def sweep(self) -> None:
        """Drop what has had its time, and come back for the rest."""
        with self._lock:
            now = self._clock()
            for key in [key for key, (until, _) in self._values.items() if until <= now]:
                del self._values[key]
            self._sweeping = None
            if self._values:
                self._sweep_in(max(0.0, min(until for until, _ in self._values.values()) - now))

    def _sweep_in(self, seconds: float) -> None:
        # A cache that nobody holds any more is not kept for the sake of being swept.
        mine = weakref.ref(self)

        def sweep() -> None:
            if (cache := mine()) is not None:
                cache.sweep()

        self._sweeping = self._later(seconds, sweep)


def digest_of_text(text: str) -> bytes:
    """What stands for a text in a key: different texts have different ones, and it does not give the text away."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
