"""Headlines and cards of what is open: figures, aging, DSO, debtors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import streamlit as st

from analytics import aging, buckets, debtors, dso
from analytics.errors import UsageError
from analytics.exports import SheetChart
from analytics.money import rounded_to
from pages.ui import cards, charts, export, filters, lists, outstanding, states, tables
from pages.ui import format as write
from pages.ui.cards import Figure
from pages.ui.cells import column, records
from pages.ui.filters import EMPTY, View
from pages.ui.session import ask
from pages.ui.tables import Column

BACK = {"a week": 7, "4 weeks": 28, "a quarter": 91, "a year": 365}
"""How far back the figures are compared: what a person reads, and the URL says -> days."""
HISTORY = timedelta(weeks=26)
DSO_DAYS = 90
DEBTOR_PAGE = 15
LABELS = buckets.labels(buckets.DEFAULT_EDGES)
AGING_METHOD = (
    "**Aging, by due date.** Open amounts of invoices and debit notes at the close of the as-of day, by whole days past due; "
    "due today is not overdue. Unapplied credit is not netted in. The buckets add up to gross open receivables."
)
DSO_METHOD = (
    f"**DSO, simple, {DSO_DAYS} days.** Gross open receivables / credit sales of the {DSO_DAYS} days up to each point x "
    f"{DSO_DAYS}. Credit sales are invoices and debit notes less credit notes, gross of tax. Best possible: the same of what is not due."
)
DEBTORS_METHOD = (
    "**Largest debtors.** Open amounts past due at the close of the as-of day, by customer; a chosen bucket ranks by that "
    "bucket alone. Share: of the ranked amount of all customers. Age mix: not due, then ever later."
)

BASES: dict[str, buckets.Basis] = {"due date": "due", "issue date": "issue"}
EDGES = ", ".join(map(str, buckets.DEFAULT_EDGES))
MOST_EDGES = 8


@dataclass(frozen=True)
class Cut:
    """How open amounts are cut into buckets: from which day an age counts, and the upper edges in days."""

    basis: buckets.Basis = "due"
    edges: tuple[int, ...] = buckets.DEFAULT_EDGES

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the buckets."""
        return buckets.labels(self.edges, self.basis)

    @property
    def since(self) -> str:
        """What an age counts the days of."""
        return "past due" if self.basis == "due" else "since issue"

    @property
    def method(self) -> str:
        """What the buckets hold."""
        if self == Cut():
            return AGING_METHOD
        edges = ", ".join(map(str, self.edges))
        return (
            f"**Aging, by {self.basis} date.** Open amounts of invoices and debit notes at the close of the as-of day, by whole days "
            f"{self.since}; buckets end with days {edges}, included. Unapplied credit is not "
            "netted in. The buckets add up to gross open receivables."
        )


