"""One thing changed in a sentence, so that it says something else and still reads well: a figure, a name, or a word for its contrary."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sourcier.app.workshop.quiz.values import Value, others_like, values_in

__all__ = ["Change", "changes_of"]

#: Words that exclude each other and agree alike, so that either can stand in the other's place.
_PAIRS = """
augmente/diminue augmenter/diminuer augmentent/diminuent hausse/baisse augmentation/diminution renforcer/affaiblir
renforce/affaiblit réduire/augmenter réduit/augmente réduisent/augmentent améliorer/dégrader améliore/dégrade
interdire/permettre interdit/permet interdise/permette obligatoire/facultative interdiction/autorisation
public/privé publics/privés publique/privée publiques/privées
national/local nationale/locale nationales/locales nationaux/locaux fédéral/provincial fédérale/provinciale
collectif/individuel collective/individuelle collectifs/individuels collectives/individuelles facilite/complique faciliter/compliquer
facilitent/compliquent premier/dernier première/dernière favorise/freine favoriser/freiner favorisent/freinent
inclut/exclut inclure/exclure inclus/exclus essentielle/secondaire essentiel/secondaire avant/après
employeurs/syndicats syndicats/employeurs recommande/déconseille recommandent/déconseillent réclame/rejette réclament/rejettent
appuie/conteste appuient/contestent encourage/décourage encourager/décourager temporaire/permanente
volontaire/obligatoire limiter/étendre limitée/étendue limite/étend minimum/maximum accepter/refuser accepte/refuse
acceptent/refusent possible/impossible humaine/automatisée humain/automatisé transparente/opaque confiance/méfiance
précariser/stabiliser nouvelles/anciennes nouveaux/anciens créer/abolir maintenir/supprimer
protéger/exposer protège/expose gratuite/payante internes/externes interne/externe mondiale/nationale mondial/national
plus/moins demande/refuse demandent/refusent début/fin ouvrir/fermer rapide/lente utile/nuisible
permettre/empêcher assurer/compromettre garantir/compromettre garantit/compromet développer/restreindre soutenir/combattre
nécessaire/inutile importante/négligeable souvent/rarement fréquemment/rarement toujours/rarement davantage/moins
positive/négative positif/négatif positives/négatives positifs/négatifs accroître/réduire accroît/réduit fragiliser/consolider
minimiser/maximiser rehausser/abaisser éviter/provoquer prévenir/provoquer principale/accessoire forte/faible fortes/faibles
rapidement/lentement ouvert/fermé ouverte/fermée ouverts/fermés ouvertes/fermées démocratiser/restreindre valoriser/dévaloriser
reconnaître/nier reconnaît/nie affirme/nie dénonce/approuve dénoncent/approuvent revendique/rejette contribuer/nuire contribue/nuit
contribuent/nuisent facile/difficile facilement/difficilement élevé/faible élevée/faible responsable/irresponsable
municipalités/entreprises élèves/parents sécuritaire/risquée locale/mondiale humaines/automatisées numériques/manuelles
active/passive claire/floue claires/floues stricte/souple strictes/souples rapide/lente majeur/mineur majeure/mineure
indépendant/subordonné indépendante/subordonnée continue/ponctuelle équitable/inéquitable
increase/decrease increases/decreases public/private national/local before/after allow/forbid allows/forbids
require/forbid requires/forbids improve/worsen reduces/increases reduce/increase first/last
"""
#: These exclude what is said one way only: who must also may.
_BOTH_WAYS: dict[str, str] = {
    "peut": "doit", "peuvent": "doivent", "pourrait": "devrait", "pourraient": "devraient", "may": "must", "can": "must",
}  # fmt: skip
for _pair in _PAIRS.split():
    _one, _, _other = _pair.partition("/")
    _BOTH_WAYS.setdefault(_one, _other)
    _BOTH_WAYS.setdefault(_other, _one)
#: « refuse que » for « demande que »; elsewhere these words mean something else (« la demande », « le plus », « fin »).
_ONLY = {
    "demande": re.compile(r"demande (?:que|qu[’']|à|de|d[’']|au|aux|une?|des|l[’'ae])"),
    "demandent": re.compile(r"demandent (?:que|qu[’']|à|de|d[’']|au|aux|une?|des|l[’'ae])"),
    "plus": re.compile(r"plus (?:de|d[’']) \d|plus de la moitié"), "moins": re.compile(r"moins (?:de|d[’']) \d"),
    "fin": re.compile(r"fin (?:de|d[’']|du)"), "début": re.compile(r"début (?:de|d[’']|du)"),
    "avant": re.compile(r"avant (?:le|la|les|l[’']|de|d[’']|que|qu[’'])"), "après": re.compile(r"après (?:le|la|les|l[’']|que|qu[’'])"),
    "limite": re.compile(r"limite (?:le|la|les|l[’'])"), "hausse": re.compile(r"hausse (?:de|d[’']|du)"),
    "expose": re.compile(r"expose (?:le|la|les|l[’'])"), "interdit": re.compile(r"interdit (?:le|la|les|l[’']|de|d[’']|à|aux)"),
    "possible": re.compile(r"possible (?:de|d[’']|que)"),
    "utile": re.compile(r"utile (?:de|à|aux?|pour)"),
    "peut": re.compile(r"peut (?!difficilement|être)"), "peuvent": re.compile(r"peuvent (?!difficilement|être)"),
}  # fmt: skip
#: The same of several words; the first that is found is changed.
_PHRASES = (
    ("gouvernement du Québec", "gouvernement du Canada"), ("gouvernement fédéral", "gouvernement du Québec"),
    ("de plus en plus", "de moins en moins"), ("la majorité", "une minorité"), ("l’ensemble des", "une partie des"),
    ("tous les", "certains"), ("toutes les", "certaines"), ("au moins", "au plus"), ("à long terme", "à court terme"),
    ("travailleuses et travailleurs", "employeurs"), ("souhaite que", "refuse que"), ("veut que", "refuse que"),
    ("exige que", "interdit que"), ("propose de", "refuse de"), ("permet de", "empêche de"), ("permettent de", "empêchent de"),
    ("aux employeurs", "aux syndicats"), ("secteur public", "secteur privé"), ("avant tout", "en dernier lieu"),
)  # fmt: skip
#: Verbs and prepositions here; after an article they are nouns (« l’offre et la demande », « de l’avant »).
_NOUNS_TOO = frozenset({"demande", "demandent", "limite", "fin", "début", "avant", "après", "plus", "moins", "refuse"})
_DETERMINED = re.compile(
    r"(?:\b(?:l[ea]|les|du|des|au|aux|une?|cette|ce|ces|sa|leurs?|toute|chaque|sur|en|de)\s|[’'])$", re.IGNORECASE
)
#: In a denied clause the contrary of a word need not change what is said as one would think.
_DENIED = re.compile(r"(?:\bne |\bn[’']|\bsans |\bni |\bnon )[^,;]{0,60}$", re.IGNORECASE)
_NEGATOR = re.compile(r"^[^,;]{0,30}\b(?:pas|jamais|plus|aucune?|rien|ni)\b")
#: « Centrale des syndicats »: a word inside a name.
_IN_A_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'-]+ (?:de |des |du |de la |de l[’']|d[’']|sur les? |sur la )$")
_WORD = re.compile(r"[A-Za-zÀ-ÿœ]+")
_VOWEL = re.compile(r"[aeiouyâàéèêëîïôûùœh]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that says something else: ``text`` has ``now`` where the source has ``was``.

    Attributes:
        value: the value that was replaced, where one was; None for a word put for its contrary.
        start: where ``now`` starts in ``text``.
    """

    text: str
    was: str
    now: str
    start: int
    value: Value | None = None


