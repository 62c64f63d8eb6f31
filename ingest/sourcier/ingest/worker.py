"""The process that parses one untrusted file: ``python -m sourcier.ingest.worker KIND LIMITS``, bytes in, JSON out."""

from __future__ import annotations

import json
import logging
import sys

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.kinds import Kind, reader_for
from sourcier.ingest.limits import Limits


def main(arguments: list[str]) -> int:
    """Read standard input as a file of kind ``arguments[0]`` within the limits of ``arguments[1]``."""
    kind, limits = Kind(arguments[0]), Limits(**json.loads(arguments[1]))
    _confine(limits)
    # Libraries warn on standard error about every oddity of a file; nobody reads it.
    logging.disable(logging.CRITICAL)
    answer = _answer(kind, sys.stdin.buffer.read(), limits)
    sys.stdout.write(answer)
    sys.stdout.flush()
    return 0


def _answer(kind: Kind, data: bytes, limits: Limits) -> str:
    try:
        answer = reader_for(kind)(data, limits=limits).to_json()
    except UnreadableFileError as error:
        return _refusal(error.key, {name: str(value) for name, value in error.values.items()})
    except MemoryError:
        return _refusal("ingest.too_much_memory", {"limit": str(limits.memory_mb)})
    except Exception as error:  # noqa: BLE001 - a parser of untrusted bytes may raise anything: all of it means « damaged »
        return _refusal("ingest.damaged", {"detail": type(error).__name__})
    # JSON is written in ASCII: its length is that of its bytes.
    return answer if len(answer) <= limits.output else _refusal("ingest.too_much_text", {})


def _refusal(key: str, values: dict[str, str]) -> str:
    return json.dumps({"error": key, "values": values})


def _confine(limits: Limits) -> None:
    """Limits that the process cannot lift again. Windows has none of them: there, only the clock stops it."""
    if sys.platform == "win32":
        return
    import resource

    memory = limits.memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.timeout_s, limits.timeout_s + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits.output, 2 * limits.output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
