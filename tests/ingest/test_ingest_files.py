from pathlib import Path

import pytest

from sourcier.core.errors import IngestError, UnreadableFileError
from sourcier.core.settings import IngestSettings
from sourcier.core.types import Document
from sourcier.ingest.files import content_digest, find_files
from sourcier.ingest.reading import read
from sourcier.ingest.sources import SourceCatalogue


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")


def paths(*roots: Path) -> list[str]:
    return [source.path for source in find_files(roots)]


def test_folders_are_searched_in_order(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a/z.md", "a/été.md", "c.PDF")
    assert paths(tmp_path) == ["a/z.md", "a/été.md", "b.txt", "c.PDF"]


def test_what_is_not_a_document_is_ignored(tmp_path: Path) -> None:
    write(
        tmp_path, "a.txt", ".caché.txt", ".git/config", "sources.toml", "réglages.toml", "~$brouillon.docx", "README.md"
    )
    write(tmp_path, "notes/README.md")
    (tmp_path / "lien.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "dossier").symlink_to(tmp_path / "notes")
    assert paths(tmp_path) == ["a.txt", "notes/README.md"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b/c.txt")
    assert paths(tmp_path / "b", tmp_path, tmp_path / "a.txt") == ["c.txt", "a.txt"]
    [source] = find_files([tmp_path / "a.txt"])
    assert (source.root, source.path) == (str(tmp_path.resolve()), "a.txt")


def test_a_decomposed_name_is_composed(tmp_path: Path) -> None:
    write(tmp_path, "re\u0301sume\u0301.txt")
    assert paths(tmp_path) == ["résumé.txt"]


def test_missing_or_empty_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="n'existe pas") as missing:
        find_files([tmp_path / "rien"])
    assert missing.value.key == "ingest.path_missing"
    write(tmp_path, "vide/sources.toml")
    with pytest.raises(IngestError) as empty:
        find_files([tmp_path / "vide"])
    assert empty.value.key == "ingest.empty_folder"


def test_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert content_digest(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    with pytest.raises(UnreadableFileError):
        content_digest(tmp_path / "b")


SOURCES = """
[[document]]
file = "a.txt"
title = "Par le nom"
date = 2024-05-01

[[document]]
path = "b/c.txt"
title = "Par le chemin"
publisher = "Syndicat"
date = 2023

[[document]]
sha256 = "{digest}"
title = "Par l’empreinte"
date = "2022-03"
"""


def test_metadata_by_name_path_and_digest(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b/c.txt", "b/d.txt", "b/a.txt")
    digest = content_digest(tmp_path / "b/d.txt")
    (tmp_path / "sources.toml").write_text(SOURCES.format(digest=digest), encoding="utf-8")
    for root in (tmp_path, tmp_path / "b"):
        catalogue = SourceCatalogue.load(root)
        found = {
            s.file.relative_to(tmp_path).as_posix(): catalogue.metadata_for(s, content_digest(s.file))
            for s in find_files([root])
        }
        described = {path: (known.title, known.date) for path, known in found.items() if known}
        assert (
            described.items()
            >= {
                "b/c.txt": ("Par le chemin", "2023"),
                "b/d.txt": ("Par l’empreinte", "2022-03"),
                "b/a.txt": ("Par le nom", "2024-05-01"),
            }.items()
        )


def test_the_nearest_description_wins(tmp_path: Path) -> None:
    write(tmp_path, "b/a.txt")
    for folder, title in ((tmp_path, "loin"), (tmp_path / "b", "près")):
        (folder / "sources.toml").write_text(f'[[document]]\nfile = "a.txt"\ntitle = "{title}"\n', encoding="utf-8")
    [source] = find_files([tmp_path])
    known = SourceCatalogue.load(tmp_path).metadata_for(source, "")
    assert known is not None and known.title == "près"


def test_a_collection_named_at_the_top_is_that_of_all_that_is_below(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b/a.txt", "b/c/d.txt", "e/f.txt", "e/g.txt")
    blocks = (
        '[[document]]\npath = "{0}"\ntitle = "T"\ncollection = "La sienne"\n\n[[document]]\npath = "{1}"\ntitle = "U"\n'
    )
    (tmp_path / "sources.toml").write_text(blocks.format("b/a.txt", "a.txt"), encoding="utf-8")
    (tmp_path / "b" / "sources.toml").write_text('fonds = "Lois"\n', encoding="utf-8")
    (tmp_path / "e" / "sources.toml").write_text(
        'collection = "Avis"\n\n' + blocks.format("f.txt", "rien.txt"), encoding="utf-8"
    )
    catalogue = SourceCatalogue.load(tmp_path)
    known = {source.path: catalogue.metadata_for(source, "") for source in find_files([tmp_path])}
    assert {path: (one.title, one.collection) for path, one in known.items() if one} == {
        "a.txt": ("U", None),
        "b/a.txt": ("T", "La sienne"),
        "b/c/d.txt": ("", "Lois"),
        "e/f.txt": ("T", "La sienne"),
        "e/g.txt": ("", "Avis"),
    }
    # A document that nothing else is said of keeps the title that it has.
    [bare] = [source for source in find_files([tmp_path]) if source.path == "b/c/d.txt"]
    bare.file.write_text("Les vacances sont de quatre semaines.\n", encoding="utf-8")
    [document] = read(bare, IngestSettings(), catalogue)
    assert isinstance(document, Document)
    assert (document.metadata.title, document.metadata.collection) == ("d", "Lois")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("collection = 3\n", "ingest.sources_broken"),
        ("[[document]\n", "ingest.sources_broken"),
        ("document = 3\n", "ingest.sources_broken"),
        ('[[document]]\nfile = "a.txt"\n', "ingest.sources_incomplete"),
        ('[[document]]\ntitle = "A"\n', "ingest.sources_incomplete"),
        ('[[document]]\nfile = "a.txt"\ntitle = 3\n', "ingest.sources_value"),
    ],
)
def test_broken_descriptions_say_where(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(IngestError, match=r"sources\.toml") as refused:
        SourceCatalogue.load(tmp_path)
    assert refused.value.key == key


def test_a_broken_description_of_other_files_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "sources.toml").write_text("not toml", encoding="utf-8")
    (tmp_path / "sources.toml").write_text('[[document]]\nfile = "a.txt"\ntitle = "Avis"\n', encoding="utf-8")
    (tmp_path / "a.txt").write_text("Texte.", encoding="utf-8")
    (source,) = find_files([tmp_path / "a.txt"])
    known = SourceCatalogue.load(tmp_path, [source.file]).metadata_for(source, "")
    assert known is not None
    assert known.title == "Avis"