def chosen_cut() -> Cut:
    """The basis and the edges that are chosen on the page; edges that cannot be are said, and the usual ones used."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", width="content"):
        basis = BASES[st.segmented_control("Age since", list(BASES), default="due date", required=True, key="basis", bind="query-params")]
        text = st.text_input("Buckets end with day", EDGES, key="edges", bind="query-params", width=200, help=_EDGES_HELP)
    try:
        edges = buckets.parse_edges(text)
        if len(edges) > MOST_EDGES:
            raise UsageError(f"{len(edges)} edges are too many to tell apart: name at most {MOST_EDGES}")
    except UsageError as problem:
        st.warning(f"{write.plain(str(problem))}. Shown by {EDGES}.", icon=":material/tune:")
        edges = buckets.DEFAULT_EDGES
    return Cut(basis, edges)


_EDGES_HELP = "Whole days with commas between. Each bucket holds its own last day; what is older is in one more."


def compared() -> str:
    """How far back the page compares: one of `BACK`."""
    with filters.beside_title():
        return st.selectbox(
            "Compared with",
            list(BACK),
            index=1,
            key="compared",
            bind="query-params",
            format_func=lambda name: f"vs {name} ago",
            label_visibility="collapsed",
            width=165,
        )


def headlines(view: View, back: str) -> list[Figure]:
    """Open, overdue, its share and DSO: now, against `back` ago, with half a year behind them."""
    now, before = _figures(view, timedelta(0)), _figures(view, timedelta(days=BACK[back]))
    past = ask(aging.trend, view.store, view.focus, every="week", start=view.day - HISTORY)
    opened = [*column(past, "total"), now["open"]]
    late = [total - not_due for total, not_due in zip(column(past, "total"), column(past, LABELS[0]), strict=True)]
    late.append(now["overdue"])
    sales = now["sales"]
    population = f"Population: {write.plain(view.caption)}."
    return [
        Figure(
            "Open receivables",
            write.short(now["open"], view.shown),
            _grown(now["open"], before["open"]),
            back,
            f"**Gross open AR**: the sum of open amounts of invoices and debit notes, {_exact(view, now, 'open')}. "
            f"Less {_exact(view, now, 'unapplied')} unapplied it is net AR of {_exact(view, now, 'net')}. {population}",
            opened,
        ),
        Figure(
            "Overdue",
            write.short(now["overdue"], view.shown),
            _grown(now["overdue"], before["overdue"]),
            back,
            f"**Overdue**: open amounts whose due date has passed, {_exact(view, now, 'overdue')}; due today is not overdue. {population}",
            late,
            "down",
        ),
        Figure(
            "Overdue share",
            write.percent(now.get("overdue_share")),
            _moved(now.get("overdue_share"), before.get("overdue_share"), 100, " pt"),
            back,
            f"**Overdue share**: overdue {_exact(view, now, 'overdue')} / open {_exact(view, now, 'open')}. {population}",
            [Fraction(a) / Fraction(b) if b else None for a, b in zip(late, opened, strict=True) if a is not None],
            "down",
        ),
        Figure(
            "DSO",
            write.days(now.get("dso")),
            _moved(now.get("dso"), before.get("dso"), 1, " d"),
            back,
            f"{DSO_METHOD} Inputs: open {_exact(view, now, 'open')}, credit sales "
            f"{write.plain(write.money(sales, view.shown))}. {population}",
            [*column(past, "dso"), now.get("dso")],
            "down",
        ),
    ]


def aging_by_segment(view: View, *, height: int = charts.HEIGHT, pills: bool = True, cut: Cut = Cut()) -> None:
    """Bars by bucket, a layer per segment; a click on a bar chooses its bucket, as the pills do (here or elsewhere)."""
    frame = ask(aging.summary, view.store, view.focus, by=("segment",), edges=cut.edges, basis=cut.basis)
    with cards.card("Aging by bucket", method=cut.method) as end:
        with end:
            chosen = bucket_pills() if pills else st.session_state.get("bucket")
            _way_to_items(chosen, cut, listed=not pills)
            export.menu(
                view,
                "Aging by bucket and segment",
                cut.method,
                frame,
                key="aging_by_segment",
                sheet_chart=SheetChart("column", "segment", cut.labels),
            )
        if frame.empty:
            states.nothing("Nothing is open here.", "Choose another day, or clear a filter.")
            return
        figure = charts.stacked(cut.labels, _layers(frame, "segment", cut.labels), view.shown, chosen=chosen, height=height)
        charts.show(figure, "aging_by_segment", _aging_alt(frame, view, cut.labels), on_click=toggle_bucket)


def bucket_pills(labels: Sequence[str] = LABELS) -> str | None:
    """The bucket that lists and bars are narrowed to; shared by the pages, kept in the URL."""
    if st.session_state.get("bucket") not in (None, *labels):
        st.session_state["bucket"] = None
    return st.pills("Bucket", labels, key="bucket", bind="query-params", label_visibility="collapsed")


def _way_to_items(bucket: str | None, cut: Cut, *, listed: bool) -> None:
    """A link to exactly the items of `bucket`: what is late to where it is worked through, else to their list, if not here."""
    if cut == Cut() and bucket in LABELS[1:]:
        page, url = "collections/overdue", {"late": bucket}
    elif bucket and not listed:
        page, url = "receivables/aging", {"bucket": bucket}
    else:
        return
    st.page_link(f"pages/{page}.py", label="Its items", icon=":material/list:", help=f"The open items of {bucket}", query_params=url)


def toggle_bucket(label: str) -> None:
    """Chooses the bucket `label`, or lets go of it when it is the chosen one."""
    st.session_state["bucket"] = None if st.session_state.get("bucket") == label else label


def dso_trend(view: View) -> None:
    """Simple DSO at every week's end of a year, with its mean."""
    frame = ask(aging.trend, view.store, view.focus, every="week", days=DSO_DAYS)
    values = column(frame, "dso")
    known = [value for value in values if value is not None]
    with cards.card("DSO trend", f"simple, {DSO_DAYS} days", method=DSO_METHOD) as end:
        with end:
            export.menu(view, "DSO trend", DSO_METHOD, frame, key="dso_trend", sheet_chart=SheetChart("line", "date", ("dso",)))
        if not known:
            states.nothing("No credit sales, so no DSO.", "Choose another day, or clear a filter.")
            return
        mean = sum(known, Decimal(0)) / len(known)
        series = {"DSO": values, "Best possible": _best_possible(frame)}
        figure = charts.lines(column(frame, "date"), series, levels={"52-week mean": mean} | outstanding.target())
        charts.show(
            figure, "dso_trend", f"DSO by week over a year, between {write.number(min(known), 1)} and {write.number(max(known), 1)} days"
        )


