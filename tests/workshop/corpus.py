"""A small corpus of ours, indexed for the tests of the workshop: an invented federation's papers, and how one of them changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sourcier.app.workshop.tools import Tools, opened
from sourcier.core.settings import Settings, load
from sourcier.index.sync import sync

__all__ = ["PAPERS", "indexed", "settings_in", "tools_in", "write_papers"]

_TELEWORK = """# Guide du télétravail de la Fédération des métiers du livre

Par Nadia Roy, publié le 14 mai 2026

## Pourquoi ce guide

Le télétravail s'est répandu dans les librairies et les maisons d'édition depuis 2021. La Fédération des métiers du livre compte 4 200 membres, dont 1 150 travaillent de chez eux au moins un jour par semaine. Ils le font souvent sans entente écrite.

La Fédération des métiers du livre définit le télétravail comme le travail accompli de façon régulière hors des locaux de l'employeur.

## L'allocation de télétravail

L'allocation de télétravail est de 55 $ par mois. Elle est versée avec la première paie. De plus, la Fédération demande que l'allocation soit indexée au coût de la vie chaque année.

Toutefois, l'allocation ne remplace pas le remboursement du matériel, que l'employeur doit fournir avant le premier jour de télétravail.

La Fédération recommande de conserver les factures d'électricité pendant trois ans.

## La demande et le refus

La personne salariée doit faire sa demande par écrit au moins quinze jours ouvrables avant la date souhaitée. L'employeur doit répondre dans les dix jours et motiver par écrit tout refus. Un refus ne peut pas reposer sur l'ancienneté de la personne qui demande le télétravail.

La Fédération exige que les critères de refus soient affichés dans chaque lieu de travail.

## La vie privée et la surveillance

La Fédération demande l'interdiction des logiciels qui mesurent les frappes au clavier. L'employeur ne doit jamais activer la caméra d'un ordinateur à distance. Les données recueillies par l'employeur doivent être détruites après six mois.

Le comité paritaire du télétravail (CPT) surveille l'usage de ces logiciels. Il se réunit quatre fois par année.
"""
_TRAINING = """# Plan de formation continue

## Le droit à la formation

La Fédération des métiers du livre réclame trente heures de formation payées par année pour chaque membre. Les employeurs de plus de cinquante personnes doivent afficher leur plan de formation en janvier. Le plan de formation a été adopté par le congrès le 3 février 2025.

La formation sur les outils numériques doit être donnée pendant les heures de travail.

## Le fonds de formation

Le fonds de formation dispose de 2,4 millions de dollars. La Fédération propose que le tiers du fonds soit réservé aux petites librairies. Un comité de cinq personnes examine les demandes chaque trimestre.
"""
PAPERS = {"guides/teletravail.md": _TELEWORK, "plans/formation.md": _TRAINING}


def write_papers(folder: Path, **changed: tuple[str, str]) -> Path:
    """The papers in ``folder``; a change is ``name=(before, after)``, the name being that of the file without its folder."""
    for path, text in PAPERS.items():
        before, after = changed.get(Path(path).stem, ("", ""))
        assert before in text, f"{before!r} is not in {path}"
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace(before, after) if before else text, encoding="utf-8")
    return folder


def settings_in(home: Path, provider: str = "none") -> Settings:
    """Settings whose data folder is ``home``."""
    return load(environ={}, options={"home": home, "model.provider": provider}).settings


def indexed(corpus: Path, home: Path) -> Settings:
    """Bring the index of ``home`` in line with a folder."""
    settings = settings_in(home)
    sync([corpus], settings)
    return settings


@contextmanager
def tools_in(settings: Settings) -> Iterator[Tools]:
    """French tools without a language model."""
    with opened(settings, "fr") as tools:
        yield tools
