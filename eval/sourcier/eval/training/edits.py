"""Small changes to a French sentence: some keep what it says, the others make it say something else."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from sourcier.app.answering.verifier.names import names
from sourcier.app.answering.verifier.text import fold, lexicon, read

Edit = Callable[[str, Sequence[str], random.Random], "str | None"]
"""(sentence, other sentences of its document, random) → the changed sentence, or nothing when it does not apply."""

_NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\w])|(?<![\w.,-])\d+(?:,\d+)?(?![\w-])")
_VERBS = """est sont peut peuvent doit doivent a ont était étaient sera seront permet permettent demande demandent prévoit
prévoient propose concerne concernent comprend reste veut veulent vise impose oblige bénéficie bénéficient dispose disposent
donne donnent fait font représente recommande souhaite appuie accompagne reçoit utilise garantit peut"""
_VERB = re.compile(rf"\b({'|'.join(sorted(set(_VERBS.split()), key=len, reverse=True))})\b")
_DENIED = re.compile(r"\b(?:ne\s+|n['’])((?:[\w'’]+\s+){0,2}?[\w]+)\s+(?:pas|plus|jamais)\b")
_ROLES = """salarié|employeur|syndicat|travailleur|apprenti|stagiaire|locataire|préfet|juge|ministre|médecin du travail
|inspecteur du travail|délégué syndical|conseiller|tribunal|directeur|maire|parent|élève|enseignant|client|fournisseur
|candidat|conjoint|représentant|prestataire""".replace("\n", "").split("|")
_SWAPS: dict[str, list[tuple[str, str]]] = {
    "quantifier": [
        ("certains", "tous les"), ("certaines", "toutes les"), ("plusieurs", "tous les"), ("la plupart des", "tous les"),
        ("au moins", "au plus"), ("plus de", "moins de"), ("moins de", "plus de"), ("au maximum", "au minimum"),
        ("souvent", "toujours"), ("parfois", "toujours"), ("jamais", "toujours"), ("toujours", "parfois"),
        ("tous les", "aucun des"), ("toutes les", "aucune des"), ("tout", "aucun"), ("chaque", "aucun"),
        ("généralement", "toujours"), ("seulement", "notamment"), ("uniquement", "notamment"), ("environ", "au plus"),
        ("quelques", "tous les"), ("principalement", "uniquement"), ("une partie de", "la totalité de"),
    ],
    "modality": [
        ("peut", "doit"), ("peuvent", "doivent"), ("doit", "peut"), ("doivent", "peuvent"), ("recommande", "impose"),
        ("pourrait", "va"), ("pourraient", "vont"), ("devrait", "doit"), ("devraient", "doivent"), ("risque de", "va"),
        ("demande", "garantit"), ("propose", "impose"), ("souhaite", "ordonne"), ("est possible", "est obligatoire"),
        ("facultatif", "obligatoire"), ("obligatoire", "facultatif"), ("vise à", "a permis de"), ("veut", "va"),
    ],
    "negation": [
        ("autorisé", "interdit"), ("autorisée", "interdite"), ("interdit", "autorisé"), ("interdite", "autorisée"),
        ("augmente", "diminue"), ("augmentation", "diminution"), ("hausse", "baisse"), ("baisse", "hausse"),
        ("avant", "après"), ("après", "avant"), ("supérieur", "inférieur"), ("inférieur", "supérieur"),
        ("supérieure", "inférieure"), ("inférieure", "supérieure"), ("public", "privé"), ("publics", "privés"),
        ("améliorer", "dégrader"), ("réduire", "augmenter"), ("renforcer", "affaiblir"), ("avec", "sans"),
        ("favorable", "défavorable"), ("minimum", "maximum"), ("maximum", "minimum"), ("accepter", "refuser"),
        ("refuser", "accepter"), ("accepte", "refuse"), ("refuse", "accepte"), ("au début", "à la fin"),
    ],
    "attribution": [
        ("la CSQ", "la loi"), ("La CSQ", "La loi"), ("la CSQ", "le gouvernement"), ("La CSQ", "Le gouvernement"),
        ("l’employeur", "le syndicat"), ("L’employeur", "Le syndicat"), ("l'employeur", "le syndicat"),
        ("le gouvernement", "la CSQ"), ("Le gouvernement", "La CSQ"), ("la loi", "la convention"), ("La loi", "La CSQ"),
    ],
}  # fmt: skip
_UNITS = [
    ("jours", "mois"),
    ("mois", "jours"),
    ("ans", "mois"),
    ("semaines", "mois"),
    ("heures", "jours"),
    ("années", "mois"),
]
_DETAILS = """ depuis dix ans| en 2019| partout au Canada| dans les petites entreprises| à Montréal| pour une durée de cinq ans
| grâce à une subvention fédérale| selon un sondage récent| malgré l'opposition du gouvernement| sous peine d'amende
| avec l'accord du ministre| dès le mois de janvier| en priorité dans le secteur privé| pour la première fois
| à la suite d'une plainte| auprès de 3 000 personnes| en collaboration avec l'Université Laval""".replace(
    "\n", ""
).split("|")


def number(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """One figure becomes another: its neighbour, ten times as much, or a figure of another sentence."""
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    place = rng.choice(found)
    value = place.group()
    elsewhere = [m.group() for s in others for m in _NUMBER.finditer(s) if m.group() != value]
    digits = re.sub(r"\D", "", value.split(",")[0])
    choices = [str(int(digits) + rng.choice([1, 2, 5])), str(int(digits) * 10), str(max(2, int(digits) // 2))]
    new = rng.choice(elsewhere) if elsewhere and rng.random() < 0.4 else rng.choice(choices)
    if new in (value, digits):
        return None
    return sentence[: place.start()] + new + sentence[place.end() :]


def figures(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Two figures of the sentence change places, or one takes the other's."""
    found = list(_NUMBER.finditer(sentence))
    if len({m.group() for m in found}) < 2:
        return None
    first, second = sorted(rng.sample(found, 2), key=lambda m: m.start())
    if first.group() == second.group():
        return None
    new = rng.choice(
        [(second.group(), first.group()), (second.group(), second.group()), (first.group(), first.group())]
    )
    return (
        sentence[: first.start()] + new[0] + sentence[first.end() : second.start()] + new[1] + sentence[second.end() :]
    )


