"""`docs/performance.md` and its chart, from the measurements that were kept."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from tests.benchmarks.books import FOLDER

DOCS = Path(__file__).parents[2] / "docs"
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 780, 420, 92, 48, 20, 250
LINE = 15
"""Names at the ends of the lines keep so far apart."""
COLOURS = ("#2563eb", "#059669", "#d97706", "#7c3aed", "#dc2626", "#0891b2")
CHARTED = (
    "aging today",
    "aging of a sales rep at a past date",
    "kpis, every method",
    "overdue, a page of 50 with totals",
    "polars, raw tables",
    "pandas, raw tables",
)


def keep(invoices: int, measured: dict[str, Any]) -> None:
    """Keeps the measurements of one size."""
    (FOLDER / f"measured-{invoices}.json").write_text(json.dumps(measured, indent=1), encoding="utf-8")


def write() -> None:
    """Writes the document of every size that was measured."""
    sizes = sorted(int(file.stem.split("-")[1]) for file in FOLDER.glob("measured-*.json"))
    found = {size: json.loads((FOLDER / f"measured-{size}.json").read_text(encoding="utf-8")) for size in sizes}
    (DOCS / "performance.md").write_text(_text(found), encoding="utf-8")
    (DOCS / "images" / "performance.svg").write_text(_chart(found), encoding="utf-8")


def _text(found: dict[int, dict[str, Any]]) -> str:
    lines = [
        "# How fast",
        "",
        "Made by `make bench` (`BENCH=10000000` for the large book) on two cores of a virtual machine with a network disk, Linux,",
        "Python 3.11; medians in milliseconds, warm, beside the goal. The book is the demo's, its last day loaded as a day of its own.",
        "The machine is shared: the same question took up to twice as long from one hour to the next.",
        "",
        "![time against size, both logarithmic](images/performance.svg)",
    ]
    for size, measured in found.items():
        lines += ["", f"## {size:,} invoices", "", "| | measured | goal | ratio | first |", "|---|--:|--:|--:|--:|"]
        for row in measured["rows"]:
            goal = row.get("goal")
            ratio = f"{row['value'] / goal:.2f}" if goal else ""
            cells = (
                row["name"],
                f"{row['value']:,.1f} {row.get('unit', '')}".strip(),
                f"{goal:,.0f}" if goal else "",
                ratio,
                row.get("first", ""),
            )
            lines.append("| " + " | ".join(cells) + " |")
        lines += [
            "",
            "The same open amounts from the same Parquet by other means, answers equal to the cent:",
            "",
            "| | today | | past date | |",
            "|---|--:|--:|--:|--:|",
        ]
        for name, (today, past) in measured["beside"].items():
            ours = measured["beside"]["duebook"]
            lines.append(f"| {name} | {today:,.1f} | {today / ours[0]:,.0f} x | {past:,.1f} | {past / ours[1]:,.0f} x |")
    return "\n".join([*lines, ""])


def _series(found: dict[int, dict[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    series: dict[str, list[tuple[int, float]]] = {name: [] for name in CHARTED}
    for size, measured in found.items():
        times = {row["name"]: row["value"] for row in measured["rows"]} | {name: pair[0] for name, pair in measured["beside"].items()}
        for name in CHARTED:
            if name in times:
                series[name].append((size, times[name]))
    return series


def _chart(found: dict[int, dict[str, Any]]) -> str:
    series = {name: points for name, points in _series(found).items() if points}
    sizes = sorted(found)
    times = [time for points in series.values() for _, time in points]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    first, last = math.log10(sizes[0]), max(math.log10(sizes[-1]), math.log10(sizes[0]) + 1)

    def x(size: int) -> float:
        return LEFT + (math.log10(size) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(time: float) -> float:
        return TOP + (high - math.log10(time)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" fill="#475569">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for power in range(low, high + 1):
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(10**power):.1f}" y2="{y(10**power):.1f}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(10**power) + 4:.1f}" text-anchor="end">{10**power:,g} ms</text>')
    parts += [f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,}</text>' for size in sizes]
    for colour, points in zip(COLOURS, series.values(), strict=False):
        line = " ".join(f"{x(size):.1f},{y(time):.1f}" for size, time in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(size):.1f}" cy="{y(time):.1f}" r="3.5" fill="{colour}"/>' for size, time in points]
    lowest = 0.0
    for name, points in sorted(series.items(), key=lambda item: -item[1][-1][1]):
        lowest = max(y(points[-1][1]) + 4, lowest + LINE)
        colour = COLOURS[list(series).index(name)]
        parts.append(f'<text x="{x(points[-1][0]) + 10:.1f}" y="{lowest:.1f}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])
