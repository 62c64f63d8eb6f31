"""A small kit, whole, on the papers of an invented federation: every kind of part, and the traps of French typography.

``~`` stands for a no-break space below, so that it can be seen.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sourcier.app.workshop.kit import (
    Activity,
    Brief,
    Case,
    Choice,
    Event,
    GlossaryEntry,
    Kit,
    LeftOut,
    Made,
    Objective,
    Outline,
    Pair,
    Piece,
    PieceKind,
    Planned,
    QuizItem,
    Reading,
    Slide,
    Source,
    Step,
    Task,
    Topic,
)

__all__ = ["ORGANISATION", "fact", "kit", "ours", "quote"]

ORGANISATION = "Fédération des métiers du livre"
_POLICY, _MINUTES, _AGREEMENT = "guides/teletravail.md", "conseil/proces-verbal.pdf", "ententes/convention.docx"
_ID = {_POLICY: "a1" * 8, _MINUTES: "b2" * 8, _AGREEMENT: "c3" * 8}


def _t(text: str) -> str:
    return text.replace("~", "\u00a0")


def fact(text: str, *sources: int, support: float = 0.97) -> Piece:
    """A sentence that is carried by some sources."""
    return Piece(kind="fact", text=_t(text), sources=sources, support=support)


def quote(number: int) -> Piece:
    """The words of a source themselves."""
    return Piece(kind="quote", text=SOURCES[number - 1].quote, sources=(number,), support=1)


def ours(kind: PieceKind, text: str) -> Piece:
    """A sentence that states nothing of the documents."""
    return Piece(kind=kind, text=_t(text))


def _source(number: int, path: str, title: str, words: str, **place: object) -> Source:
    words = _t(words)
    return Source.model_validate(
        {"number": number, "document_id": _ID[path], "path": path, "title": title, "start": 100 * number,
         "end": 100 * number + len(words), "quote": words, **place}
    )  # fmt: skip


SOURCES = (
    _source(1, _POLICY, "Guide du télétravail", "L'allocation de télétravail est de 55~$ par mois.",
            section="Guide du télétravail › Allocation", publisher=ORGANISATION, date="2026-05-14",
            url="https://livre.example/guide-du-teletravail"),
    _source(2, _POLICY, "Guide du télétravail", "Nul ne peut être obligé de travailler de chez soi.",
            section="Guide du télétravail › Principes", publisher=ORGANISATION, date="2026-05-14"),
    _source(3, _MINUTES, "Procès-verbal du conseil fédéral",
            "Le conseil fédéral adopte à l'unanimité la hausse de l'allocation, de 40~$ à 55~$ par mois, à compter du "
            "1er~juin 2026.", page=4, page_label="iv", publisher=ORGANISATION, date="2026-05-14"),
    _source(4, _AGREEMENT, "Convention collective 2024-2028",
            "La demande se fait par écrit au moins 15~jours ouvrables avant la date souhaitée; l'employeur répond dans "
            "les 10~jours, et motive par écrit tout refus en s'appuyant sur les seuls besoins du service, lesquels "
            "doivent être précis, actuels et vérifiables par la personne salariée comme par le syndicat.",
            clause="art. 12.03", publisher=ORGANISATION, date="2024"),
    _source(5, _AGREEMENT, "Convention collective 2024-2028",
            "« Télétravail » : travail accompli de façon régulière, en tout ou en partie, hors des locaux de l'employeur.",
            clause="art. 1.07", publisher=ORGANISATION, date="2024"),
    _source(6, _POLICY, "Guide du télétravail",
            "L'employeur ne peut installer aucun logiciel qui mesure les frappes au clavier.",
            section="Guide du télétravail › Vie privée", publisher=ORGANISATION, date="2026-05-14"),
    _source(7, _MINUTES, "Procès-verbal du conseil fédéral",
            "Le comité paritaire du télétravail (CPT) remet son rapport le 30~novembre 2026.",
            page=5, publisher=ORGANISATION, date="2026-05-14"),
)  # fmt: skip

BRIEF = Brief(
    theme="le télétravail et l'allocation",
    audience="personnes déléguées",
    minutes=90,
    group_size=12,
    goals=("Savoir demander le télétravail",),
)

OUTLINE = Outline(
    title=_t("Télétravail : connaître ses droits, les faire valoir"),
    objectives=(
        Objective(text="Repérer dans la convention les règles du télétravail.", bloom="remember", topic="T1"),
        Objective(text="Appliquer le délai de demande à une situation réelle.", bloom="apply", topic="T2"),
        Objective(text="Évaluer un refus de l'employeur à la lumière des textes.", bloom="evaluate", topic="T2"),
    ),
    activities=(
        Planned(id="A1", kind="opening", title="Accueil et attentes", minutes=10, bloom="remember"),
        Planned(id="A2", kind="detective", title=_t("Chercher la preuve : que disent les textes?"), minutes=25,
                bloom="analyse", grouping="pairs", topic="T1"),
        Planned(id="A3", kind="break", title="Pause", minutes=10, bloom="remember"),
        Planned(id="A4", kind="case", title="Un refus sur le bureau", minutes=25, bloom="evaluate", grouping="teams",
                topic="T2"),
        Planned(id="A5", kind="quiz", title="Ce que nous retenons", minutes=12, bloom="understand", grouping="alone"),
        Planned(id="A6", kind="commit", title="Un geste d'ici un mois", minutes=8, bloom="create"),
    ),
)  # fmt: skip

TOPICS = (
    Topic(id="T1", title="L'allocation", facts=(fact("L'allocation est de 55~$ par mois.", 1), quote(3))),
    Topic(id="T2", title="La demande et le refus", facts=(quote(4), fact("Personne n'est forcé au télétravail.", 2))),
)

ACTIVITIES = (
    Activity(
        id="A1",
        aim=ours("instruction", "Accueillir le groupe et recueillir ce que chacune et chacun attend."),
        steps=(
            Step(at=0, minutes=4, do=(ours("instruction", "Distribuer les cahiers, un par personne."),),
                 say=(ours("instruction", "Bonjour à toutes et à tous! Aujourd'hui, chaque affirmation a sa source."),)),
            Step(at=4, minutes=6, ask=(ours("question", "Quelle question vous a été posée le plus souvent?"),)),
        ),
        late=ours("instruction", "Faire le tour en un seul mot par personne."),
        material=("Cahiers de la personne participante", "Crayons"),
        tasks=(Task(prompt=ours("instruction", "Notez une chose que vous voulez savoir en sortant."), lines=3),),
        slides=(Slide(title="Bienvenue", pieces=(ours("instruction", "Notez une chose que vous voulez savoir."),),
                      notes=(ours("instruction", "Laisser deux minutes de silence."),)),),
    ),
    Activity(
        id="A2",
        aim=ours("instruction", "Apprendre à remonter d'une affirmation à la phrase exacte qui l'appuie."),
        steps=(
            Step(at=0, minutes=5, do=(ours("instruction", "Former des dyades."),),
                 say=(fact("L'allocation mensuelle est passée de 40~$ à 55~$ le 1er~juin 2026.", 3),
                      ours("instruction", "Votre travail : trouver la phrase qui le dit."))),
            Step(at=5, minutes=15, ask=(ours("question", 'Quelle phrase le prouve? Et que veut dire "motiver" ?'),),
                 expected=(fact("Le conseil fédéral a adopté la hausse à l'unanimité.", 3),
                           fact("Un refus doit être motivé par écrit.", 4))),
            Step(at=20, minutes=5, do=(ours("instruction", "Mettre en commun au tableau."),),
                 expected=(fact("Personne ne peut être forcé au télétravail.", 2),)),
        ),
        late=ours("instruction", "Ne garder que les deux premières affirmations."),
        early=ours("instruction", "Chercher une affirmation que les extraits ne prouvent pas."),
        material=("Tableau blanc",),
        tasks=(
            Task(prompt=ours("instruction", "Pour chaque affirmation, notez l'extrait qui la prouve et les mots décisifs."),
                 boxed=(4, 6), columns=("Affirmation", "Extrait", "Mots décisifs"),
                 rows=("On peut me refuser le télétravail sans explication.", "On peut compter mes frappes au clavier.")),
            Task(prompt=ours("question", "Qu'est-ce qui manque pour trancher?"), lines=4),
        ),
        slides=(
            Slide(title="Une affirmation, une preuve", pieces=(quote(1),)),
            Slide(title="Demander, répondre, motiver", pieces=(quote(4), fact("L'employeur a 10~jours pour répondre.", 4)),
                  notes=(ours("instruction", "Faire lire la phrase à voix haute."),)),
        ),
    ),
    Activity(
        id="A3",
        aim=ours("instruction", "Souffler."),
        steps=(Step(at=0, minutes=10, do=(ours("instruction", "Annoncer l'heure du retour."),)),),
        late=ours("instruction", "Raccourcir à cinq minutes."),
    ),
    Activity(
        id="A4",
        aim=ours("instruction", "Juger un refus avec les textes en main."),
        steps=(
            Step(at=0, minutes=15, do=(ours("instruction", "Remettre une étude de cas à chaque équipe."),)),
            Step(at=15, minutes=10, ask=(ours("question", "Que répondez-vous à cette personne?"),),
                 expected=(fact("Les besoins du service invoqués doivent être précis, actuels et vérifiables.", 4),)),
        ),
        late=ours("instruction", "Faire le retour sur un seul cas."),
        material=("Études de cas, une par équipe",),
        tasks=(Task(prompt=ours("question", "Le refus tient-il? Dites pourquoi, et ce qu'il reste à demander."), lines=5),),
        slides=(Slide(title="Le refus tient-il?", pieces=(ours("question", "Que disent les textes? Que manque-t-il?"),)),),
    ),
    Activity(
        id="A5",
        aim=ours("instruction", "Vérifier ce qui est compris, sans note ni classement."),
        steps=(Step(at=0, minutes=12, do=(ours("instruction", "Distribuer le quiz; corriger ensemble."),)),),
        late=ours("instruction", "Ne faire que les quatre premières questions."),
        material=("Quiz, un par personne",),
    ),
    Activity(
        id="A6",
        aim=ours("instruction", "Repartir avec un geste précis."),
        steps=(Step(at=0, minutes=8, ask=(ours("question", "Quel geste poserez-vous d'ici un mois?"),)),),
        late=ours("instruction", "Écrire sans partager."),
        tasks=(Task(prompt=ours("instruction", "D'ici un mois, je…"), columns=("Geste", "Avec qui", "Quand"),
                    rows=("", "")),),
    ),
)  # fmt: skip


def _choice(text: str, right: bool, why: str, *sources: int) -> Choice:
    return Choice(text=_t(text), right=right, reason=fact(why, *sources))


_TRUE, _FALSE = "Vrai", "Faux"
QUIZ = (
    QuizItem(id="Q1", kind="single", stem="À combien s'élève l'allocation mensuelle de télétravail?", bloom="remember",
             topic="T1", support=0.99, worst_wrong=0.04, proof=fact("L'allocation se chiffre à 55~$ chaque mois.", 1),
             choices=(_choice("40~$", False, "C'était le montant d'avant la hausse de juin 2026.", 3),
                      _choice("55~$", True, "C'est le montant que donne le guide.", 1),
                      _choice("75~$", False, "Aucun texte ne donne ce montant.", 1))),
    QuizItem(id="Q2", kind="single", stem="Dans quel délai l'employeur répond-il à une demande?", bloom="understand",
             topic="T2", support=0.98, worst_wrong=0.1, proof=fact("La convention accorde 10~jours à l'employeur.", 4),
             choices=(_choice("10~jours", True, "C'est le délai de réponse de l'article 12.03.", 4),
                      _choice("15~jours ouvrables", False, "C'est le délai de la demande, non celui de la réponse.", 4),
                      _choice("30~jours", False, "La convention ne mentionne pas 30~jours.", 4))),
    QuizItem(id="Q3", kind="multiple", stem="Que doit contenir un refus?", bloom="analyse", topic="T2", support=0.96,
             worst_wrong=0.2, proof=fact("Tout refus s'écrit et se motive par les besoins du service.", 4),
             choices=(_choice("Un motif écrit", True, "Le refus se motive par écrit.", 4),
                      _choice("Les besoins du service", True, "Eux seuls peuvent appuyer un refus.", 4),
                      _choice("L'avis des collègues", False, "L'avis des collègues n'est pas un motif prévu.", 4))),
    QuizItem(id="Q4", kind="true_false", stem="Une personne peut être obligée de travailler de chez elle.",
             bloom="understand", support=0.99, worst_wrong=0.02, proof=fact("Le guide interdit d'y obliger quiconque.", 2),
             choices=(_choice(_TRUE, False, "Le guide dit exactement le contraire.", 2),
                      _choice(_FALSE, True, "Nul ne peut y être obligé, selon le guide.", 2))),
    QuizItem(id="Q5", kind="true_false", stem="Un logiciel qui mesure les frappes au clavier est interdit.",
             bloom="understand", support=0.98, worst_wrong=0.03, proof=fact("Le guide proscrit ce genre de logiciel.", 6),
             choices=(_choice(_TRUE, True, "Aucun logiciel de la sorte ne peut être installé.", 6),
                      _choice(_FALSE, False, "Le guide ne prévoit pas d'exception.", 6))),
    QuizItem(id="Q6", kind="match", stem="Reliez chaque document à ce qu'il règle.", bloom="analyse", support=0.95,
             proof=fact("Chaque règle a son document.", 1, 3, 4),
             pairs=(Pair(left="Guide du télétravail", right=fact("la vie privée au clavier", 6)),
                    Pair(left="Procès-verbal", right=fact("la hausse de l'allocation", 3)),
                    Pair(left="Convention collective", right=fact("le délai d'une demande", 4)))),
    QuizItem(id="Q7", kind="short", stem="De quelle façon le conseil fédéral a-t-il adopté la hausse?",
             bloom="remember", support=0.97, proof=fact("Tout le conseil a voté pour la hausse.", 3),
             answers=("À l'unanimité", "unanimement")),
    QuizItem(id="Q8", kind="short", stem="Quel comité remet un rapport en novembre 2026?", bloom="remember",
             support=0.94, proof=fact("Le rapport attendu est celui du comité paritaire.", 7),
             answers=("Le comité paritaire du télétravail", "CPT")),
)  # fmt: skip

CASES = (
    Case(
        id="C1",
        title="« On n'est pas assez »",
        topic="T2",
        story=(ours("fiction", "Noée, libraire, demande deux jours de télétravail. Trois semaines plus tard, on lui "
                    "répond de vive voix : « on n'est pas assez ». Rien d'écrit."),),
        questions=(ours("question", "Le délai a-t-il été respecté?"), ours("question", "Le motif suffit-il?")),
        debrief=(fact("Trois semaines dépassent le délai de réponse de 10~jours.", 4),
                 fact("Une réponse de vive voix ne motive rien par écrit.", 4)),
        trap=fact("Croire que tout manque de personnel suffit : les besoins doivent être vérifiables.", 4),
    ),
    Case(
        id="C2",
        title="Le logiciel d'équipe",
        story=(ours("fiction", "Avant d'autoriser le télétravail, une maison d'édition veut installer un outil qui compte "
                    "les frappes, « pour aider »."),),
        questions=(ours("question", "Que répond la personne déléguée?"),),
        debrief=(fact("Le guide écarte tout logiciel qui mesure les frappes.", 6),),
    ),
)  # fmt: skip

GLOSSARY = (
    GlossaryEntry(term="CPT", expansion="comité paritaire du télétravail", definition=quote(7)),
    GlossaryEntry(term="Télétravail", definition=quote(5)),
)

TIMELINE = (
    Event(date="2026-05-14", shown="14~mai 2026".replace("~", "\u00a0"), text=fact("Le conseil adopte la hausse.", 3)),
    Event(date="2026-06-01", shown="1er~juin 2026".replace("~", "\u00a0"), text=fact("L'allocation passe à 55~$.", 3)),
    Event(date="2026-11-30", shown="30~novembre 2026".replace("~", "\u00a0"), text=quote(7)),
)

READING = (
    Reading(path=_POLICY, title="Guide du télétravail", publisher=ORGANISATION, date="2026-05-14",
            url="https://livre.example/guide-du-teletravail", sources=(1, 2, 6)),
    Reading(path=_MINUTES, title="Procès-verbal du conseil fédéral", publisher=ORGANISATION, date="2026-05-14",
            sources=(3, 7)),
    Reading(path=_AGREEMENT, title="Convention collective 2024-2028", publisher=ORGANISATION, date="2024",
            sources=(4, 5)),
)  # fmt: skip

LIMITS = (
    ours("instruction", "Les phrases de cette trousse ont été vérifiées par un programme, qui se trompe parfois."),
    ours("instruction", "Ce qui n'est pas dans les documents n'y est pas : cela ne veut pas dire que c'est faux."),
)

LEFT_OUT = (
    LeftOut(part="A2", text="L'allocation est versée chaque semaine.", reason="unsupported",
            explanation="La source parle d'un montant par mois."),
    LeftOut(part="Q9", text="Le rapport est remis le 3 décembre.", reason="number"),
)  # fmt: skip


def kit(**changed: object) -> Kit:
    """The kit, or what it would be with some of its fields changed."""
    fields: dict[str, object] = {
        "id": "teletravail-1", "brief": BRIEF, "outline": OUTLINE, "topics": TOPICS, "activities": ACTIVITIES,
        "quiz": QUIZ, "cases": CASES, "glossary": GLOSSARY, "timeline": TIMELINE, "reading": READING,
        "limits": LIMITS, "sources": SOURCES, "left_out": LEFT_OUT,
        "made": Made(when=datetime(2026, 11, 29, 15, 4, tzinfo=UTC), generation="000004-3f2a", provider="embedded",
                     model="modele-d-essai-1b", seconds=312.0, energy_wh=3.2),
    }  # fmt: skip
    return Kit.model_validate(fields | changed)
