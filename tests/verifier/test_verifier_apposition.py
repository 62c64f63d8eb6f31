"""A claim that says « est » where its source has a comma is word for word; what limits the apposition, or is none, is not."""

from __future__ import annotations

import pytest

from sourcier.app.answering.verifier.extraction import compare
from sourcier.app.answering.verifier.text import read

CLAIM = "Dominic Roy est le président et cofondateur de l'atelier Nord."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (CLAIM, "Dominic Roy, président et cofondateur de l'atelier Nord, se dit très fier."),
        (CLAIM, "Le comité est présidé par Dominic Roy, président et cofondateur de l'atelier Nord."),
        (CLAIM, "La Ville a parlé, et Dominic Roy, le président et cofondateur de l'atelier Nord, a répondu."),
        (CLAIM, "Dominic Roy (président et cofondateur de l'atelier Nord) se dit très fier."),
        ("Aline de Tilly est présidente du comité.", "Aline de Tilly, présidente du comité, a parlé."),
        ("Aline Roy is the chair of the committee.", "Aline Roy, chair of the committee, spoke."),
    ],
)
def test_an_apposition_supports_what_it_says(claim: str, source: str) -> None:
    assert compare(read(claim), [read(source)]).whole == 1


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        (CLAIM, "Dominic Roy, ancien président et cofondateur de l'atelier Nord, se dit très fier."),
        (CLAIM, "Dominic Roy, président et cofondateur de l'atelier Nord jusqu'en 2020, se dit très fier."),
        (CLAIM, "Dominic Roy, président et cofondateur de l'atelier Nord, jusqu'en 2020, se dit très fier."),
        (CLAIM, "En 2019, a dit Dominic Roy, président et cofondateur de l'atelier Nord, tout a changé."),
        (CLAIM, "Le frère de Dominic Roy, président et cofondateur de l'atelier Nord, se dit très fier."),
        (
            "Dominic Roy est le président de l'atelier Nord.",
            "Dominic Roy, président et cofondateur de l'atelier Nord, parle.",
        ),
        ("Dominic Roy n'est pas président du comité.", "Dominic Roy, président du comité, a parlé."),
        ("Apple est Microsoft du numérique.", "Les géants : Apple, Microsoft du numérique, ont parlé."),
        ("Mila Roy est employés de la ville.", "Sont venus Aline, Mila Roy, employés de la ville, et des parents."),
        ("Mark Roy est au sujet de la taxe.", "Le comité est dirigé par Mark Roy, au sujet de la taxe, depuis lundi."),
        ("Syndicalisme Hebdo est texte du 12 septembre.", "Syndicalisme Hebdo, texte du 12 septembre, annonce."),
        ("Le comité est un groupe de la Ville.", "Le comité, groupe de la Ville, se réunit."),
    ],
)
def test_what_is_limited_or_no_apposition_supports_nothing_so(claim: str, source: str) -> None:
    assert compare(read(claim), [read(source)]).whole == 0
