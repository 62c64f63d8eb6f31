"""Pages drawn here, as offices, layout programs and printers draw them."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Sequence

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = letter

TEXT = (
    "Le comité de négociation se réunit chaque mois pour étudier les demandes des membres et préparer les "
    "rencontres avec la partie patronale, qui se tiennent le plus souvent au siège de la fédération. Les "
    "délégués y apportent les griefs de leur milieu et rapportent ensuite à leurs assemblées ce qui a été décidé. "
)
OTHER = (
    "La caisse de secours verse une aide aux personnes qui perdent leur salaire pendant un conflit de travail, "
    "selon des règles que le conseil adopte tous les trois ans. Une demande doit être faite par écrit avant la "
    "fin du mois, et la réponse vient dans un délai de dix jours ouvrables après sa réception par le bureau. "
)
THIRD = (
    "Chaque syndicat affilié nomme une personne responsable de la santé et de la sécurité, qui suit une formation "
    "de deux jours et dispose du temps nécessaire pour visiter les lieux de travail. Elle remet un rapport au "
    "comité, dont les recommandations sont rendues publiques à la fin de chaque année. "
)

Draw = Callable[[Canvas], None]


def drawn(*pages: Draw, **settings: str) -> bytes:
    """A file of these pages."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=letter, **settings)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def lines_of(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters."""
    return textwrap.wrap(text, width, break_on_hyphens=False)


def put(
    canvas: Canvas, left: float, base: float, lines: Sequence[str], *, font: str = "Helvetica", size: float = 10
) -> float:
    """Draw lines one below the other; where the next one would stand."""
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(left, base, line)
        base -= 1.2 * size
    return base


def put_abreast(
    canvas: Canvas, base: float, columns: Sequence[tuple[float, Sequence[str]]], *, size: float = 10
) -> None:
    """Draw columns line by line across all of them, as some printers do: the order in the file says nothing."""
    canvas.setFont("Helvetica", size)
    for number in range(max(len(lines) for _, lines in columns)):
        for left, lines in columns:
            if number < len(lines):
                canvas.drawString(left, base - 1.2 * size * number, lines[number])


def grid(
    canvas: Canvas, xs: Sequence[float], ys: Sequence[float], cells: dict[tuple[int, int], str], *, outer: bool = True
) -> None:
    """A table with all its rules; ``cells`` by column and row."""
    canvas.setFont("Helvetica", 10)
    for y in ys:
        canvas.line(xs[0], y, xs[-1], y)
    for x in xs if outer else xs[1:-1]:
        canvas.line(x, ys[0], x, ys[-1])
    for (column, row), text in cells.items():
        canvas.drawString(xs[column] + 4, ys[row] - 12, text)


def turn_page(canvas: Canvas, turn: int) -> None:
    """Have the viewer turn the page, and what follows be upright for it."""
    canvas.setPageRotation(turn)
    # The canvas turns the page's box as well.
    origin = {0: (0, 0), 90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}[turn]
    canvas.translate(*origin)
    canvas.rotate(turn)
