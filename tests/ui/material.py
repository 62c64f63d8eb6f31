"""Documents of an invented organisation, and the answers that tests play on them."""

from __future__ import annotations

from tests.ui.scripted import FewDocuments, Play, citation, document, hit

from sourcier.core.types import Removed

GUIDE = document(
    "guides/teletravail.md",
    "Guide du télétravail",
    "Le télétravail est volontaire : personne ne peut y être obligé. La demande se fait par écrit, et l'employeur y "
    "répond dans les trente jours.\n\nLe matériel informatique est fourni par l'employeur. Une allocation de 40 $ par "
    "mois couvre la connexion et l'électricité ; elle est versée avec la paie du 15.\n\nLe droit à la déconnexion "
    "s'applique de 18 h à 8 h : aucun message n'a à être lu dans cet intervalle.",
    publisher="Fédération des métiers du livre",
    date="2026-03-01",
)
MINUTES = document(
    "proces-verbaux/2026-05.md",
    "Procès-verbal du conseil fédéral",
    "Le conseil adopte à l'unanimité la hausse de l'allocation de télétravail, de 40 $ à 55 $ par mois, à compter du "
    "1er septembre 2026. La trésorière rappelle que la dépense est inscrite au budget.",
    publisher="Fédération des métiers du livre",
    date="2026-05-14",
)
AGREEMENT = document(
    "convention.pdf",
    "Convention collective 2024-2028",
    "12.04 Toute personne salariée qui compte un an de service a droit à quatre semaines de vacances payées. Après "
    "dix ans, ce droit est porté à cinq semaines.",
    publisher="Fédération des métiers du livre et Association des imprimeurs",
    date="2024-11",
)
FEW = FewDocuments((GUIDE, MINUTES, AGREEMENT))

_guide = hit(
    GUIDE, 1, section=("Conditions", "Matériel et dépenses"), notes=("Direction des ressources humaines, note 14",)
)
_minutes = hit(MINUTES, 2, section=("Point 6", "Finances"))
_agreement = hit(AGREEMENT, 3, section=("Article 12", "Vacances"), page=41)
HITS = (_guide, _minutes, _agreement)

ALLOWANCE_QUOTE = "Une allocation de 40 $ par mois couvre la connexion et l'électricité"
RAISE_QUOTE = "de 40 $ à 55 $ par mois, à compter du 1er septembre 2026"

ANSWERED = Play(
    HITS,
    sentences=(
        (
            "L'allocation de télétravail est de 40 $ par mois et couvre la connexion et l'électricité.",
            (citation(1, _guide, ALLOWANCE_QUOTE),),
        ),
        (
            "Elle passe à 55 $ par mois le 1er septembre 2026, sur décision unanime du conseil fédéral.",
            (citation(2, _minutes, RAISE_QUOTE), citation(3, _minutes, "Le conseil adopte à l'unanimité")),
        ),
        ("La demande se fait par écrit.", (citation(4, _guide, "La demande se fait par écrit"),)),
    ),
    removed=(
        Removed("Elle est versée le 30 de chaque mois.", "number", 0.03),
        Removed("Le président Jean Tremblay l'a annoncée en assemblée.", "name", 0.01),
    ),
)
QUOTED = Play(
    HITS,
    "quoted",
    sentences=(
        (RAISE_QUOTE, (citation(1, _minutes, RAISE_QUOTE),)),
        (ALLOWANCE_QUOTE, (citation(2, _guide, ALLOWANCE_QUOTE),)),
    ),
    notices=("Le modèle de langue ne répond pas : voici les passages exacts.",),
)
ABSTAINED = Play(HITS, "abstained")

ASK_ANSWERED = "À combien s'élève l'allocation de télétravail, et va-t-elle changer?"
ASK_QUOTED = "De combien est l'allocation?"
ASK_ABSTAINED = "Quel est le salaire de la présidente?"
PLAYS = {ASK_ANSWERED: ANSWERED, ASK_QUOTED: QUOTED, ASK_ABSTAINED: ABSTAINED}
