"""Counts of tokens without the tokenizer hold the true one between them, as the embedded model counts."""

from __future__ import annotations

import json
import urllib.request

import pytest

from sourcier.app.models import Turn
from sourcier.app.models.tokens import at_least, at_most, window_for

TEXTS = [
    "La convention collective prévoit un comité paritaire, composé de trois personnes de chaque partie. " * 5,
    "Art. 12.03 : 1 234,56 $ ; 2 500 $ ; 14-03 ; 32,5 h ; 100 % ; (418) 555-0100 ; 2024-01-31. " * 5,
    "🙂🚀🏳️‍🌈👩‍👩‍👧" * 30,
    "劳动者有权休息。労働者は休息する権利がある。" * 10,
    'https://exemple.org/a/b?c=d&e=f#g {"clé": [1, 2, 3]} ' * 10,
    "Anticonstitutionnellement, l'aujourd'hui d'à peine où qu'y a-t-il. " * 5,
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_true_count_is_between_the_least_and_the_most(text: str, engine: tuple[str, str]) -> None:
    url, key = engine
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{url}/tokenize", json.dumps({"content": text}).encode(), headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        true = len(json.load(answer)["tokens"])
    turns = [Turn("user", text)]
    assert at_least(turns) <= true <= at_most(turns)


def test_windows_double_up_to_the_limit() -> None:
    assert [window_for(n, 8192) for n in (0, 1, 2048, 2049, 4097, 9000)] == [2048, 2048, 2048, 4096, 8192, 8192]
    assert window_for(100, 1024) == 1024
