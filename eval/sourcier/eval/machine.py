"""What figures were measured on."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

__all__ = ["describe", "processor"]


def describe() -> dict[str, str | int | None]:
    """The versions and the machine, as JSON values."""
    return {
        "sourcier": version("sourcier"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cpu_count": os.cpu_count(),
    }


def processor() -> str:
    """The processor's commercial name where the system says it, its architecture elsewhere."""
    try:
        names = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        names = None
    return names[1] if names else platform.processor() or platform.machine()
