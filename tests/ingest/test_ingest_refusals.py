"""Files that cannot be read, or not within the limits: each is refused with its reason, whatever its bytes."""

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ingest.readings import ReadAll, pdf_pages

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Document
from sourcier.ingest.kinds import Kind, reader_for
from sourcier.ingest.limits import Limits

LOCKED = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (%s) /U (%s) >> /ID [(a) (b)]" % (b"o" * 32, b"u" * 32)


def refusals(read_all: ReadAll, files: dict[str, bytes | str], **limits: int) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        read_all(files, **limits)
    [name] = files
    assert name in str(refused.value)
    assert name in refused.value.in_language("en")
    return refused.value.key


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("vide.txt", b"", "empty_file"),
        ("vide.pdf", b"\n\n", "empty_file"),
        ("blanc.txt", "\u200b\u200b .".encode()[:-1], "no_text"),
        ("image.dat", b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        ("vieux.doc", b"\xd0\xcf\x11\xe0", "unsupported"),
        ("faux.pdf", b"<html>Bonjour</html>", "web_page"),
        ("faux.docx", b"Bonjour", "damaged"),
        ("archive.docx", b"PK\x05\x06" + b"\0" * 18, "damaged"),
        ("page.html", b"<html><script>x</script></html>", "no_text"),
    ],
)
def test_bad_files_say_what_to_do(read_all: ReadAll, name: str, data: bytes, key: str) -> None:
    assert refusals(read_all, {name: data}) == f"ingest.{key}"


def test_bad_pdfs_say_what_to_do(read_all: ReadAll, make_pdf: Callable[..., bytes]) -> None:
    assert refusals(read_all, {"serrure.pdf": make_pdf(pdf_pages(), trailer=LOCKED)}) == "ingest.pdf_locked"


def test_a_scan_is_named_as_such(read_all: ReadAll, make_pdf: Callable[..., bytes]) -> None:
    assert refusals(read_all, {"scan.pdf": make_pdf([[], []])}) == "ingest.no_text_pdf"


def test_a_pdf_of_too_many_pages(read_all: ReadAll, make_pdf: Callable[..., bytes]) -> None:
    assert refusals(read_all, {"gros.pdf": make_pdf(pdf_pages())}, max_pages=3) == "ingest.pdf_pages"


def test_too_large(read_all: ReadAll) -> None:
    assert refusals(read_all, {"gros.txt": b"a" * 1_048_577}, max_file_mb=1) == "ingest.too_large"


def test_large_texts_are_read_apart(read_all: ReadAll) -> None:
    [document] = read_all({"gros.txt": "Une phrase assez longue pour tenir toute seule sur sa ligne.\n\n" * 40_000})
    assert isinstance(document, Document) and len(document.blocks) == 40_000


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.ZIP}))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=400) | st.text(max_size=300).map(str.encode),
    opening=st.sampled_from([b"", b"%PDF-1.4\n", b"<html>", b"---\n"]),
)
def test_readers_only_refuse(kind: Kind, data: bytes, opening: bytes) -> None:
    try:
        reading = reader_for(kind)(opening + data, limits=Limits(max_pages=5))
    except UnreadableFileError as error:
        assert error.key.startswith("ingest.")
    else:
        assert reading.from_json(json.loads(reading.to_json())) == reading


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from([Kind.PDF, Kind.DOCX]),
    holes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1),
)
def test_damaged_files_are_only_refused(kind: Kind, holes: list[tuple[float, int]], sound: dict[Kind, bytes]) -> None:
    data = bytearray(sound[kind])
    for place, value in holes:
        data[int(place * len(data))] = value
    try:
        reader_for(kind)(bytes(data), limits=Limits(max_pages=5))
    except UnreadableFileError as error:
        assert error.key in {"ingest.damaged", "ingest.pdf_locked", "ingest.pdf_pages", "ingest.archive_unsafe"}


@pytest.fixture(scope="module")
def sound(make_pdf: Callable[..., bytes]) -> dict[Kind, bytes]:
    import docx

    made, stream = docx.Document(), io.BytesIO()
    made.add_heading("Le rapport", 1)
    made.add_paragraph("Un texte.")
    made.save(stream)
    return {Kind.PDF: make_pdf(pdf_pages()), Kind.DOCX: stream.getvalue()}
