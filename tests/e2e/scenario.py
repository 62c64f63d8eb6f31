"""What a day with Sourcier is made of: ingest, ask, serve, load the page, ask it, try to misuse it, stop.

    python scenario.py DOCUMENTS REPORT

Runs inside the sinkhole, with the environment of the test that starts it, and writes what it saw to REPORT.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

SOURCIER = str(Path(sys.executable).with_name("sourcier"))


def run(*arguments: str) -> Any:
    done = subprocess.run([SOURCIER, *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=60) as response:
            return response.status, response.read().decode("utf-8", errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, ""


def ask(address: str, question: str) -> Any:
    data = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{address}/api/ask", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=1200) as response:
        return json.load(response)


def use(address: str) -> dict[str, Any]:
    """Everything that a browser and a program ask of the server."""
    _, page = get(address)
    files = sorted(set(re.findall(r"""(?:src|href)=["'](?:\./|/)([\w./@+-]+\.(?:js|css|svg))["']""", page)))
    statuses = [get(f"{address}/{file}")[0] for file in files]
    get(f"{address}/config")
    return {
        "files_of_the_page": statuses.count(200),
        "served": ask(address, "À quelle heure ouvre le stationnement de la rue des Bouleaux ?"),
        "proxy": get(f"{address}/gradio_api/file=https://fetched.example.invalid/x.png")[0],
    }


def main(documents: str, report: Path) -> None:
    found: dict[str, Any] = {"ingested": run("ingest", documents, "--json")["added"]}
    found["asked"] = run("ask", "À combien s'élève l'allocation mensuelle de télétravail ?", "--json")
    process = subprocess.Popen([SOURCIER, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert process.stderr is not None
    try:
        lines = iter(process.stderr.readline, "")
        address = next(match[0] for line in lines if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
        found |= use(address)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    found["doctor"] = subprocess.run([SOURCIER, "doctor"], stdout=subprocess.DEVNULL, check=False).returncode
    report.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
