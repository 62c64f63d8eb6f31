"""What the page weighs and how soon it answers, in a real browser; then twenty people who ask at once.

    python -m sourcier.eval.bench.page --people 20

The server is the product's own, in a process of its own, on the index of the settings in force. One page is a browser's; the other people
are programs that read the same stream (``/api/ask/stream``), so that twenty browsers do not share the two cores with the server.
Needs Playwright and a Chromium, which come with the ``dev`` extra.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from sourcier.core.errors import SourcierError
from sourcier.core.messages import Language, message
from sourcier.eval import machine
from sourcier.eval.dataset import DatasetError, QuestionSet, load_dataset
from sourcier.eval.metrics.intervals import percentile
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script

__all__ = ["Crowd", "PageBenchError", "Person", "Weight", "main", "markdown"]

_START_S = 180
_ANSWER_S = 600
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_BOX = "#question textarea"
#: When the page's own script could first show them, in its own clock: no round trip of the tool's is measured.
_WATCH = """() => {
  const seen = (globalThis.benchSeen = {});
  delete document.documentElement.dataset.bench;
  const press = () => { seen.start = performance.now(); };
  document.querySelector("#ask").addEventListener("click", press, { capture: true, once: true });
  new MutationObserver((_, observer) => {
    const turn = document.querySelector("#current .turn");
    if (!turn || turn.id === globalThis.benchLast) return;
    const now = performance.now();
    if (turn.querySelector(".card")) seen.source ??= now;
    if (turn.querySelector(".sentence")) seen.sentence ??= now;
    if (turn.classList.contains("going")) return;
    seen.end ??= now;
    globalThis.benchLast = turn.id;
    document.documentElement.dataset.bench = "end";
    observer.disconnect();
  }).observe(document.querySelector("#current"), { childList: true, subtree: true, attributes: true });
}"""


class PageBenchError(SourcierError):
    """The page could not be measured."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one visit transfers: ``bytes`` as they travel, headers included."""

    requests: int
    bytes: int


@dataclass(slots=True)
class Person:
    """What one person saw: milliseconds from the question, and the longest line before her.

    Attributes:
        failure: the error's sentence; empty where all went well.
    """

    source_ms: float | None = None
    sentence_ms: float | None = None
    end_ms: float | None = None
    most_ahead: int = 0
    failure: str = ""


@dataclass(slots=True)
class Crowd:
    """Everyone of one round, and the server's memory (resident, MB) after it."""

    people: list[Person] = field(default_factory=list)
    memory_mb: float = 0.0


@contextmanager
def served(provider: str | None) -> Iterator[tuple[str, int]]:
    """The address of a server of ours, and the number of its process."""
    command = [sys.executable, "-c", "from sourcier.app.cli import main; main()", "serve", "--port", "0"]
    command += ["--provider", provider] if provider else []
    # Nothing remembered: what is asked again would be free.
    environment = {**os.environ, "SOURCIER_ANSWER__CACHE": "0", "SOURCIER_SEARCH__CACHE": "0"}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    try:
        yield _address(process), process.pid
    finally:
        process.terminate()
        process.wait(60)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said: list[str] = []
    timer = threading.Timer(_START_S, process.kill)
    timer.start()
    try:
        for line in process.stdout:
            said.append(line.strip())
            found = re.search(r"http://[\w.\[\]:]+:\d+", line)
            if found:
                # What it says later is read and dropped, so that it never waits for us.
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return found[0]
    finally:
        timer.cancel()
    raise PageBenchError("bench.page_no_server", detail=" ".join(said)[-300:])


def memory_mb(pid: int) -> float:
    """Resident memory of a process, MB; 0 where the system does not tell (``/proc``)."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return int(found[1]) / 1024 if found else 0.0


def visit(context: Any, address: str) -> tuple[Any, Weight]:
    """A page opened as a person opens it, and what that transfers, as the browser's own tools count."""
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    sizes: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector(_BOX, timeout=60_000)
    page.wait_for_load_state("networkidle")
    return page, Weight(len(sizes), round(sum(sizes)))


def ask_in_browser(page: Any, question: str) -> Person:
    """Ask on a page, and read its own clock: from the press on « Demander » to what appears."""
    page.locator(_BOX).fill(question)
    page.evaluate(_WATCH)
    page.locator("#ask").click()
    # A selector, since the page's policy lets nothing be evaluated from a string while it waits.
    page.wait_for_selector("html[data-bench=end]", state="attached", timeout=1000 * _ANSWER_S)
    seen = page.evaluate("globalThis.benchSeen")
    source, sentence, end = (
        seen[name] - seen["start"] if name in seen else None for name in ("source", "sentence", "end")
    )
    return Person(source, sentence, end)