def _best_possible(frame: pd.DataFrame) -> list[Decimal | None]:
    """What DSO would be at each point if nothing were late; for drawing, to 4 decimals."""
    points = zip(column(frame, LABELS[0]), column(frame, "sales"), strict=True)
    found = [dso.simple(not_due, sales, DSO_DAYS) for not_due, sales in points]
    return [None if value is None else rounded_to(value, 4) for value in found]


def aging_over_time(view: View, every: aging.Every, height: int = charts.TALL, cut: Cut = Cut()) -> None:
    """Bars by period end, a layer per bucket."""
    frame = ask(aging.trend, view.store, view.focus, every=every, edges=cut.edges, basis=cut.basis)
    with cards.card("Aging over time", f"days {cut.since}, each {every}'s end", method=cut.method) as end:
        with end:
            export.menu(
                view,
                "Aging over time",
                cut.method,
                frame,
                key="aging_over_time",
                sheet_chart=SheetChart("column", "date", cut.labels),
            )
        if frame.empty:
            states.nothing("Nothing was open here.", "Choose another day, or clear a filter.")
            return
        layers = {label: column(frame, label) for label in cut.labels}
        figure = charts.over_time(
            column(frame, "date"),
            layers,
            view.shown,
            monthly=every == "month",
            colours=charts.age_colours(len(cut.labels)),
            height=height,
        )
        charts.show(figure, "aging_over_time", f"Open amounts by days {cut.since} at the end of each {every} of a year")


def top_debtors(view: View, bucket: str | None, rows: int = 6) -> None:
    """Who owes most of what is late (or of the chosen bucket); choosing a row opens the customer."""
    found = ask(debtors.ranked, view.store, view.focus, bucket=bucket, size=rows)
    note = "all overdue items" if bucket is None else bucket
    with cards.card("Top debtors", f"{note} · {write.items(found.total_customers, 'customer')}", method=DEBTORS_METHOD) as end:
        with end:
            _export_debtors(view, bucket, "top_debtors", found.total_customers)
        if found.rows.empty:
            states.nothing("Nobody is late here.", "Choose another bucket, or clear a filter.")
            return
        _debtor_table(found.rows, view, "top_debtors", bucket, rows)


