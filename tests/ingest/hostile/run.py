"""Takes a folder in as ``sourcier ingest`` does, in a process of its own so that what it costs can be measured.

python -m tests.ingest.hostile.run FOLDER HOME SETTINGS.json
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from sourcier.core.settings import IngestSettings
from sourcier.index.intake import take_in
from sourcier.index.writing import open_writer


def main(folder: str, home: str, settings: str) -> None:
    begun = time.monotonic()
    with open_writer(Path(home)) as store:
        report = take_in(store, [Path(folder)], IngestSettings(**json.loads(settings)), lambda done, total: None)
        # Before the texts are looked at, which is the test's own doing.
        parent_mb = _peak_mb()
        served = {
            path: store.document_among([one], path).text
            for one in store.served()
            for path in (one.path, *one.other_paths)
        }
    answer = {
        "documents": {one.path: [finding.key for finding in one.findings] for one in report.documents},
        "skipped": [(one.path, one.error.key, str(one.error), one.error.in_language("en")) for one in report.skipped],
        "texts": served,
        "seconds": time.monotonic() - begun,
        "parent_mb": parent_mb,
        "worker_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(answer))


def _peak_mb() -> float:
    """Most memory this process held. What ``getrusage`` tells of oneself begins with what the parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
