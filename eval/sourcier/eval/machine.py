"""What figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path

__all__ = ["describe", "peak_memory_mb", "processor"]


def describe() -> dict[str, str | int | None]:
    """The versions and the machine, as JSON values."""
    return {
        "sourcier": version("sourcier"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cpu_count": os.cpu_count(),
    }


def peak_memory_mb() -> float | None:
    """The most memory that this process has held, in megabytes; ``None`` where the system does not say.

    The embedded model runs in this process; Ollama's memory is its own.
    """
    try:
        import resource
    except ImportError:  # Windows
        return None
    # Kilobytes on Linux, bytes on macOS.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def processor() -> str:
    """The processor's commercial name where the system says it, its architecture elsewhere."""
    try:
        names = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        names = None
    return names[1] if names else platform.processor() or platform.machine()
