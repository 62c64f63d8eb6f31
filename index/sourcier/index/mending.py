"""A damaged generation built again from the store, without reading a file or loading a model."""

from __future__ import annotations

import logging
import threading
from functools import partial
from pathlib import Path

from sourcier.core.errors import SourcierError, StoreDamagedError
from sourcier.core.settings import SearchSettings
from sourcier.index.building import build_generation
from sourcier.index.generations import current_folder, is_whole, prune
from sourcier.index.writing import open_writer

__all__ = ["Mender", "rebuild"]

logger = logging.getLogger(__name__)


def rebuild(home: Path) -> bool:
    """Build the current generation again if it is damaged.

    Returns:
        Whether it was.

    Raises:
        StoreBusyError: another process is writing.
        StoreError: the data folder cannot be written, or has no room.
        StoreDamagedError: the store itself does not hold enough.
        EmptyIndexError: there is no generation.
    """
    with open_writer(home, "index") as store:
        if is_whole(current_folder(home)):
            return False
        cut, model = store.value("cut"), store.value("model")
        served = store.ready(cut)
        if not served or not model:
            raise StoreDamagedError("store.generation_damaged", path=current_folder(home), detail="vectors")
        build_generation(
            store,
            served,
            home=home,
            cut=cut,
            fingerprint=model,
            model=store.value("model_name"),
            graph_from=int(store.value("graph_from") or SearchSettings().graph_from),
            progress=partial(store.reporter.tell, "index"),
        )
        prune(home)
    return True


class Mender:
    """Rebuilds in the background, one attempt at a time."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin, unless it is being done. What fails is logged, and left to the next ingestion."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="sourcier-mend", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait for what was begun to end."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            rebuild(self._home)
        except SourcierError as error:
            logger.warning("the index was not rebuilt: %s", error.in_language("en"))
