"""Files that hold several things, made to do harm: collections, archives, e-mails."""

from __future__ import annotations

import gzip
import json
import random
import stat
from email.message import EmailMessage

from tests.ingest.hostile import making as m
from tests.ingest.hostile.listing import DAMAGED, LOCKED, READ, UNSAFE, Hostile, adding_to

HOSTILE: list[Hostile] = []
hostile = adding_to(HOSTILE)


def rows(*rows: object) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


@hostile(
    "jsonl/lignes.jsonl",
    READ,
    members={
        "bonne": READ, "ligne-2": "ingest.row_broken", "ligne-3": "ingest.row_broken", "ligne-4": "ingest.row_incomplete",
        "x": READ, "bonne+": "ingest.row_repeated", "moitie": READ, "ligne-8": "ingest.row_broken",
    },
)  # fmt: skip
def _() -> bytes:
    return rows(
        {"id": "bonne", "text": "Un texte."},
        b"[" * 200_000,
        b'{"id": "\xff", "text": "x"}',
        [1],
        {"id": "x", "text": "Autre.", "title": {"a": 1}, "date": [1]},
        {"id": "bonne", "text": "Encore."},
        b'{"id": "moitie", "text": "Une moiti\\ud800 seule."}',
        b'{"id": 1e400, "text": ',
    )


@hostile("jsonl/bombe.jsonl.gz", UNSAFE)
def _() -> bytes:
    return gzip.compress(b'{"id": 1, "text": "Bonjour."}\n' + b"\n" * (120 << 20))


@hostile("jsonl/sans-fin.jsonl.gz", UNSAFE, "ingest.row_too_large")
def _() -> bytes:
    return gzip.compress(b'{"id": 1, "text": "' + b"a" * (120 << 20))


@hostile("jsonl/coupe.jsonl.gz", "ingest.collection_broken")
def _() -> bytes:
    return gzip.compress(random.Random(4).randbytes(100_000))[:50_000]


@hostile("jsonl/pas-du-gzip.jsonl.gz", "ingest.collection_broken")
def _() -> bytes:
    return b'{"id": 1, "text": "Bonjour."}'


@hostile("zip/bombe.zip", UNSAFE)
def _() -> bytes:
    return m.archive([(f"{number}.txt", m.zeros(20)) for number in range(12)])


@hostile("zip/poupees.zip", UNSAFE)
def _() -> bytes:
    inner = m.archive([("z.txt", m.zeros(40))])
    middle = m.archive([(f"{number}.zip", inner) for number in range(10)])
    return m.archive([(f"{number}.zip", middle) for number in range(10)])


@hostile("zip/profond.zip", "ingest.nested_too_deep")
def _() -> bytes:
    return m.nested(5, ("fond.txt", b"Au fond."))


@hostile("zip/menteur-petit.zip", DAMAGED)
def _() -> bytes:
    return m.lying_zip("a.txt", b"Bonjour. " * 10_000, 100)


@hostile("zip/menteur-grand.zip", DAMAGED, READ)
def _() -> bytes:
    return m.lying_zip("a.txt", b"Bonjour. " * 10, 4_000_000_000)


@hostile("zip/chevauche.zip", READ, DAMAGED, UNSAFE, members={"a.txt": READ})
def _() -> bytes:
    return m.overlapping_zip("a.txt", b"Bonjour. " * 100_000, 4000)


@hostile(
    "zip/noms.zip",
    READ,
    members={
        "../dehors.txt": "ingest.entry_unsafe", "/absolu.txt": "ingest.entry_unsafe", "C:/lecteur.txt": "ingest.entry_unsafe",
        "a/../../b.txt": "ingest.entry_unsafe", "a\\c.txt": READ, "CON": READ, "lien": "ingest.entry_link",
        "tube": "ingest.entry_link", "é.txt": READ, "é.txt+": "ingest.entry_repeated", "double.txt": READ,
        "x" * 300 + ".txt": READ, "\u202egnp.txt": READ, "É-437.txt": READ,
    },
)  # fmt: skip
def _() -> bytes:
    text = "Bonjour à tous.".encode()
    old = m.named("x", flags=0)
    old.filename = "É-437.txt"
    made = m.archive(
        [
            ("../dehors.txt", text), ("/absolu.txt", text), (m.named("C:/lecteur.txt"), text), ("a/../../b.txt", text),
            (m.named("a\\c.txt"), text), ("CON", text), (m.named("lien", mode=stat.S_IFLNK | 0o777), b"/etc/passwd"),
            (m.named("tube", mode=stat.S_IFIFO | 0o600), b""), ("\u00e9.txt", text), ("e\u0301.txt", text),
            ("double.txt", text), ("double.txt", b"Autre."), ("x" * 300 + ".txt", text), ("\u202egnp.txt", text),
            ("__MACOSX/a.txt", b"x"), (".cache/a.txt", b"x"), ("Thumbs.db", b"x"), ("E_437.txt", text),
        ]
    )  # fmt: skip
    # Not UTF-8, and nothing says so: the letters of MS-DOS.
    return made.replace(b"E_437.txt", b"\x90-437.txt")