def unit(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Days become months."""
    fitting = [(a, b) for a, b in _UNITS if re.search(rf"\d\s{a}\b", sentence)]
    if not fitting:
        return None
    old, new = rng.choice(fitting)
    return re.sub(rf"(\d\s){old}\b", rf"\g<1>{new}", sentence, count=1)


def _spans(sentence: str) -> list[tuple[int, int]]:
    """Runs of name tokens separated by spaces only."""
    runs: list[tuple[int, int]] = []
    for token in names(read(sentence)):
        if runs and re.fullmatch(r"[\s-]", sentence[runs[-1][1] : token.start]):
            runs[-1] = (runs[-1][0], token.end)
        else:
            runs.append((token.start, token.end))
    return runs


def name(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A proper name becomes another one of the same document (acronym for acronym where there is one)."""
    spans = _spans(sentence)
    if not spans:
        return None
    start, end = rng.choice(spans)
    old = sentence[start:end]
    pool = {s[a:b] for s in others for a, b in _spans(s)} - {sentence[a:b] for a, b in spans}
    pool = {p for p in pool if fold(p) not in fold(sentence) and p.isupper() == old.isupper()}
    if not pool:
        return None
    return sentence[:start] + rng.choice(sorted(pool)) + sentence[end:]


def crossed(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Two names of the sentence change places."""
    spans = _spans(sentence)
    if len(spans) < 2:
        return None
    (a, b), (c, d) = sorted(rng.sample(spans, 2))
    verb = _VERB.search(sentence, b, c)
    if verb is None or sentence[a:b] == sentence[c:d]:
        return None  # a list of names says the same in any order
    return sentence[:a] + sentence[c:d] + sentence[b:c] + sentence[a:b] + sentence[d:]


def role(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A common noun that names an actor becomes another actor."""
    found = [r for r in _ROLES if re.search(rf"\b{r}\b", sentence, re.IGNORECASE)]
    if not found:
        return None
    old = rng.choice(found)
    new = rng.choice([r for r in _ROLES if fold(r) not in fold(sentence)])
    return re.sub(rf"\b{old}\b", new, sentence, count=1, flags=re.IGNORECASE)


def noun(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A content word becomes one of another sentence that follows the same article."""
    article = re.compile(r"\b(la|le|les|des|du|une|un|de l['’]|l['’])(\s?)([a-zà-ÿ]{5,})\b")
    found = list(article.finditer(sentence))
    if not found:
        return None
    place = rng.choice(found)
    pool = {m[3] for s in others for m in article.finditer(s) if fold(m[1]) == fold(place[1])}
    pool = {p for p in pool if fold(p)[:5] not in fold(sentence)}
    if not pool:
        return None
    return sentence[: place.start(3)] + rng.choice(sorted(pool)) + sentence[place.end(3) :]


def negation(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A denial is taken out or, where there is none, put around the first verb that is known."""
    if (found := _DENIED.search(sentence)) is not None:
        return sentence[: found.start()] + found[1] + sentence[found.end() :]
    verbs = [
        m for m in _VERB.finditer(sentence) if m.start() > 3 and fold(sentence[m.start() - 2 : m.start()])[-1:] != "'"
    ]
    if not verbs:
        return None
    place = rng.choice(verbs[:2])
    lead = "n'" if place[1][0] in "aeéiouh" else "ne "
    middle = rng.choice([" pas", " pas", " pas", " plus", " jamais"])
    return sentence[: place.start()] + lead + place[1] + middle + sentence[place.end() :]


def swap(section: str) -> Edit:
    """The edit that replaces one expression of a section of the table by the other."""

    def change(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
        fitting = [(a, b) for a, b in _SWAPS[section] if re.search(rf"\b{a}\b", sentence)]
        if not fitting:
            return None
        old, new = rng.choice(fitting)
        return re.sub(rf"\b{old}\b", new, sentence, count=1)

    return change


def detail(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A circumstance that the text does not give."""
    return sentence.rstrip(" .") + rng.choice(_DETAILS) + "."


def addition(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A clause of another text, joined to the sentence (``others`` being that text)."""
    clauses = [c.strip(" .;:") for s in others for c in re.split(r"[,;:]", s) if 4 <= len(c.split()) <= 16]
    if not clauses:
        return None
    clause = rng.choice(clauses)
    return f"{sentence.rstrip(' .')}, et {clause[0].lower()}{clause[1:]}."


def unconditional(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """The reservation at the end of a sentence is dropped."""
    cut = re.sub(r",?\s(?:sauf|sous réserve|à condition|à moins|excepté|hormis|à l['’]exception)\b.*$", "", sentence)
    return cut.rstrip(" ,.") + "." if cut != sentence and len(cut.split()) >= 5 else None


# What keeps the meaning ------------------------------------------------------------------------------------------

_SAME = [
    tuple(part.strip() for part in pair.split("="))
    for pair in """est interdit = n'est pas autorisé | sont interdits = ne sont pas autorisés | notamment = entre autres
| doit = est tenu de | demande = réclame | recommande = conseille | environ = à peu près | également = aussi | afin de = pour
| en vue de = pour | lors de = pendant | lorsque = quand | plus de = au-delà de | a pour objectif de = vise à
| vise à = a pour but de | annonce = fait savoir | débute = commence | augmentation = hausse | diminution = baisse
| augmente = s'accroît | concerne = touche | afin que = pour que | dispose de = a | effectuer = faire | débuter = commencer
| peut être = a la possibilité d'être | entreprise = société | obtenir = recevoir | au moins = au minimum
| souligne = fait remarquer | dénonce = critique | veut = souhaite | versée = payée | versé = payé | salarié = employé
| salariés = employés | travailleurs = employés | indiquer = préciser | indique = précise | prévoit = stipule
| bénéficier de = avoir droit à | bénéficie de = a droit à | durée = longueur | délai = temps | cependant = toutefois
| toutefois = cependant | en cas de = s'il y a | chaque année = tous les ans | par an = chaque année | par mois = chaque mois
| obligatoire = exigé | nécessaire = requis | interdire = ne pas permettre | informer = aviser | informe = avise
| transmettre = envoyer | transmet = envoie | adresser = envoyer | montant = somme | rémunération = paie | contient = comprend
| comprend = inclut | inclut = comprend | peut = a le droit de | peuvent = ont le droit de | doivent = sont tenus de
| permet de = sert à | favoriser = encourager | renforcer = consolider | créer = mettre sur pied | mettre en place = instaurer
| utiliser = employer | utilise = emploie | prendre fin = se terminer | prend fin = se termine | à partir de = dès
| à compter de = dès | au cours de = pendant | avant de = préalablement à | en raison de = à cause de | grâce à = au moyen de
| ainsi que = et | c'est-à-dire = soit | chaque = tout | tous les = l'ensemble des | l'ensemble des = tous les
| seulement = uniquement | uniquement = seulement | sauf = excepté | excepté = sauf | embauche = recrutement
| embaucher = recruter | dépasser = excéder | dépasse = excède | refuser = ne pas accepter | choisir = retenir
| répond = donne une réponse | aider = soutenir | protéger = mettre à l'abri | améliorer = bonifier | réduire = diminuer
| publié = rendu public | propose = met de l'avant | rappelle = souligne | constate = observe | emploi = travail
| intelligence artificielle = IA | IA = intelligence artificielle | étude = recherche | règles = normes
| nouveaux = récents | nouvelles = récentes | important = majeur | importante = majeure | risque = danger | outils = instruments
| outil = instrument | réfléchir = penser | débat = discussion | aussi = également | déjà = d'ores et déjà""".replace(
        "\n", " "
    ).split("|")
]


def synonym(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """One to four expressions become others of the same meaning."""
    fitting = [(a, b) for a, b in _SAME if re.search(rf"\b{a}\b", sentence)]
    if not fitting:
        return None
    for old, new in rng.sample(fitting, min(rng.choice([1, 2, 3, 4]), len(fitting))):
        sentence = re.sub(rf"\b{old}\b", new, sentence, count=1)
    return sentence


def written(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Figures in another writing: « 3 mois » and « trois mois », « 50 % » and « 50 pour cent », « 1 500 » and « 1500 »."""
    spelled: dict[str, str] = {str(int(v)): k for k, v in lexicon()["number_words"].items() if 2 <= v <= 16}
    out = re.sub(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)", "", sentence)
    out = re.sub(r"(?<=\d)\s%", " pour cent", out)
    out = re.sub(r"(?<![\d,.\w-])(\d{1,2})(?=\s[a-zé])", lambda m: spelled.get(m[1], m[1]), out)
    if out == sentence:
        figures: dict[str, str] = {k: str(int(v)) for k, v in lexicon()["number_words"].items() if 2 <= v <= 16}
        out = re.sub(r"\b(" + "|".join(figures) + r")\b", lambda m: figures[m[1]], sentence)
    return out if out != sentence else None


def shortened(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Without its parentheses, or without a closing illustration."""
    out = re.sub(r"\s\([^)]*\)", "", sentence)
    if out == sentence:
        out = re.sub(r",\s(?:notamment|dont|par exemple|y compris|ainsi que|ce qui|qui)\b[^,]*\.$", ".", sentence)
    return out if out != sentence and len(out.split()) >= 5 else None


def framed(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """Behind a frame that names the text alone."""
    frame = rng.choice(["Selon le texte, ", "D'après le document, ", "Le texte indique que ", "Selon la source, "])
    first = sentence.split(maxsplit=1)[0]
    lower = sentence if first.isupper() and len(first) > 1 else sentence[0].lower() + sentence[1:]
    return frame + lower


_LEAD = re.compile(r"^((?:En|Depuis|Dans|Lors|Pour|Au|À|Après|Avant|Selon|Par|Pendant|Avec)\s[^,;:()]{3,60}),\s(.+)\.$")
_CONDITIONAL = re.compile(r"\b(?:cas|défaut|sauf|condition|absence|exception|moins)\b")


def _bare_start(text: str) -> str:
    """With a small first letter, unless the first word is a name or an acronym."""
    first = text.split(maxsplit=1)[0]
    return text if first[1:2].isupper() or not first[:1].isupper() else text[0].lower() + text[1:]


def moved(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """An opening circumstance goes to the end."""
    found = _LEAD.match(sentence)
    if found is None:
        return None
    rest = found[2][0].upper() + found[2][1:]
    return f"{rest}, {_bare_start(found[1])}." if rng.random() < 0.5 else f"{rest} {_bare_start(found[1])}."


def dropped(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """An opening circumstance is left out, unless it limits what follows."""
    found = _LEAD.match(sentence)
    if found is None or _CONDITIONAL.search(found[1]) or re.search(r"\d", found[1]) or len(found[2].split()) < 5:
        return None
    return found[2][0].upper() + found[2][1:] + "."


def cleft(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """« C'est l'employeur qui doit… »: a subject put forward."""
    found = re.match(
        r"^((?:Le|La|L['’]|Ce|Cette|Un|Une)\s?[\w'’-]+(?:\s(?:du|de la|des|de l['’])\s?[\w-]+)?)\s(.+)$", sentence
    )
    if found is None or not _VERB.match(found[2]):
        return None
    return f"C'est {_bare_start(found[1])} qui {found[2]}"


def restate(sentence: str, others: Sequence[str], rng: random.Random) -> str:
    """Several of the changes that keep the meaning, one after the other."""
    for edit in rng.sample([synonym, synonym, written, shortened, moved, dropped, cleft], rng.choice([2, 3, 5, 7])):
        sentence = edit(sentence, others, rng) or sentence
    return sentence


RIGHT: dict[str, Edit] = {
    "synonym": synonym, "written": written, "shortened": shortened, "framed": framed, "moved": moved, "dropped": dropped,
    "cleft": cleft, "restated": restate,
}  # fmt: skip
WRONG: dict[str, Edit] = {
    "number": number, "figures": figures, "unit": unit, "name": name, "crossed": crossed, "role": role, "noun": noun, "negation": negation,
    "quantifier": swap("quantifier"), "modality": swap("modality"), "contrary": swap("negation"),
    "attribution": swap("attribution"), "detail": detail, "condition": unconditional,
}  # fmt: skip
"""``addition`` needs another document and is called apart."""
