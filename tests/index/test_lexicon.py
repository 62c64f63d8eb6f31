from __future__ import annotations

from pathlib import Path

import pytest

from sourcier.core.errors import SettingsError
from sourcier.index.analyser import analyse
from sourcier.index.lexicon import Lexicon, load_lexicon


def meanings(lexicon: Lexicon, text: str) -> set[str]:
    return {meaning.text for meaning in lexicon.meanings(text)}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "lexique.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_acronym_and_its_long_form_stand_for_each_other() -> None:
    lexicon = load_lexicon()
    assert meanings(lexicon, "CSQ") == meanings(lexicon, "c.s.q.") == {"Centrale des syndicats du Québec"}
    assert meanings(lexicon, "Centrale des syndicats du Quebec") == {"CSQ"}


def test_english_goes_one_way() -> None:
    lexicon = load_lexicon()
    assert "convention collective" in meanings(lexicon, "collective agreements")
    assert "collective agreement" not in meanings(lexicon, "convention collective")


def test_the_longest_term_is_matched() -> None:
    lexicon = load_lexicon()
    terms = analyse("la personne responsable du règlement général sur la protection des données")
    assert [match.text for match in lexicon.matches(terms)] == ["règlement général sur la protection des données"]


def test_every_delivered_entry_is_found_as_it_is_written() -> None:
    lexicon = load_lexicon()
    for key, text in lexicon.entries():
        assert [match.text for match in lexicon.matches(key)] == [text]
        assert lexicon.meanings(text)


def test_the_organisation_has_the_last_word(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        without = ["PL"]
        [[acronym]]
        short = "FEC"
        long = "Fonds d'entraide des camionneurs"
        [[acronym]]
        short = "SPEN"
        long = "Syndicat du personnel enseignant du Nord"
        """,
    )
    lexicon = load_lexicon([path])
    assert meanings(lexicon, "FEC") == {"Fonds d'entraide des camionneurs"}
    assert meanings(lexicon, "Fédération des enseignantes et enseignants de cégep") == set()
    assert meanings(lexicon, "SPEN") == {"Syndicat du personnel enseignant du Nord"}
    assert meanings(lexicon, "PL") == set() == meanings(lexicon, "projet de loi")
    assert meanings(lexicon, "CSQ")


def test_a_new_equivalent_leaves_the_english_of_a_term(tmp_path: Path) -> None:
    path = written(tmp_path, '[[same]]\nterms = ["grief", "mésentente"]\n')
    lexicon = load_lexicon([path])
    assert meanings(lexicon, "grief") == {"mésentente"}
    assert meanings(lexicon, "grievance") == {"grief"}


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ('[[acronym]]\nshort = "CSQ"\nlong = \n', "lexicon.not_toml", 3),
        ('# un titre\n[[acronyme]]\nshort = "CSQ"\n', "lexicon.unknown_table", 2),
        ('[[acronym]]\nshort = "A1"\nlong = "une chose"\n\n[[acronym]]\nshort = "CSQ"\n', "lexicon.bad_entry", 5),
        ('[[same]]\nterms = ["seul"]\n', "lexicon.bad_value", 1),
        ('\n\n[[same]]\nterms = ["deux", "de la"]\n', "lexicon.bad_value", 3),
        ('[[acronym]]\nshort = "CSQ"\nlong = "Centrale"\ncapitals = "oui"\n', "lexicon.bad_value", 1),
        ('without = "PL"\n', "lexicon.bad_value", 1),
        ('[acronym]\nshort = "CSQ"\nlong = "Centrale"\n', "lexicon.unknown_table", 1),
        (f'[[same]]\nterms = ["court", "{"long " * 40}"]\n', "lexicon.bad_value", 1),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, key: str, line: int) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        load_lexicon([path])
    assert (raised.value.key, raised.value.values["line"]) == (key, line)
    assert str(path) in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load_lexicon([tmp_path / "absent.toml"])
    assert raised.value.key == "lexicon.unreadable"
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[[same]]\nterms = ["grève", "débrayage"]'.encode("latin-1"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_lexicon([latin])
