"""The sheets keep their promises: sourced block by block, complete, and in our own words."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHEETS = sorted((CORPUS / "fiches").glob("*.md"))
ORIGINALS = ROOT.parent / "shared" / "corpus"
COPIED_RUN = 12

KEYS = ("title", "publisher", "date", "language", "kind", "sources")
CALLS_AT_END = re.compile(r"(?:\[\^[\w-]+\])+\s*\|?$")
CALL = re.compile(r"\[\^([\w-]+)\](?!:)")
DEFINITION = re.compile(r"^\[\^([\w-]+)\]: (.+)$", re.MULTILINE)
EACH_SHEET = pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.stem)

# One tuple per demand of the platform's annex: stems that one heading must hold together.
DEMANDS = [
    ("respecte", "environnement"),
    ("loi-cadre", "autorité"),
    ("modèles", "transparent", "certifi"),
    ("décision humaine", "névralgique"),
    ("droits d’auteur", "redevance"),
    ("données publiques", "héberg", "québec"),
    ("expertise", "technologies de l’information"),
    ("logiciel libre",),
    ("transparence", "données", "algorithmique"),
    ("surveillance", "continue"),
    ("précaris", "plateforme"),
    ("instances", "dialogue social"),
    ("comités paritaires",),
    ("formation", "requalification", "sécurité d’emploi"),
    ("assurance-emploi", "chômage"),
    ("relation humaine", "qualité"),
    ("biais", "discrimination", "services publics"),
    ("gains de productivité", "effectifs"),
    ("privatisation", "dépendance"),
    ("protection", "autonomie professionnelle"),
    ("expertise", "compétences"),
    ("politiques des établissements", "ia générative"),
    ("fonctionnement", "limites", "ia générative"),
    ("délestage cognitif", "cyberdépendance"),
    ("esprit critique", "scientifique"),
    ("sensibilisation", "biais"),
    ("fraude", "méfaits", "hypertrucage"),
]

# Figures, dates, names, laws and titles that a member may ask about.
FACTS = (
    """
77,2 %|huit heures ou moins|18 %|810 000|Institut du Québec|1,5 %|2030|Japon|70 %
câbles sous-marins|30 ans|2601-18|D14551|27 revendications|44e congrès|13 juin 2024
12 juillet 2024|juin 2022|mars 2025|été 2025|12 septembre 2024|27 septembre 2024|23 janvier 2025
décembre 2024|13 avril 2021|10 juillet|7 janvier 2025|22 septembre 2025|60 millions d’euros|60 M€
cinq ans|trois phases|une soixantaine de membres|514 265-6679|C-27|44e législature|2024/1689
300/2008|2020/1828|loi 25|Loi sur les normes du travail|Patriot Act|CLOUD Act|Code civil du Québec
Charte des droits et libertés de la personne|protection de la vie privée des consommateurs
Mathieu-Etienne Gagnon|directeur des communications|Éric Gingras|Dominic Danis
Nadine Bédard-St-Pierre|Emmanuelle Pirat|Nicolas Ridou|Mark Carney|Trump|Cecilia Rikap|Steve Jacob
Sébastien Brousseau|Commission des partenaires du marché du travail
Comité consultatif du travail et de la main-d’œuvre
Commission de l’éthique en science et en technologie|Agence internationale de l’énergie
Ligue des droits et libertés|Conseil de l’innovation du Québec|Union des municipalités du Québec
Autorité des marchés financiers|Office des professions du Québec
Observatoire international sur les impacts sociétaux|Radio-Canada|Presses de l’Université Laval
Ministère de la Famille|Ministère de l’Enseignement supérieur
Ministère de l’Économie, de l’Innovation et de l’Énergie
Caisse nationale des allocations familiales|Houston|Pygmalion|Uber|ubérisation|ChatGPT|Claude
Llama|Gemini|étudier et apprendre|apprentissage guidé|guided learning|study mode|Allemagne|ALL IN
Moov AI|Mila|Obvia|Ivado|CRIM|Confiance IA|FRQ|PMI-Mtl|IVEO|MIS|Prêt pour l’IA|CFE-CGC|U2P|CIDA
IRES|ASTREES|groupe SOS|Confédération européenne des cadres|Ledarna|Giacomo Brodolini
AlgorithmWatch|AlgorithmWath|TUAC|Commission européenne|CFDT|Travailler avec l’IA
@syndicalismehebdo.fr|142 pages|102 pages|302 pages|79 pages|66 pages|44 pages|176 pages|19 pages
Reclaiming Digital Sovereignty|Energy and AI|Quand l’algorithme décide
La demande énergétique des centres de données
""".strip()
    .replace("\n", "|")
    .split("|")
)

# Words that the originals' stray footnote marks would give, were they carried over.
STRAY_MARKS = ("C-272", "Japon5", "Québe12", "l’IA3", "règlement1", "(CEST)4", "année15", "GAFAM9")


@cache
def sources() -> dict[str, dict[str, object]]:
    entries = tomllib.loads((CORPUS / "sources.toml").read_text(encoding="utf-8"))["document"]
    return {entry["id"]: entry for entry in entries}


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def split_front_matter(sheet: Path) -> tuple[dict[str, str], str]:
    opening, header, body = sheet.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == "", f"{sheet.name} does not open with its front matter"
    pairs = (line.partition(": ") for line in header.splitlines())
    return {key: value for key, _, value in pairs}, body


def source_ids(front: dict[str, str]) -> list[str]:
    return [name.strip() for name in front["sources"].strip("[]").split(",")]


def blocks(body: str) -> list[str]:
    """The paragraphs, lists and tables of a sheet: no headings, no footnote definitions."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", body))
    return [part for part in parts if part and not part.startswith(("#", "[^"))]