def all_debtors(view: View, bucket: str | None, cut: Cut = Cut()) -> None:
    """Everyone who owes something (or something in the chosen bucket), a page at a time."""
    of = "total" if bucket is None else bucket
    cuts: dict[str, Any] = {"edges": cut.edges, "basis": cut.basis}
    with cards.card("Customers", "all that is open" if bucket is None else bucket, method=DEBTORS_METHOD) as end:
        with end:
            search = st.text_input(
                "Search customers", placeholder="Name or id", key="debtor_search", label_visibility="collapsed", type="search", width=200
            )
            found = ask(debtors.ranked, view.store, view.focus, bucket=of, search=search, size=DEBTOR_PAGE, **cuts)
            _export_debtors(view, of, "debtors", found.total_customers, search=search, **cuts)
        if found.rows.empty:
            states.nothing("No customer owes anything here.", "Choose another bucket, search for less, or clear a filter.")
            return
        with lists.page_of("debtors_page", found.total_customers, DEBTOR_PAGE, "customer") as page:
            if page > 1:
                found = ask(debtors.ranked, view.store, view.focus, bucket=of, search=search, page=page, size=DEBTOR_PAGE, **cuts)
            _debtor_table(found.rows, view, "debtors", of, len(found.rows), cut)


def net_in_words(view: View) -> str:
    """Gross less unapplied is net, with its figures, in a line."""
    now = _figures(view, timedelta(0))
    gross, credit, net = (write.money(now[name], view.shown) for name in ("open", "unapplied", "net"))
    return f"Gross open {gross} less {credit} unapplied payments and credit notes is net AR of {net}."


def _export_debtors(view: View, bucket: str | None, key: str, rows: int, **asked: Any) -> None:
    export.menu(
        view,
        f"Debtors by {'overdue amount' if bucket is None else bucket}",
        DEBTORS_METHOD,
        lambda: debtors.ranked(view.store, view.focus, bucket=bucket, size=None, **asked).rows,
        key=key,
        chart=False,
        rows=rows,
    )


def _debtor_table(frame: pd.DataFrame, view: View, key: str, bucket: str | None, rows: int, cut: Cut = Cut()) -> None:
    heading = {None: "Overdue", "total": "Open"}.get(bucket, bucket or "")
    mixes = zip(*(column(frame, label) for label in cut.labels), strict=True)
    shown = frame.assign(mix=[[float(amount) for amount in mix] for mix in mixes])
    tables.table(
        shown,
        {
            "name": Column("Customer", width=170),
            "ranked": Column(heading, "money", 110),
            "share": Column("Share", "share", 115),
            "mix": Column("Age mix", "mix", 80),
            "oldest": Column("Oldest", "days", 75) if cut.basis == "due" else Column("Days since issue", "count", 115),
        },
        key=key,
        alt=f"Customers by {heading.lower()} amount, largest first",
        currency=view.shown,
        rows=rows,
        on_pick=lambda row: lists.open_customer(frame["customer_id"].iloc[row]),
    )


def _figures(view: View, ago: timedelta) -> dict[str, Any]:
    return outstanding.figures(view, view.day - ago, DSO_DAYS)


def _layers(frame: pd.DataFrame, by: str, labels: Sequence[str]) -> dict[str, Sequence[Decimal]]:
    """A layer of bucket amounts per value of `by`, the largest first; the smallest together where there are many."""
    layers: dict[str, list[Decimal]] = {}
    for place, row in enumerate(sorted(records(frame), key=lambda row: -abs(row["total"]))):
        name = (row[by] or EMPTY) if place < charts.MOST_KINDS else charts.OTHERS
        layers[name] = [a + row[label] for a, label in zip(layers.get(name, [Decimal(0)] * len(labels)), labels, strict=True)]
    return layers


def _aging_alt(frame: pd.DataFrame, view: View, labels: Sequence[str]) -> str:
    sums = ", ".join(f"{label} {write.short(sum(column(frame, label)), view.shown)}" for label in labels)
    return f"Open amounts by age in days: {sums}"


def _exact(view: View, figures: dict[str, Any], name: str) -> str:
    return write.plain(write.money(figures[name], view.shown))


def _grown(now: Decimal | None, before: Decimal | None) -> str | int | None:
    if now is None or not before:
        return None
    return _signed(Fraction(now - before) / Fraction(abs(before)) * 100, "%")


def _moved(now: Decimal | None, before: Decimal | None, factor: int, unit: str) -> str | int | None:
    return None if now is None or before is None else _signed(Fraction(now - before) * factor, unit)


def _signed(change: Fraction, unit: str) -> str | int:
    return write.change(change, 1, unit) if rounded_to(change, 1) else 0
