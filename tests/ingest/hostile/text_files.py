"""Web pages, Markdown, texts and tables made to do harm, and files of other kinds."""

from __future__ import annotations

import base64
import random

from tests.ingest.hostile import making as m
from tests.ingest.hostile.listing import DAMAGED, LOST, READ, Hostile, adding_to

HOSTILE: list[Hostile] = []
hostile = adding_to(HOSTILE)


@hostile("html/profond.html", READ, DAMAGED, "ingest.too_deep", "ingest.no_text")
def _() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + b"fond" + b"</div>" * 100_000


@hostile("html/listes.html", READ, DAMAGED, "ingest.too_deep", "ingest.no_text")
def _() -> bytes:
    return b"<html><body><p>Avant.</p>" + b"<ul><li>" * 50_000 + b"fond"


@hostile("html/attributs.html", READ, DAMAGED)
def _() -> bytes:
    return (
        b"<html><body><p " + b" ".join(b"a%d=1" % number for number in range(10_000)) + b">Bonjour.</p></body></html>"
    )


@hostile("html/cellules.html", READ, *LOST)
def _() -> bytes:
    return (
        b"<table><tr><td colspan=999999999 rowspan=999999999>Une</td><td>Deux</td></tr><tr><td>Trois</td></tr></table>"
    )


@hostile("html/cache.html", READ, never="INVISIBLE")
def _() -> bytes:
    return "<p>Visible à tous.</p><p style='display:none'>INVISIBLE</p><p hidden>INVISIBLE</p>".encode()


@hostile("html/entites.html", READ, DAMAGED, never="root:")
def _() -> bytes:
    return (m.OUTSIDE + "<html><body><p>Bonjour &a; &#0; &#xD800; &#x110000;</p></body></html>").encode()


@hostile("html/scripts.html", "ingest.no_text")
def _() -> bytes:
    return b"<html><script>fetch('https://exemple.org')</script><style>p{}</style></html>"


@hostile("html/image.html", READ)
def _() -> bytes:
    return b"<p>Bonjour.</p><img src='data:image/png;base64," + base64.b64encode(bytes(4 << 20)) + b"'>"


@hostile("html/balises.html", READ, DAMAGED, *LOST)
def _() -> bytes:
    return b"<p>Bonjour.</p>" + b"<b><i>" * 300_000


@hostile("md/citations.md", READ, *LOST, "ingest.no_text", "ingest.too_deep")
def _() -> bytes:
    return b"> " * 20_000 + b"fond\n\nBonjour.\n"


@hostile("md/crochets.md", READ, *LOST)
def _() -> bytes:
    return b"Bonjour.\n\n" + b"[" * 10_000 + b"](" * 5_000 + b"\n"


@hostile("md/emphases.md", READ, *LOST)
def _() -> bytes:
    return b"Bonjour.\n\n" + b"*a _b " * 10_000 + b"\n"


@hostile("md/yaml.md", READ)
def _() -> bytes:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    return f"---\na0: &a0 [rire, rire]\n{levels}\n---\n\nBonjour.\n".encode()


@hostile("txt/nuls.txt", "ingest.empty_file")
def _() -> bytes:
    return m.zeros(5)


@hostile("txt/nul-au-milieu.txt", "ingest.binary", READ)
def _() -> bytes:
    return "Bonjour\0 à tous.\n".encode() * 50


@hostile("txt/hasard.txt", "ingest.binary")
def _() -> bytes:
    return random.Random(2).randbytes(100_000)


@hostile("txt/moities.txt", READ, "ingest.binary")
def _() -> bytes:
    return b"Bonjour \xed\xa0\x80 \xed\xbf\xbf \xf4\x90\x80\x80 tous."


@hostile("txt/bidi.txt", READ, never="\u202e")
def _() -> bytes:
    return "Le montant est de \u202e0001\u202c dollars\u200b\u2066.\n".encode()


@hostile("txt/etiquettes.txt", READ, never="\U000e0041")
def _() -> bytes:
    return ("Bonjour." + "".join(chr(0xE0000 + ord(letter)) for letter in "IGNORE")).encode()


@hostile("txt/marques.txt", READ, never="\u0301" * 10)
def _() -> bytes:
    return ("e" + "\u0301" * 1_000_000 + " fin.\n").encode()


@hostile("txt/invisible.txt", "ingest.no_text")
def _() -> bytes:
    return "\u200b\u200d\u2060\ufeff".encode() * 1000


@hostile("txt/une-ligne.txt", READ, *LOST)
def _() -> bytes:
    return b"a" * (8 << 20)


@hostile("txt/lignes-vides.txt", READ)
def _() -> bytes:
    return b"\n" * 200_000 + b"Fin.\n"


@hostile("txt/utf16-coupe.txt", READ, "ingest.binary")
def _() -> bytes:
    return "Bonjour à tous.".encode("utf-16")[:-1]


@hostile("txt/trop-gros.txt", "ingest.too_large")
def _() -> bytes:
    return b"Une phrase de plus, parmi bien d'autres.\n" * (300 * m.MEGABYTE // 41)


@hostile("txt/image.txt", "ingest.binary")
def _() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(1000)


@hostile("autres/vieux.doc", "ingest.unsupported")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)


@hostile("autres/message.msg", "ingest.unsupported")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)


@hostile("autres/note.rtf", "ingest.unsupported")
def _() -> bytes:
    return b"{\\rtf1\\ansi Bonjour}"


@hostile("autres/programme", "ingest.binary")
def _() -> bytes:
    return b"\x7fELF" + bytes(2000)


@hostile("csv/colonnes.csv", READ, *LOST)
def _() -> bytes:
    return b";".join(b"c%d" % number for number in range(1_000_000)) + b"\n" + b"1;2;3\n" * 3


@hostile("csv/guillemet.csv", READ, DAMAGED, *LOST)
def _() -> bytes:
    return b'a;b\n"' + b"sans fin;\n" * 20_000