def changes_of(text: str, pool: Iterable[Value], source: random.Random) -> Iterator[Change]:
    """The changes that a sentence allows, in an order drawn from ``source``, names last."""
    changes = [*_words(text), *_phrases(text), *_values(text, list(pool), source)]
    source.shuffle(changes)
    # Who is said to speak is changed last: everyone in the room knows who does.
    yield from sorted(changes, key=lambda change: change.value is not None and change.value.kind in {"acronym", "name"})


def _words(text: str) -> Iterator[Change]:
    for found in _WORD.finditer(text):
        was = found.group()
        now = _BOTH_WAYS.get(was)
        if now is None or (was in _ONLY and not _ONLY[was].match(text, found.start())):
            continue
        before, after = text[: found.start()], text[found.end() :]
        if len(re.findall(rf"\b(?:{was}|{now})\b", text)) > 1 or now[:5].lower() in (before + after).lower():
            continue
        if (
            _IN_A_NAME.search(before)
            or before.endswith("-")
            or after.startswith("-")
            or _DENIED.search(before)
            or _NEGATOR.match(after)
        ):
            continue
        # « l’avant » would become « l’après », but « le début » not « le fin ».
        if bool(_VOWEL.match(was)) != bool(_VOWEL.match(now)) and re.search(
            r"(?:[’']|\b(?:l[ea]|de|que|ne|se|je|jusque|puisque)\s)$", before
        ):
            continue
        if was in _NOUNS_TOO and _DETERMINED.search(before):
            continue
        # « construire et maintenir » would become « construire et supprimer », which nobody believes.
        if before.endswith((" et ", " ou ")) or after.startswith((" et ", " ou ")):
            continue
        yield Change(before + now + after, was, now, found.start())


def _phrases(text: str) -> Iterator[Change]:
    for was, now in _PHRASES:
        for spelt in dict.fromkeys((was, was.replace("’", "'"))):
            start = text.find(spelt)
            before, after = text[: max(0, start)], text[start + len(spelt) :]
            if start <= 0 or now in text or text.count(spelt) > 1 or before[-1].isalpha() or after[:1].isalpha():
                continue
            if not _DENIED.search(before) and not _NEGATOR.match(after):
                yield Change(before + now + after, spelt, now, start)


def _values(text: str, pool: list[Value], source: random.Random) -> Iterator[Change]:
    for value in values_in(text):
        others = [other for other in others_like(value, pool, source) if other.text not in text][:4]
        for other in source.sample(others, min(2, len(others))):
            changed = text[: value.start] + other.text + text[value.end :]
            yield Change(changed, value.text, other.text, value.start, value)
