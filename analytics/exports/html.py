"""A document as one HTML file that asks no other host for anything: typeface, charts and style are inside; it prints as it looks."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from analytics.exports import drawing
from analytics.exports.document import NUMBERS, Block, Chart, Document, Figures, Kind, Picture, Row, Section, Sentence, Table
from analytics.exports.shapes import Area, Box, Label, Shape
from analytics.exports.writing import headline, written

TYPEFACE = Path(__file__).parents[2] / "static" / "inter-latin-wght-normal.woff2"
STYLE = Path(__file__).with_name("document.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
"""What a browser may load for the file: nothing that is not in it."""


def to_html(document: Document) -> bytes:
    """`document` as a page of its own, in UTF-8."""
    return "\n".join(_page(document)).encode("utf-8")


def _page(document: Document) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield f"<title>{escape(document.title)}, {document.stamp.scope.day}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>"
    yield f"<header>\n<h1>{escape(document.title)}</h1>"
    yield from (f'<p dir="auto">{escape(line)}</p>' for line in document.addressed)
    yield "</header>"
    for place, section in enumerate(document.sections):
        yield from _section(section)
        if place == 0 and document.signatures:
            yield from _signatures(document.signatures)
    yield '<footer>\n<h2>Where this comes from</h2>\n<dl class="stamp">'
    yield from (f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in document.stamp.items)
    yield "</dl>\n</footer>\n</main>\n</body>\n</html>\n"


def _section(section: Section) -> Iterator[str]:
    yield '<section class="chapter">' if section.chapter else "<section>"
    if section.heading:
        yield f"<h2>{escape(section.heading)}</h2>"
    for block in section.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Sentence):
        yield f'<p class="warning">{escape(block.text)}</p>' if block.warning else f"<p>{escape(block.text)}</p>"
    elif isinstance(block, Figures):
        yield '<dl class="figures">'
        for figure in block.figures:
            yield f"<div><dt>{escape(figure.name)}</dt><dd>{escape(headline(figure, block.currency))}</dd>"
            yield f"<dd>{escape(figure.note)}</dd></div>"
        yield "</dl>"
    elif isinstance(block, Chart | Picture):
        yield from _picture(drawing.drawn(block))
    else:
        yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    yield '<div class="table"><table>'
    if table.title:
        yield f"<caption>{escape(table.title)}</caption>"
    heads = (f'<th scope="col"{_side(column.kind)}>{escape(column.name)}</th>' for column in table.columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>"
    yield from (_row(table, row) for row in table.rows)
    yield "</tbody>"
    if total := table.total:
        yield f"<tfoot>{_row(table, total)}</tfoot>"
    yield "</table></div>"
    if table.note:
        yield f'<p class="note">{escape(table.note)}</p>'


def _row(table: Table, row: Row) -> str:
    cells = []
    for place, value in enumerate(row.values):
        kind = table.kind(row, place)
        text = escape(written(value, kind, table.currency))
        # A name in Hebrew or Arabic runs its own way, and turns nothing else round.
        cells.append(f"<td{_side(kind, text)}>{text if kind in NUMBERS else f'<bdi>{text}</bdi>'}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _side(kind: Kind, text: str = "") -> str:
    if kind in NUMBERS:
        return ' class="number hanging"' if text.endswith(")") else ' class="number"'
    return ' class="name"' if kind == "name" else ""


def _picture(picture: Picture) -> Iterator[str]:
    if picture.shapes:
        yield f'<svg viewBox="0 0 {drawing.WIDTH:g} {picture.height:g}" role="img" aria-label="{escape(picture.words)}">'
        yield from (_shape(shape) for shape in picture.shapes)
        yield "</svg>"


def _shape(shape: Shape) -> str:
    if isinstance(shape, Box):
        return f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}" fill="{shape.colour}"/>'
    if isinstance(shape, Label):
        return _label(shape)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
    if isinstance(shape, Area):
        return f'<polygon points="{points}" fill="{shape.colour}"/>'
    dashes = f' stroke-dasharray="{" ".join(f"{length:g}" for length in shape.dash)}"' if shape.dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{shape.colour}" stroke-width="{shape.width:g}"{dashes}/>'


def _label(label: Label) -> str:
    weight = ' font-weight="600"' if label.bold else ""
    place = f'x="{label.x:.1f}" y="{label.y:.1f}" text-anchor="{label.anchor}"'
    return f'<text {place} font-size="{label.size:g}" fill="{label.colour}"{weight}>{escape(label.text)}</text>'


def _signatures(roles: tuple[str, ...]) -> Iterator[str]:
    yield '<div class="signatures">'
    yield from (f"<div><strong>{escape(role)}</strong><span>Name, date, signature</span></div>" for role in roles)
    yield "</div>"


@cache
def _style() -> str:
    face = base64.b64encode(TYPEFACE.read_bytes()).decode()
    return STYLE.read_text(encoding="utf-8").replace("TYPEFACE", f"data:font/woff2;base64,{face}")