def ask_by_program(address: str, question: str) -> Person:
    """Ask as a program does, and note when each line of the stream comes."""
    import http.client

    person, start = Person(), time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_ANSWER_S)
    try:
        connection.request(
            "POST", "/api/ask/stream", json.dumps({"question": question}), {"Content-Type": "application/json"}
        )
        response = connection.getresponse()
        for raw in response:
            step = json.loads(raw)
            now = 1000 * (time.perf_counter() - start)
            match step.get("event"):
                case "found":
                    person.source_ms = now
                case "waiting":
                    person.most_ahead = max(person.most_ahead, step["ahead"])
                case "sentence" if person.sentence_ms is None:
                    person.sentence_ms = now
                case "finished":
                    person.end_ms = now
                case "error" | None:
                    person.failure = str(step.get("error", step))
    except (OSError, ValueError) as error:
        person.failure = str(error) or type(error).__name__
    finally:
        connection.close()
    return person


def crowd(page: Any, address: str, pid: int, questions: Sequence[str], people: int) -> Crowd:
    """One person in the browser and ``people`` less one programs, all at once, each with a question of her own."""
    asked = [questions[number % len(questions)] for number in range(people)]
    found = [Person() for _ in asked]

    def one(number: int) -> None:
        found[number] = ask_by_program(address, asked[number])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(1, people)]
    for thread in threads:
        thread.start()
    found[0] = ask_in_browser(page, asked[0])
    for thread in threads:
        thread.join()
    return Crowd(found, memory_mb(pid))


def markdown(weights: Sequence[Weight], alone: Sequence[Person], crowds: Sequence[Crowd], language: Language) -> str:
    """The figures as tables."""

    def say(name: str) -> str:
        return message(f"bench.page_{name}", language)

    def row(name: str, people: Sequence[Person]) -> list[str]:
        cells = []
        for kind in ("source_ms", "sentence_ms", "end_ms"):
            values = [value for one in people if (value := getattr(one, kind)) is not None]
            cells += ["–" if (figure := percentile(values, q)) is None else f"{figure / 1000:.2f}" for q in (50, 100)]
        failed = sum(bool(one.failure) for one in people)
        return [name, str(len(people)), *cells, str(max((one.most_ahead for one in people), default=0)), str(failed)]

    visits = [
        [say("first_visit" if not number else "next_visit"), str(one.requests), f"{one.bytes / 1000:.0f}"]
        for number, one in enumerate(weights)
    ]
    heads = [
        "",
        "n",
        *(f"{say(kind)}, {q}" for kind in ("source", "sentence", "end") for q in (say("median"), "max")),
        say("ahead"),
        say("failed"),
    ]
    rows = [row(say("alone"), alone)]
    rows += [
        row(f"{say('round')} {number} ({one.memory_mb:.0f} MB)", one.people) for number, one in enumerate(crowds, 1)
    ]
    return "\n".join([*table(["", say("requests"), say("kilobytes")], visits), "", *table(heads, rows)])


def run(
    dataset: Annotated[Path, typer.Option("--dataset")] = Path("eval/data/cinq_documents.dev.jsonl"),
    questions: Annotated[int, typer.Option("--questions", min=1, help=message("eval.bench_questions"))] = 8,
    people: Annotated[int, typer.Option("--people", min=1, help=message("bench.page_people"))] = 20,
    rounds: Annotated[int, typer.Option("--rounds", min=0, help=message("bench.page_rounds"))] = 3,
    provider: Annotated[str | None, typer.Option("--provider", metavar="auto|ollama|embedded|none")] = None,
    browser: Annotated[Path, typer.Option("--browser", help=message("bench.page_browser"))] = Path("/usr/bin/chromium"),
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE")] = None,
) -> None:
    """Measure the page of the settings in force."""
    from playwright.sync_api import sync_playwright

    from sourcier.core.settings import load

    rows = load_dataset(dataset)
    if not isinstance(rows, QuestionSet) or len(rows.questions) < 2:
        raise DatasetError("eval.bench_no_questions", path=dataset)
    asked = [row.question for row in rows.questions]
    language = load().settings.language
    with served(provider) as (address, pid), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser), args=list(_FLAGS))
        context = chromium.new_context(reduced_motion="reduce")
        page, first = visit(context, address)
        page.close()
        page, second = visit(context, address)
        ask_in_browser(page, asked[0])  # warms up
        alone = [ask_in_browser(page, question) for question in asked[1 : questions + 1]]
        crowds = [crowd(page, address, pid, asked, people) for _ in range(rounds)]
        chromium.close()
    weights = [first, second]
    if as_json:
        figures = {"visits": weights, "alone": alone, "crowds": crowds}
        as_json.write_text(json.dumps(figures, default=asdict, indent=1), encoding="utf-8")
    described = " · ".join(f"{name}: {value}" for name, value in machine.describe().items())
    sys.stdout.write(markdown(weights, alone, crowds, language) + f"\n\n{described}\n")


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("bench.page_about"))


if __name__ == "__main__":
    main()