def headings(body: str, mark: str) -> list[str]:
    start = f"{mark} "
    return [line.removeprefix(start) for line in body.splitlines() if line.startswith(start)]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + COPIED_RUN]) for i in range(len(found) - COPIED_RUN + 1)}


@cache
def everything() -> str:
    return plain("\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS))


def test_there_are_sheets() -> None:
    assert len(SHEETS) >= 10


def test_sources_are_described() -> None:
    assert len(sources()) == 5
    for entry in sources().values():
        assert {"id", "title", "publisher", "date", "language", "file", "about"} <= entry.keys()


def test_every_source_has_a_sheet() -> None:
    used = {name for sheet in SHEETS for name in source_ids(split_front_matter(sheet)[0])}
    assert used == set(sources())


@EACH_SHEET
def test_front_matter(sheet: Path) -> None:
    front, body = split_front_matter(sheet)
    assert tuple(front) == KEYS
    assert (front["publisher"], front["language"], front["kind"]) == ("Sourcier", "fr-CA", "fiche")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", front["date"])
    assert ": " not in front["title"], "a colon would need quotes in YAML"
    assert headings(body, "#") == [front["title"]]
    assert set(source_ids(front)) <= set(sources())


@EACH_SHEET
def test_every_block_names_its_source(sheet: Path) -> None:
    _, body = split_front_matter(sheet)
    assert [block for block in blocks(body) if not CALLS_AT_END.search(block)] == []


@EACH_SHEET
def test_footnotes_are_defined_once_and_used(sheet: Path) -> None:
    _, body = split_front_matter(sheet)
    defined = [name for name, _ in DEFINITION.findall(body)]
    assert len(defined) == len(set(defined))
    assert set(CALL.findall(body)) == set(defined)


@EACH_SHEET
def test_footnotes_name_publisher_title_and_date(sheet: Path) -> None:
    front, body = split_front_matter(sheet)
    cited = set()
    for name, text in DEFINITION.findall(body):
        source_id = next((known for known in sources() if name.startswith(known)), None)
        assert source_id is not None, name
        source = sources()[source_id]
        assert text.startswith(f"{source['publisher']}, *{source['title']}*, "), name
        assert str(source["date"])[:4] in text, name
        cited.add(source_id)
    assert cited == set(source_ids(front))


@EACH_SHEET
def test_typography(sheet: Path) -> None:
    _, body = split_front_matter(sheet)
    assert "'" not in body
    assert re.findall(r"«[^\u00a0].{0,20}|.{0,20}[^\u00a0]»", body) == []
    assert [mark for mark in STRAY_MARKS if mark in body] == []


def test_each_demand_is_counted_once() -> None:
    assert len(DEMANDS) == len(set(DEMANDS)) == 27


@pytest.mark.parametrize("stems", DEMANDS, ids="+".join)
def test_each_demand_has_its_section(stems: tuple[str, ...]) -> None:
    bodies = [split_front_matter(sheet)[1] for sheet in SHEETS]
    titles = [title.casefold() for body in bodies for title in headings(body, "###")]
    assert [title for title in titles if all(stem in title for stem in stems)]


def test_no_section_answers_two_demands() -> None:
    axes = [split_front_matter(sheet)[1] for sheet in SHEETS if "-axe-" in sheet.stem]
    assert len(axes) == 6
    halves = [body.partition("## Les revendications")[2] for body in axes]
    demands = [title for half in halves for title in headings(half, "###")]
    assert len(demands) == len(set(demands)) == len(DEMANDS)


@pytest.mark.parametrize("fact", FACTS)
def test_facts_are_told(fact: str) -> None:
    assert re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", everything())


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the originals are not beside the repository")
def test_no_sentence_is_copied() -> None:
    originals = [path.read_text(encoding="utf-8") for path in sorted(ORIGINALS.glob("*.txt"))]
    assert originals
    known = set().union(*map(runs, originals))
    ours = [*SHEETS, CORPUS / "README.md", CORPUS / "sources.toml"]
    copied = {path.name: sorted(runs(path.read_text(encoding="utf-8")) & known) for path in ours}
    assert {name: found for name, found in copied.items() if found} == {}
