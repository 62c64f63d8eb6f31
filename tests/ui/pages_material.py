"""Three documents of our own, one of them hostile, in a folder; shared by the tests of the pages about documents."""

from __future__ import annotations

import json
from pathlib import Path

from sourcier.core.settings import Settings
from sourcier.core.types import Document
from sourcier.index.search import Searcher

ATTACKS = [
    "<img src=http://evil.example/b.png onerror=alert(1)>",
    "<script>alert(2)</script><script src=http://evil.example/c.js></script>",
    "[x](javascript:alert(3)) <http://evil.example/e> http://evil.example/f",
    "</span></p></article><iframe src=http://evil.example/g></iframe><svg onload=alert(4)>",
    "{{ 7*7 }}{% raw %} ${alert(5)} <%= 1 %>",
    "&lt;img src=x onerror=alert(6)&gt; &#60;b&#62; &amp;amp;",
    '" onmouseover="alert(7)" style="background:url(http://evil.example/k)" x="',
    "' autofocus onfocus='alert(8)' x='",
    "<style>@import 'http://evil.example/l.css';</style><base href=http://evil.example/><meta http-equiv=refresh content=0>",
    "</title></textarea></noscript></option></select><script>alert(9)</script>",
    "\U0001f4dc e\u0301 \u202e\u2066 \ufeff \u00ad",
]
HOSTILE = (
    "</span><script>alert(1)</script> &amp; <img src=x onerror=alert(2)> \U0001f4dc {{ 7*7 }} [a](javascript:alert(3))"
)

SHEET = f"""# Guide du congé 📜

Le congé 🌿 est d'une durée de vingt semaines. La demande se fait par écrit, auprès de la direction.

## Qui y a droit

- Toute personne salariée qui compte un an de service;
- toute personne à l'essai, après entente.

| Motif | Durée |
|---|---|
| Naissance | 20 semaines |
| Adoption | 18 semaines |

Le congé se prend en une fois. {HOSTILE}
"""


def written(folder: Path) -> Path:
    """The folder, with the documents in it."""
    (folder / "conge.md").write_text(SHEET, encoding="utf-8")
    (folder / "bail.txt").write_text(
        "Le bail se signe le premier mars. Le loyer est de 900 $ par mois.", encoding="utf-8"
    )
    rows = [{"id": "r1", "title": "Une rangée", "text": "La cotisation est de 2 % du salaire.", "date": "2024-05-02"}]
    (folder / "rangees.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


def by_path(index: tuple[Searcher, Settings], name: str) -> Document:
    """The document whose path begins with a name."""
    return index[0].document(next(row.document_id for row in index[0].documents() if row.path.startswith(name)))