@hostile("zip/chiffre.zip", LOCKED)
def _() -> bytes:
    return m.locked_zip("secret.txt", b"Bonjour.")


@hostile("zip/trop.zip", UNSAFE)
def _() -> bytes:
    return m.archive([(f"{number}.txt", b"") for number in range(20_000)])


for _part in (0.1, 0.5, 0.97):

    @hostile(f"zip/tronque-{int(_part * 100)}.zip", DAMAGED)
    def _(part: float = _part) -> bytes:
        whole = m.archive([(f"{number}.txt", random.Random(number).randbytes(500)) for number in range(20)])
        return whole[: int(len(whole) * part)]


@hostile("zip/vide.zip", "ingest.empty_archive")
def _() -> bytes:
    return b"PK\x05\x06" + bytes(18)


@hostile("zip/rebut.zip", "ingest.empty_archive")
def _() -> bytes:
    return m.archive([("__MACOSX/._a.txt", b"x"), (".DS_Store", b"x"), ("Thumbs.db", b"x")])


@hostile("zip/membres.zip", READ, members={"bon.txt": READ, "gros.txt": "ingest.too_large", "vide.txt": "ingest.empty_file",
                                           "casse.pdf": DAMAGED, "page.pdf": "ingest.web_page"})  # fmt: skip
def _() -> bytes:
    fill = random.Random(5).randbytes(1 << 20)
    return m.archive(
        [
            ("bon.txt", "Bonjour à tous."),
            ("gros.txt", fill + b"gros " * (12 << 20)),
            ("vide.txt", b""),
            ("casse.pdf", b"%PDF-1.7 rien"),
            ("page.pdf", b"<html>x</html>"),
        ]
    )


def mail(body: str = "Bonjour à tous.") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@exemple.org", "b@exemple.org", "Sujet"
    made.set_content(body)
    return made


@hostile("eml/parties.eml", UNSAFE)
def _() -> bytes:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\nPartie.\r\n"
    return b"From: a@b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 10_000 + b"--x--\r\n"


@hostile("eml/profond.eml", READ, DAMAGED, UNSAFE, "ingest.crashed", "ingest.no_text")
def _() -> bytes:
    head = b"From: a@b\r\nSubject: Profond\r\n"
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    return head + parts + b"Content-Type: text/plain\r\n\r\nAu fond.\r\n"


@hostile("eml/meme-borne.eml", READ, DAMAGED, UNSAFE, "ingest.no_text")
def _() -> bytes:
    head = b"From: a@b\r\nSubject: En rond\r\n"
    return head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 2000 + b"\r\nBonjour.\r\n"


@hostile("eml/transferts.eml", READ, DAMAGED, members={"": READ})
def _() -> bytes:
    head = b"From: a@b\r\nSubject: TR\r\nContent-Type: message/rfc822\r\n\r\n"
    return (
        b"From: a@b\r\nSubject: Premier\r\nContent-Type: message/rfc822\r\n\r\n"
        + head * 60
        + b"From: a@b\r\n\r\nFond.\r\n"
    )


@hostile("eml/base64.eml", READ)
def _() -> bytes:
    head = b"From: a@b\r\nSubject: Charabia\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"====!!!!A\xff\x00" * 5000


@hostile("eml/charset.eml", READ)
def _() -> bytes:
    head = "From: a@b\r\nSubject: =?x-inconnu?b?w6k=?= =?utf-8?q?=E9?=\r\nContent-Type: text/plain; charset=x-martien\r\n\r\n"
    return head.encode() + "Été à Montréal.".encode("cp1252")


@hostile("eml/entetes.eml", READ)
def _() -> bytes:
    long = b"From: " + b'"a" <a@b>, ' * 200_000 + b"\r\nSubject: " + b"=?utf-8?q?=C3=A9?= " * 100_000 + b"\r\n"
    return long + b"Date: Mon, 99 Xyz 99999 99:99:99 +9999\r\n\r\nBonjour.\r\n"


@hostile("eml/pas-un-message.eml", DAMAGED)
def _() -> bytes:
    return b"Bonjour, ceci n'est pas un message.\n"


@hostile("eml/chiffre.eml", LOCKED)
def _() -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@exemple.org", "Secret"
    made.set_content(b"\x30\x82", "application", "pkcs7-mime")
    return made.as_bytes()


@hostile(
    "eml/pieces.eml",
    READ,
    members={"": READ, "../../dehors.txt": "ingest.entry_unsafe", "bon.txt": READ},
)
def _() -> bytes:
    made = mail()
    made.add_attachment(b"Bonjour.", maintype="text", subtype="plain", filename="bon.txt")
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="../../dehors.txt")
    return made.as_bytes()


@hostile("eml/bombe.eml", UNSAFE)
def _() -> bytes:
    made = mail()
    bomb = m.archive([(f"{number}.txt", m.zeros(20)) for number in range(12)])
    made.add_attachment(bomb, maintype="application", subtype="zip", filename="bombe.zip")
    return made.as_bytes()
