"""Folders of runs, written by hand in the shapes that `eval run` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Json = dict[str, Any]

#: What a document, a model or the author of a question may write to break out of a page, turn it around or run.
HOSTILE = [
    "<script>alert(1)</script>",
    "</svg><script>alert(2)</script>",
    '"><img src=x onerror=alert(3)>',
    "javascript:alert(4)",
    "[clic](javascript:alert(5)) ![x](http://exemple.invalid/p.png)",
    "</style></title></table><iframe src=//exemple.invalid>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "prix \u202egnp.exe\u202c et \u2066caché\u2069 \x00 \x1b[31m",
    "$x$ \\frac{1}{2} & &lt;b&gt; | a | b |",
    "&#60;script&#62;alert(6)&#60;/script&#62;",
]


def estimate(value: float | None, n: int = 50, low: float | None = None, high: float | None = None) -> Json:
    return {"value": value, "n": n, "low": low, "high": high}


def judge(independent: bool, recall: float, corrected: Json | None = None) -> Json:
    figures = ("citation_recall", "citation_precision", "citation_f1", "faithfulness", "all_faithful")
    return {
        "independent": independent,
        **{name: estimate(recall, 40, recall - 0.05, recall + 0.05) for name in figures},
        "unreadable": estimate(0.0, 40, 0.0, 0.09),
        "corrected": corrected,
    }


def answered(identifier: str, question: str, text: str, quote: str, **changes: Any) -> Json:
    """A prediction with one sentence and one citation."""
    citation = {
        "marker": 1, "document_id": "a" * 16, "path": "fiches/congés.md", "title": "Les congés", "page": 3,
        "section": "Durée › Cas", "start": 10, "end": 10 + len(quote), "quote": quote,
    }  # fmt: skip
    return {
        "id": identifier,
        "question": question,
        "status": "answered",
        "answer": f"{text} [1]",
        "sentences": [{"text": text, "citations": [1], "support": 0.93}],
        "citations": [citation],
        "removed": [],
        "retrieved": [
            {"document_id": "a" * 16, "path": "fiches/congés.md", "start": 0, "end": 400, "score": 0.71},
        ],
        "model": {"provider": "embedded", "name": "petit", "digest": "abc123"},
        "timings_ms": {"retrieve": 20.0, "first_source": 21.0, "first_sentence": 2500.0, "total": 7000.0},
        "usage": {"prompt_tokens": 400, "completion_tokens": 40},
        "energy_wh": 0.05,
        "answerable": 0.9,
        **changes,
    }


def abstained(identifier: str, question: str, **changes: Any) -> Json:
    empty: Json = {"status": "abstained", "answer": "Rien.", "sentences": [], "citations": [], "answerable": 0.1}
    return answered(identifier, question, "", "", **{**empty, **changes})


def score(
    identifier: str, prediction: Mapping[str, Any], answerable: bool = True, facts: float = 1.0, **more: Any
) -> Json:
    gone = prediction["status"] == "abstained"
    return {
        "id": identifier,
        "kind": "list" if answerable else "near_miss",
        "answerable": answerable,
        "status": prediction["status"],
        "facts": {"good": int(facts), "n": 1},
        "missing": [] if facts == 1 else [0],
        "exact_quotes": {"good": len(prediction["citations"]), "n": len(prediction["citations"])},
        "fabrications": {"items": 2, "uncited_sentences": 0},
        "right_place": None if not answerable else not gone,
        "passage_found": True if answerable else None,
        "first_right_rank": 1 if answerable else None,
        "answerable_p": prediction.get("answerable"),
        "numbers": {"good": 0, "n": 0},
        "quoted_spans": {"good": 0, "n": 0},
        "language_kept": True,
        "measures": {
            "facts": facts if answerable else None,
            "wrongly_refused": float(gone) if answerable else None,
            "wrongly_answered": None if answerable else float(not gone),
        },
        **more,
    }


def metrics(**changes: Any) -> Json:
    of_kind = {
        "facts": estimate(0.6, 5, 0.2, 0.9),
        "wrongly_refused": estimate(0.2, 5),
        "wrongly_answered": estimate(None, 0),
    }
    return {
        "facts": estimate(0.64, 50, 0.52, 0.75),
        "wrongly_refused": estimate(0.1, 50, 0.04, 0.21),
        "wrongly_answered": estimate(0.08, 25, 0.02, 0.25),
        "exact_quotes": estimate(1.0, 60, 0.94, 1.0),
        "fabricated": estimate(0.0, 120, 0.0, 0.03),
        "judges": {"verifier": judge(False, 0.97), "rules": judge(True, 0.9, estimate(0.95, 40, 0.8, 1.0))},
        "latency_ms": {"first_sentence": {"p50": 2500.0, "p95": 9000.0, "n": 60}, "total": {"p50": 7000.0, "p95": 21000.0, "n": 75}},
        "tokens": {"prompt_tokens": estimate(420.0, 60, 400.0, 440.0)},
        "energy_wh": estimate(0.05, 75, 0.04, 0.06),
        "statuses": {
            "answerable": {"answered": 30, "quoted": 15, "abstained": 5},
            "unanswerable": {"answered": 1, "quoted": 1, "abstained": 23},
        },
        "by_kind": {"list": of_kind},
        "not_indexed": [],
        **changes,
    }  # fmt: skip


def write_run(
    folder: Path,
    predictions: Sequence[Json] | None = None,
    scores: Sequence[Json] | None = None,
    *,
    measured: Json | None = None,
    environment: Mapping[str, Any] | None = None,
    questions: Sequence[Json] | None = None,
    provider: str = "embedded",
    drawn: bool = False,
) -> Path:
    """A finished run of six questions, five of which the documents answer; one of those is refused.

    Args:
        drawn: with times, energy, probabilities and ranks. Without them there is nothing to draw, which takes seconds.
    """
    if predictions is None:
        predictions = [
            answered(f"q{i}", f"Question {i} ?", f"Le congé dure {i} semaines.", f"dure {i} semaines") for i in range(4)
        ]
        predictions += [
            abstained("q4", "Et demain ?"),
            answered("q5", "Qui paie ?", "L’employeur.", "l’employeur", answerable=0.6),
        ]
    if scores is None:
        sides = [True, True, True, True, True, False]
        scores = [
            score(p["id"], p, side, 0.0 if p["id"] in {"q3", "q4"} else 1.0)
            for p, side in zip(predictions, sides, strict=True)
        ]
    if not drawn:
        bare = {"timings_ms": {}, "energy_wh": 0.0, "answerable": None}
        predictions = [{**prediction, **bare} for prediction in predictions]
        dropped = {"answerable_p", "first_right_rank"}
        scores = [{name: value for name, value in one.items() if name not in dropped} for one in scores]
    rows = questions or [
        {"id": p["id"], "question": p["question"], "answerable": True, "facts": [["semaines?"]], "reference": "Tant de semaines."}
        for p in predictions
    ]  # fmt: skip
    verdict = {"supported": True, "score": None, "readable": True, "faithful": True}
    judged = [{"id": p["id"], "judge": "rules", "sentences": [verdict] * len(p["sentences"])} for p in predictions]
    judged = judged if drawn else []
    described = {
        "dataset": "jeu.dev", "sha256": "f" * 64, "index_version": "v7", "engine": "sourcier", "started": "2026-11-29T10:00:00+00:00",
        "seeds": {"bootstrap": 1}, "processor": "Un processeur", "cpu_count": 2, "models": [{"provider": provider, "name": "petit", "digest": "abc123"}],
        **(environment or {}),
    }  # fmt: skip
    folder.mkdir(parents=True)
    for name, value in (
        ("environment", described),
        ("settings", {"model": {"provider": provider, "seed": 7}, "language": "fr"}),
        ("metrics", measured or metrics()),
    ):
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    for name, lines in (("questions", rows), ("predictions", predictions), ("scores", scores), ("judgements", judged)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8", errors="surrogatepass")
    return folder


def write_hostile(home: Path) -> list[Path]:
    """Two runs where every text that others write is hostile, names of fields included."""
    given, scores, rows = [], [], []
    for number, text in enumerate(HOSTILE):
        removed = [{"text": text, "reason": text, "explanation": text}]
        one = answered(f"q{number}{text}", text, text, text, removed=removed)
        one["citations"][0] |= {"title": text, "section": text, "path": text, "page_label": text}
        one["retrieved"][0]["path"] = text
        given.append(one)
        scores.append(score(one["id"], one, facts=0.0, kind=text))
        before = [{"question": text, "answer": text}]
        rows.append({"id": one["id"], "question": text, "facts": [[text]], "reference": text, "history": before})
    given.append(abstained("fin", HOSTILE[0]))
    scores.append(score("fin", given[-1], answerable=False))
    rows.append({"id": "fin", "question": HOSTILE[0]})
    every = " ".join(HOSTILE)
    measured = metrics(by_kind={text: metrics()["by_kind"]["list"] for text in HOSTILE}, not_indexed=[every])
    folders = []
    for number, text in enumerate((HOSTILE[1], HOSTILE[8])):
        model = {"provider": text, "name": text, "digest": text}
        described = {"engine": text, "dataset": every, "processor": text, text: text, "models": [model]}
        folders.append(
            write_run(
                home / f"{number}", given, scores, measured=measured, environment=described, questions=rows,
                provider=text, drawn=True,
            )
        )  # fmt: skip
    return folders
