"""What changed in the sources, and which parts rest on it: those, all of those, and no other."""

from __future__ import annotations

from pathlib import Path

from tests.workshop.corpus import indexed, write_papers

from sourcier.app.workshop.check import Checked, check_kit, parts_of, uses
from sourcier.app.workshop.kit import Kit
from sourcier.index.generations import current_folder
from sourcier.index.store import open_store

ALLOWANCE = "L'allocation de télétravail est de 55 $ par mois."


def checked(kit: Kit, corpus: Path, home: Path) -> Checked:
    indexed(corpus, home)
    with open_store(home) as store:
        return check_kit(kit, store, current_folder(home).name)


def numbers_of(kit: Kit, words: str) -> set[int]:
    found = {source.number for source in kit.sources if words in source.quote}
    assert found, words
    return found


def test_nothing_changed(made_kit: Kit, tmp_path: Path) -> None:
    found = checked(made_kit, write_papers(tmp_path / "papers"), tmp_path / "home")
    assert (found.findings, found.parts, found.moved) == ((), (), 0)
    assert found.sources == len(made_kit.sources)


def test_one_sentence_changed_names_exactly_the_parts_that_used_it(made_kit: Kit, tmp_path: Path) -> None:
    corpus = write_papers(tmp_path / "papers", teletravail=("55 $ par mois", "60 $ par mois"))
    found = checked(made_kit, corpus, tmp_path / "home")
    touched = numbers_of(made_kit, "55 $ par mois")
    assert {finding.source.number for finding in found.findings} == touched
    assert all(finding.state == "changed" for finding in found.findings)
    assert any("60 $ par mois" in finding.now for finding in found.findings)
    expected = [part for part, numbers in uses(made_kit).items() if numbers & touched]
    assert list(found.parts) == expected
    assert 0 < len(expected) < len(uses(made_kit))
    # All other sources of that document have moved to another version of it, word for word.
    same_document = [source for source in made_kit.sources if source.path == "guides/teletravail.md"]
    assert found.moved == len(same_document) - len(touched)


def test_a_sentence_taken_out_is_gone_and_words_put_before_change_nothing(made_kit: Kit, tmp_path: Path) -> None:
    taken = "L'employeur ne doit jamais activer la caméra d'un ordinateur à distance. "
    assert numbers_of(made_kit, "caméra")
    found = checked(made_kit, write_papers(tmp_path / "one", teletravail=(taken, "")), tmp_path / "home1")
    assert {finding.source.number for finding in found.findings} == numbers_of(made_kit, "caméra")
    assert all(finding.state == "gone" for finding in found.findings)
    added = ("## L'allocation de télétravail", "Ce paragraphe est nouveau.\n\n## L'allocation de télétravail")
    found = checked(made_kit, write_papers(tmp_path / "two", teletravail=added), tmp_path / "home2")
    assert found.findings == ()
    assert found.moved > 0


def test_a_document_taken_away_takes_all_its_sources(made_kit: Kit, tmp_path: Path) -> None:
    corpus = write_papers(tmp_path / "papers")
    (corpus / "guides" / "teletravail.md").unlink()
    found = checked(made_kit, corpus, tmp_path / "home")
    gone = {source.number for source in made_kit.sources if source.path == "guides/teletravail.md"}
    assert {finding.source.number for finding in found.findings} == gone
    assert {finding.state for finding in found.findings} == {"gone"}


def test_a_document_that_only_has_another_name_is_the_same(made_kit: Kit, tmp_path: Path) -> None:
    corpus = write_papers(tmp_path / "papers")
    (corpus / "guides" / "teletravail.md").rename(corpus / "renomme.md")
    assert checked(made_kit, corpus, tmp_path / "home").findings == ()


def test_an_old_version_in_another_folder_does_not_hide_what_changed(made_kit: Kit, tmp_path: Path) -> None:
    old = write_papers(tmp_path / "old")
    new = write_papers(tmp_path / "new", teletravail=("55 $ par mois", "60 $ par mois"))
    touched = numbers_of(made_kit, "55 $ par mois")
    indexed(old, tmp_path / "home")
    for found in (checked(made_kit, new, tmp_path / "home"), checked(made_kit, old, tmp_path / "home")):
        assert {finding.source.number for finding in found.findings} == touched
        assert all("60 $ par mois" in finding.now for finding in found.findings)


def test_another_document_of_the_same_name_changes_nothing(made_kit: Kit, tmp_path: Path) -> None:
    other = tmp_path / "other" / "guides"
    other.mkdir(parents=True)
    (other / "teletravail.md").write_text(
        "# Menu\n\nLa soupe aux pois est servie le mardi midi à la cafétéria.\n", encoding="utf-8"
    )
    indexed(other.parent, tmp_path / "home")
    assert checked(made_kit, write_papers(tmp_path / "papers"), tmp_path / "home").findings == ()


def test_parts_are_named_in_the_order_of_the_kit() -> None:
    used = {"A1": frozenset({1, 2}), "Q1": frozenset({3}), "C1": frozenset({2})}
    assert parts_of(used, [2]) == ("A1", "C1")
    assert parts_of(used, [9]) == ()
