"""What an answer costs in electricity: measured by the processor where it can be read, estimated elsewhere."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

# Intel's and AMD's running average power limit counter, microjoules; readable by root alone on most systems.
_COUNTER = Path("/sys/class/powercap/intel-rapl:0/energy_uj")


def _counter() -> int | None:
    try:
        return int(_COUNTER.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


@dataclass(slots=True)
class EnergyMeter:
    """Starts when made. ``elsewhere`` says that the model runs in another process (Ollama): its time is waited for.

    The estimate is ``watts`` × the share of the processor that was busy × time: processor seconds of this process
    over the number of cores, or the whole wait where the work is done elsewhere.
    """

    watts: float
    elsewhere: bool = False
    _wall: float = field(default_factory=time.monotonic)
    _busy: float = field(default_factory=time.process_time)
    _joules: int | None = field(default_factory=_counter)

    def watt_hours(self) -> float:
        """Watt-hours since the start."""
        now = _counter()
        if now is not None and self._joules is not None and now >= self._joules:
            return (now - self._joules) / 1e6 / 3600
        busy = (time.process_time() - self._busy) / (os.cpu_count() or 1)
        seconds = time.monotonic() - self._wall if self.elsewhere else busy
        return self.watts * seconds / 3600
