"""An answer as the interface gives it, for its description: invented, and held by the tests to the shape it shows."""

from __future__ import annotations

from typing import Any

__all__ = ["ANSWER", "ERROR"]

_QUOTE = "Une allocation de 40 $ par mois couvre la connexion et l'électricité"

ANSWER: dict[str, Any] = {
    "id": None,
    "question": "À combien s'élève l'allocation de télétravail?",
    "status": "answered",
    "answer": "L'allocation de télétravail est de 40 $ par mois. [1]",
    "sentences": [{"text": "L'allocation de télétravail est de 40 $ par mois.", "citations": [1], "support": 0.97}],
    "citations": [
        {
            "marker": 1,
            "document_id": "0123456789abcdef",
            "path": "guides/teletravail.md",
            "title": "Guide du télétravail",
            "start": 191,
            "end": 191 + len(_QUOTE),
            "quote": _QUOTE,
            "page": None,
            "section": "Conditions › Matériel et dépenses",
            "publisher": "Fédération des métiers du livre",
            "date": "2026-03-01",
            "reports": None,
            "clause": None,
            "page_label": None,
            "valid_from": None,
            "valid_until": None,
            "validity": "unknown",
        }
    ],
    "removed": [
        {
            "text": "Elle est versée le 30 de chaque mois.",
            "reason": "number",
            "support": 0.03,
            "explanation": "« 30 » ne figure pas dans le passage cité.",
        }
    ],
    "retrieved": [
        {"document_id": "0123456789abcdef", "path": "guides/teletravail.md", "start": 0, "end": 420, "score": 0.71}
    ],
    "model": {"provider": "embedded", "name": "qwen2.5-coder-1.5b-instruct-q4_k_m", "digest": "ab" * 32},
    "timings_ms": {"retrieve": 21.0, "first_source": 24.5, "first_sentence": 3210.0, "total": 8412.0},
    "usage": {"prompt_tokens": 402, "completion_tokens": 61},
    "energy_wh": 0.07,
    "notices": [],
    "standalone": None,
    "style": "normal",
    "nearest": [],
    "outside": None,
    "contacts": [],
    "answerable": 0.93,
    "cached": False,
}

ERROR: dict[str, Any] = {"error": "Trop de personnes attendent déjà une réponse (20) : réessayez dans une minute."}
