"""As many processes that read files as there are cores, each with a thread that waits for it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sourcier.ingest.limits import Limits
from sourcier.ingest.sandbox import Worker

Result = TypeVar("Result")


class Pool:
    """Runs tasks that each need a :class:`~sourcier.ingest.sandbox.Worker`, in the order they come.

    A thread and its process are started when there is something for them to do. Closing kills what is under way.
    """

    def __init__(self, workers: int, limits: Limits) -> None:
        """``workers``: 0 is as many as there are cores."""
        self.size = workers or os.cpu_count() or 1
        self._limits = limits
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="sourcier-reader")
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._lock = threading.Lock()

    def submit(self, task: Callable[[Worker], Result]) -> Future[Result]:
        """Have ``task`` done by the first process that is free."""
        return self._threads.submit(self._run, task)

    def close(self) -> None:
        """Drop what waits, kill what runs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            for worker in self._workers:
                worker.close()
        self._threads.shutdown(wait=True)

    def _run(self, task: Callable[[Worker], Result]) -> Result:
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = Worker(self._limits)
            with self._lock:
                self._workers.append(worker)
            self._own.worker = worker
        return task(worker)
