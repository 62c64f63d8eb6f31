"""`sourcier ask --export`: the file is written, and what could not be written is refused before a model is loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document as WordDocument
from tests.ui.material import ANSWERED, ASK_ANSWERED, FEW, RAISE_QUOTE

from sourcier.app.cli.ask import check_export, write_export
from sourcier.core.errors import UsageError
from sourcier.core.settings import OrganisationSettings, Settings


def test_an_answer_is_written_where_it_was_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(home=tmp_path, organisation=OrganisationSettings(name="Fédération"))
    path = tmp_path / "réponse.docx"
    check_export(path, alone=True)
    write_export(path, ANSWERED.answer(ASK_ANSWERED), datetime.now(UTC), FEW.document, settings)
    assert any(paragraph.text == ASK_ANSWERED for paragraph in WordDocument(str(path)).paragraphs)
    assert str(path) in capsys.readouterr().err
    write_export(tmp_path / "r.md", ANSWERED.answer(ASK_ANSWERED), datetime.now(UTC), FEW.document, settings)
    assert RAISE_QUOTE in (tmp_path / "r.md").read_text(encoding="utf-8").replace("\\", "")


def test_what_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for path, alone in ((tmp_path / "a.exe", True), (tmp_path / "absent" / "a.pdf", True), (tmp_path / "a.pdf", False)):
        with pytest.raises(UsageError):
            check_export(path, alone=alone)
    (tmp_path / "dossier.md").mkdir()
    with pytest.raises(UsageError):
        write_export(tmp_path / "dossier.md", ANSWERED.answer(ASK_ANSWERED), datetime.now(UTC), FEW.document, settings)
