"""What each command of the command line does: asks the same functions as the pages and shapes the answer for writing."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from analytics import (
    aging,
    allowance,
    apart,
    buckets,
    changes,
    checks,
    cohorts,
    concentration,
    customers,
    dates,
    demo,
    differences,
    evidence,
    fitting,
    forecast,
    formats,
    health,
    kpis,
    movements,
    overdue,
    pivot,
    rolls,
    settings,
    tie_out,
    time_to_pay,
    watch,
)
from analytics.answers import Answer, amount_text, plain, records
from analytics.errors import Refused, UsageError
from analytics.exports import files
from analytics.exports.document import Document
from analytics.pack import month_end, statement
from analytics.progress import Bar, Lines
from analytics.schema import TABLES
from analytics.scope import Scope
from analytics.serving import serve
from analytics.sources import draft, pull
from analytics.sources.connectors import SOURCES
from analytics.store import LoadReport, Store, build, generations, places
from analytics.store.publish import sampled
from analytics.store.report import Totals
from analytics.store.store import default_directory

SHOWN_PROBLEMS = 10
"""How many problems of a file are said on standard error."""


@contextmanager
def _books(asked: argparse.Namespace) -> Iterator[tuple[Store, Scope]]:
    """The books and the scope that the common options ask for."""
    where: dict[str, list[str]] = defaultdict(list)
    for column, value in asked.where:
        where[column].append(value)
    scope = Scope(as_of=asked.as_of, currency=asked.currency, fx=asked.fx, where=where, with_children=asked.with_children)
    with Store.open(asked.store, asked.generation) as store:
        if store.notice:
            print(f"warning: {store.notice}", file=sys.stderr)
        formats.follow(settings.read(store.directory))
        yield store, store.resolve(scope)


def _load(asked: argparse.Namespace) -> Answer | None:
    if asked.watch:
        _watch(asked)
        return None
    if not asked.paths:
        raise UsageError("name the files to load, or a folder to --watch")
    with Lines() if asked.progress == "lines" else Bar() as bar:
        report = _built(
            asked, asked.paths, bar, mapping=asked.mapping, append=asked.append, careful=asked.careful, expected=dict(asked.expect)
        )
    return _loaded(report)


def _watch(asked: argparse.Namespace) -> None:
    def load(paths: list[Path]) -> dict[str, Any]:
        return apart.load(
            paths,
            into=default_directory(asked.store),
            source=asked.source,
            source_currency=asked.source_currency,
            mapping=Path(asked.mapping) if asked.mapping else None,
            append=asked.append,
            careful=asked.careful,
            check=asked.check,
        )

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr, flush=True)

    if not watch.watch(Path(asked.watch), load, say, once=asked.once):
        raise Refused("not everything that was there has been loaded")


def _pull(asked: argparse.Namespace) -> Answer:
    folder = places.pulled(default_directory(asked.store)) / asked.source
    files = pull.pull(SOURCES[asked.source], folder, say=lambda sentence: print(sentence, file=sys.stderr, flush=True))
    with Bar() as bar:
        report = _built(asked, files, bar)
    return _loaded(report)


def _built(
    asked: argparse.Namespace,
    paths: Sequence[str | Path],
    bar: Bar,
    *,
    mapping: str | None = None,
    append: bool = False,
    careful: bool = False,
    expected: Totals | None = None,
) -> LoadReport:
    """Loads `paths` as the options say, and learns what the pages ask for first."""
    report = build(
        paths,
        into=default_directory(asked.store),
        source=asked.source,
        source_currency=asked.source_currency,
        mapping=mapping,
        append=append,
        careful=careful,
        check=asked.check,
        expected=expected,
        progress=bar.show,
    )
    if report.generation is not None:
        fitting.after_load(default_directory(asked.store))
    return report


def _loaded(report: LoadReport) -> Answer:
    document = report.as_json()
    for sentence in _sentences(document):
        print(sentence, file=sys.stderr)
    files = [{key: file[key] for key in ("path", "table", "verdict", "rows", "accepted", "quarantined")} for file in document["files"]]
    return Answer(document, pd.DataFrame(files), refused=report.refused)


def _sentences(document: dict[str, Any]) -> Iterator[str]:
    """What a load has to say: the first problems of every file, and what became of the whole."""
    for file in document["files"]:
        problems = file["problems"]
        yield from (f"{problem['severity']}: {problem['message']}" for problem in problems[:SHOWN_PROBLEMS])
        if len(problems) > SHOWN_PROBLEMS:
            yield f"{file['path']}: {len(problems) - SHOWN_PROBLEMS} more problems; --format json lists them all"
    if document["generation"] is not None:
        yield f"generation {document['generation']} is current"


def _aging(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        frame = aging.summary(store, scope, by=asked.by, edges=asked.edges, basis=asked.basis)
        labels = buckets.labels(asked.edges, asked.basis)
        document = {
            "as_of": scope.day.isoformat(),
            "basis": asked.basis,
            "edges": list(asked.edges),
            "labels": list(labels),
            "rows": _with_buckets(records(frame), labels),
            "unapplied": records(aging.unapplied(store, scope, by=asked.by)),
            "net": records(aging.net(store, scope)),
        }
        return Answer(document | _unconverted(store, scope), frame)


def _trend(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        frame = aging.trend(store, scope, every=asked.every, start=asked.start, edges=asked.edges, days=asked.days)
        labels = buckets.labels(asked.edges)
        document = {"labels": list(labels), "rows": _with_buckets(records(frame), labels)}
        return Answer(document | _unconverted(store, scope), frame)


def _kpis(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        return _rows(kpis.summary(store, scope, days=asked.days), store, scope, days=asked.days)


def _overdue(asked: argparse.Namespace) -> Answer:
    # A bucket says itself how late: without one, the list starts at one day.
    min_days = asked.min_days if asked.min_days is not None or asked.bucket else 1
    with _books(asked) as (store, scope):
        page = overdue.page(
            store,
            scope,
            min_days=min_days,
            min_amount=asked.min_amount,
            bucket=asked.bucket,
            search=asked.search,
            sort=asked.sort,
            gains=_gains(store, scope) if asked.sort == "gain" else None,
            page=asked.page,
            size=asked.size,
        )
        document = {
            "as_of": scope.day.isoformat(),
            "total_items": page.total_items,
            "total_amount": {currency: amount_text(amount, currency) for currency, amount in page.total_amount.items()},
            "rows": [row | {"days_late": int(row["days_late"])} for row in records(page.rows)],
        }
        return Answer(document | _unconverted(store, scope), page.rows)


def _gains(store: Store, scope: Scope) -> overdue.Gains:
    """By the odds of the whole book: a filter must not change what is learned."""
    whole = scope.everything()
    return overdue.Gains.of(str(whole), forecast.receipts(store, whole).invoices)


def _evidence(asked: argparse.Namespace) -> Answer:
    report = evidence.customers if asked.by_customer else evidence.documents
    with _books(asked) as (store, scope):
        found = report(store, scope, asked.sum, days=asked.days, page=asked.page, size=asked.size)
        document = {
            "as_of": scope.day.isoformat(),
            "sum": asked.sum,
            "days": asked.days,
            "total_items": found.total_items,
            "total_amount": {currency: amount_text(amount, currency) for currency, amount in found.total_amount.items()},
            "rows": records(found.rows),
        }
        return Answer(document | _unconverted(store, scope), found.rows)


def _customer(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        found = customers.profile(store, scope, asked.id, days=asked.days)
        own = found.customer["currency"]
        document = {
            "as_of": scope.day.isoformat(),
            "customer": {name: plain(value, name, own) for name, value in found.customer.items()},
            "documents": records(found.documents),
            "payments": records(found.payments),
            "applications": records(found.applications),
            "aging": _with_buckets(records(found.aging), buckets.labels(buckets.DEFAULT_EDGES)),
            "figures": records(found.figures),
            "behaviour": records(found.behaviour),
        }
        return Answer(document | _unconverted(store, scope), found.documents)


def _movements(asked: argparse.Namespace) -> Answer:
    if asked.end and asked.as_of and asked.end != asked.as_of:
        raise UsageError(f"--to {asked.end} and --as-of {asked.as_of} name two days: give one of them")
    asked.as_of = asked.end or asked.as_of
    with _books(asked) as (store, scope):
        frame = movements.roll_forward(store, scope, start=asked.start)
        answer = _rows(frame, store, scope, start=asked.start.isoformat())
        return replace(answer, document=answer.document | {"closes": all(row["closes"] for row in answer.document["rows"])})


def _tie_out(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        found = tie_out.accounts(store, scope)
        if not asked.all:
            found = found.latest()
        document = {"as_of": scope.day.isoformat(), "rows": records(found.balances), "reasons": records(found.reasons)}
        return Answer(document, found.balances)


def _forecast(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        if asked.behind:
            source = asked.only or "open"
            behind = forecast.receipts(store, scope, asked.horizon, asked.every, only=source).behind(source, asked.behind)
            document = {"as_of": scope.day.isoformat(), "source": source, "start": asked.behind.isoformat(), "rows": records(behind)}
            return Answer(document | _unconverted(store, scope), behind)
        forecast.ensure_tested(store, scope, asked.horizon, largest=forecast.QUICKLY_TESTED)
        found = forecast.receipts(store, scope, horizon_days=asked.horizon, every=asked.every, by=asked.by, only=asked.only)
        document = {
            "as_of": scope.day.isoformat(),
            "model": found.model,
            "notes": list(found.notes),
            "coverage": {name: plain(value, "coverage80") for name, value in asdict(found.coverage).items()},
            "periods": records(found.periods),
            "totals": records(found.totals),
            "cumulative": records(found.cumulative),
            "invoices": records(found.invoices),
        }
        return Answer(document | _unconverted(store, scope), found.periods)


def _backtest(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        found = forecast.backtest(store, scope, cutoffs=asked.cutoffs, horizon_days=asked.horizon)
        if asked.behind:
            behind = forecast.foretold(store, found, size=None).rows if asked.behind == "invoices" else getattr(found, asked.behind)
            return Answer({"as_of": scope.day.isoformat(), "behind": asked.behind, "rows": records(behind)}, behind)
        frames = ("models", "sources", "horizon", "reliability", "pay_dates", "misses")
        document: dict[str, Any] = {
            "as_of": scope.day.isoformat(),
            "notes": list(found.notes),
            "late_auc": plain(found.late_auc, "late_auc"),
        }
        return Answer(document | {name: records(getattr(found, name)) for name in frames}, found.models)


def _changes(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        frame = changes.since(store, scope, start=asked.start)
        answer = _rows(frame, store, scope, start=asked.start.isoformat())
        found = records(changes.movers(store, scope, start=asked.start, size=asked.size))
        return replace(answer, document=answer.document | {"movers": found})


def _pivot(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        found = pivot.table(store, scope, measure=asked.measure, rows=asked.rows, columns=asked.columns, days=asked.days, size=asked.size)
        digits = found.currency if pivot.MEASURES[asked.measure].unit == "amount" else None
        document = {
            "as_of": scope.day.isoformat(),
            "measure": asked.measure,
            "currency": found.currency,
            "columns": list(found.columns),
            "hidden": found.hidden,
            "rows": records(found.frame, digits),
        }
        return Answer(document | _unconverted(store, scope), found.frame)


def _cohorts(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        if asked.behind:
            behind = cohorts.documents(store, scope, asked.behind, edges=asked.edges, size=None)
            return _rows(behind.rows, store, scope, month=asked.behind.strftime("%Y-%m"))
        return _rows(cohorts.shares(store, scope, edges=asked.edges, months=asked.months), store, scope)


def _time_to_pay(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        found = time_to_pay.curve(store, scope, months=asked.months)
        issued = {"issued_from": found.first.isoformat(), "issued_to": found.last.isoformat()}
        return _rows(found.summary, store, scope, **issued, curve=records(found.curve))


def _at_risk(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        return _rows(time_to_pay.at_risk(store, scope, days=asked.days, months=asked.months), store, scope)


def _rolls(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        return _rows(rolls.rates(store, scope, edges=asked.edges, months=asked.months), store, scope)


def _concentration(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        found = concentration.curve(store, scope, late=asked.late)
        document = {
            "as_of": scope.day.isoformat(),
            "currency": found.currency,
            "debtors": found.debtors,
            "total": plain(found.total, "total", found.currency),
            "hhi": plain(found.hhi, "hhi"),
            "in_credit": found.in_credit,
            "credit": plain(found.credit, "credit", found.currency),
            "curve": records(found.curve, found.currency),
        }
        return Answer(document | _unconverted(store, scope), found.curve)


def _allowance(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        found = allowance.matrix(store, scope, edges=asked.edges, factor=asked.factor)
        billed = {"billed_from": found.first.isoformat(), "billed_to": found.last.isoformat()}
        return _rows(found.rows, store, scope, **billed, totals=records(found.totals))


def _report(asked: argparse.Namespace) -> None:
    def pack(store: Store, scope: Scope) -> Document:
        return month_end(store, scope, made_at=dates.now(), days=asked.days, top=asked.top, with_forecast=not asked.without_forecast)

    _write_document(asked, pack)


def _statement(asked: argparse.Namespace) -> None:
    def account(store: Store, scope: Scope) -> Document:
        return statement(store, scope, asked.customer, made_at=dates.now(), sender=asked.sender)

    _write_document(asked, account)


def _write_document(asked: argparse.Namespace, make: Callable[[Store, Scope], Document]) -> None:
    """Writes the document into --out, and the draft that brings it; names that cannot be are refused before anything is made."""
    out, draft = Path(asked.out), asked.email_draft and files.draft(Path(asked.email_draft))
    suffix = files.form(out)
    with _books(asked) as (store, scope):
        document = make(store, scope)
    content = files.rendered(document, suffix)
    _save(out, content)
    if draft:
        _save(draft, files.email(document, out.name, content))


def _save(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as problem:
        raise Refused(f"{path} cannot be written: {problem.strerror}") from problem
    print(f"{path} is written", file=sys.stderr)


def _demo(asked: argparse.Namespace) -> Answer:
    if asked.invoices < 1:
        raise UsageError(f"--invoices {asked.invoices}: a book has at least one invoice")
    folder = Path(asked.folder)
    demo.write(folder, asked.invoices, asked.seed, today=asked.today or dates.today())
    print(f"now load it: python -m analytics load {folder}", file=sys.stderr)
    document = {"out": str(folder), "invoices": asked.invoices, "seed": asked.seed, "files": sorted(path.name for path in folder.iterdir())}
    return Answer(document, pd.DataFrame({"written": document["files"]}))


def _check(asked: argparse.Namespace) -> Answer:
    with _books(asked) as (store, scope):
        rows = [
            {"equation": v.name, "holds": v.holds, "meaning": v.meaning, "exceptions": v.exceptions, "example": v.example}
            for v in checks.all_of(store, scope)
        ]
        holds = all(row["holds"] for row in rows)
        document = {"as_of": scope.day.isoformat(), "generation": store.generation, "holds": holds, "checks": rows}
        return Answer(document, pd.DataFrame(rows), refused=not holds)


def _mapping(asked: argparse.Namespace) -> Answer:
    path = Path(asked.path)
    form = draft.Form(asked.delimiter, asked.encoding, asked.skip_rows, asked.sheet)
    fitting = draft.delimiters(path) if path.suffix.lower() == ".csv" else []
    if fitting and form.delimiter not in fitting:
        raise UsageError(
            f"{path.name}: its lines are parted alike by '{fitting[0]}', not by '{form.delimiter}'; say --delimiter '{fitting[0]}'"
        )
    found = sampled(path, form)
    made, notes = draft.drafted(asked.table, path.name, found, form)
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    written = made.toml(path.stem, notes)
    rows = [{"column": name, "from": made.columns.get(name, ""), "required": name in made.lacking} for name in TABLES[asked.table].names]
    if asked.format == "table" and asked.out:
        Path(asked.out).write_text(written, encoding="utf-8")
        asked.out = None
    return Answer({"table": asked.table, "columns": rows, "notes": notes, "toml": written}, pd.DataFrame(rows))


def _quarantine(asked: argparse.Namespace) -> Answer:
    with Store.open(asked.store, asked.generation) as store:
        if asked.table:
            frame = health.quarantined_rows(store, asked.table)
        else:
            frame = health.quarantined(store, size=None).rows
        return Answer({"generation": store.generation, "rows": records(frame)}, frame)


def _generations(asked: argparse.Namespace) -> Answer:
    directory = default_directory(asked.store)
    wanted = {"list": 0, "pin": 1, "unpin": 1, "use": 1, "diff": 2}[asked.action]
    if len(asked.numbers) != wanted:
        raise UsageError(f"generations {asked.action} takes {wanted or 'no'} number{'s' if wanted != 1 else ''} of generations")
    if asked.action == "diff":
        return _difference(asked)
    if asked.action == "pin":
        generations.pin(directory, asked.numbers[0], asked.name or "")
    elif asked.action == "unpin":
        generations.unpin(directory, asked.numbers[0])
    elif asked.action == "use":
        generations.use(directory, asked.numbers[0])
    rows = [{name: plain(value) for name, value in asdict(kept).items()} for kept in generations.listing(directory)]
    return Answer({"generations": rows}, pd.DataFrame(rows))


def _difference(asked: argparse.Namespace) -> Answer:
    first, second = asked.numbers
    asked.generation = second
    with _books(asked) as (after, scope), Store.open(asked.store, first) as before:
        frame = differences.between(before, after, scope)
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for currency, difference in zip(frame["currency"], frame["difference"], strict=True):
            totals[currency] += difference
        net = {currency: amount_text(amount, currency) for currency, amount in totals.items()}
        document = {"as_of": scope.day.isoformat(), "before": first, "after": second, "net": net, "rows": records(frame)}
        return Answer(document, frame)


def _serve(asked: argparse.Namespace) -> None:
    serve(default_directory(asked.store), port=asked.port, with_demo=asked.demo)


def _rows(frame: pd.DataFrame, store: Store, scope: Scope, **more: Any) -> Answer:
    return Answer({"as_of": scope.day.isoformat(), **more, "rows": records(frame)} | _unconverted(store, scope), frame)


def _with_buckets(rows: list[dict[str, Any]], labels: Sequence[str]) -> list[dict[str, Any]]:
    """`rows` with the bucket columns gathered into one list, in order."""
    return [
        {name: value for name, value in row.items() if name not in labels} | {"buckets": [row[label] for label in labels]} for row in rows
    ]


def _unconverted(store: Store, scope: Scope) -> dict[str, Any]:
    """What a converted answer left out: open items, and apart from them what is unapplied."""
    if scope.currency is None:
        return {}
    return {
        "unconverted": records(aging.unconverted(store, scope)),
        "unconverted_unapplied": records(aging.unconverted_credits(store, scope)),
    }


COMMANDS: dict[str, Callable[[argparse.Namespace], Answer | None]] = {
    "load": _load,
    "aging": _aging,
    "trend": _trend,
    "kpis": _kpis,
    "overdue": _overdue,
    "evidence": _evidence,
    "customer": _customer,
    "movements": _movements,
    "tie-out": _tie_out,
    "forecast": _forecast,
    "backtest": _backtest,
    "changes": _changes,
    "pivot": _pivot,
    "cohorts": _cohorts,
    "time-to-pay": _time_to_pay,
    "at-risk": _at_risk,
    "rolls": _rolls,
    "concentration": _concentration,
    "allowance": _allowance,
    "report": _report,
    "statement": _statement,
    "demo": _demo,
    "check": _check,
    "mapping": _mapping,
    "pull": _pull,
    "quarantine": _quarantine,
    "generations": _generations,
    "serve": _serve,
}
