"""The words of the command line: commands, their options and what the options may be."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NoReturn, TypeVar

from analytics import cohorts, dates, pivot, time_to_pay
from analytics.answers import STYLES
from analytics.buckets import DEFAULT_EDGES, parse_edges
from analytics.errors import UsageError
from analytics.evidence import SUMS
from analytics.exports.files import FORMS
from analytics.pack import TOP
from analytics.schema import TABLES
from analytics.scope import FILTERS, parse_fx
from analytics.sources.connectors import SOURCES
from analytics.sources.pull import PULLED
from analytics.store.grouping import GROUPS

T = TypeVar("T")
_TOTAL = re.compile(r"([a-z_]+):([A-Z]{3})=(-?[0-9]+(?:\.[0-9]+)?)", re.ASCII)


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence, without the list of everything that would have been right."""

    def error(self, message: str) -> NoReturn:
        """Prints the sentence and exits with status 2."""
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser() -> Parser:
    """The parser of `python -m analytics`."""
    whole = Parser(prog="python -m analytics", description="Invoice aging, DSO and cash forecasts, exact at any date.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    output, books, scope = _output(), _books(), _scope()
    asking = [output, books, scope]
    _load(commands.add_parser("load", parents=[output, books], help="load files: all of them published, or nothing"))
    _aging(commands.add_parser("aging", parents=asking, help="open amounts by how late they are"))
    _trend(commands.add_parser("trend", parents=asking, help="aging, sales and DSO at each period end"))
    _days(commands.add_parser("kpis", parents=asking, help="every figure, a row per currency"))
    _overdue(commands.add_parser("overdue", parents=asking, help="the list of overdue items"))
    _evidence(commands.add_parser("evidence", parents=asking, help="the rows behind a sum that figures are made of"))
    customer = _days(commands.add_parser("customer", parents=asking, help="everything about one customer"))
    customer.add_argument("id", help="the customer's id")
    _movements(commands.add_parser("movements", parents=asking, help="the roll-forward of net AR"))
    tie_out = commands.add_parser("tie-out", parents=asking, help="net AR beside the control accounts of the ledger")
    tie_out.add_argument("--all", action="store_true", help="every balance up to the day, instead of the newest of each account")
    _forecast(commands.add_parser("forecast", parents=asking, help="the cash that will arrive"))
    _backtest(commands.add_parser("backtest", parents=asking, help="how good the forecast has been on these books"))
    _changes(commands.add_parser("changes", parents=asking, help="what changed what is open since a day, and who moved it"))
    _pivot(commands.add_parser("pivot", parents=asking, help="any figure by rows and columns, with totals"))
    _cohorts(commands.add_parser("cohorts", parents=asking, help="what a month billed, by how soon it was paid"))
    waiting = commands.add_parser("time-to-pay", parents=asking, help="by how many days a half is paid, open invoices included")
    _months(waiting)
    _at_risk(commands.add_parser("at-risk", parents=asking, help="what of a month's billing is unpaid 90 days after its due date"))
    _rolls(commands.add_parser("rolls", parents=asking, help="what of each bucket is older a month later"))
    concentration = commands.add_parser("concentration", parents=asking, help="how much the largest debtors owe")
    concentration.add_argument("--late", action="store_true", help="of what is past due, instead of all that is open")
    allowance = commands.add_parser("allowance", parents=asking, help="for doubtful debts: what is open x what such amounts lost")
    _edges(allowance)
    allowance.add_argument("--factor", type=_amount, default=Decimal(1), metavar="X", help="rates are taken times X (default: 1)")
    _report(commands.add_parser("report", parents=[books, scope], help="the month-end pack, as PDF, HTML or a workbook"))
    _statement(commands.add_parser("statement", parents=[books], help="a customer's statement of account"))
    _demo(commands.add_parser("demo", help="write a realistic book as Parquet"))
    commands.add_parser("check", parents=asking, help="every equation of the books, with its verdict")
    _mapping(commands.add_parser("mapping", parents=[output], help="suggest a mapping for a file; nothing is loaded by it"))
    _pull(commands.add_parser("pull", parents=[output, books], help="load straight from Salesforce; credentials from the environment"))
    _quarantine(commands.add_parser("quarantine", parents=[output, books], help="the rows set aside, to be corrected and loaded again"))
    _generations(commands.add_parser("generations", parents=asking, help="the states of the books"))
    _serve(commands.add_parser("serve", parents=[books], help="start the dashboard"))
    return whole


def _output() -> Parser:
    parent = Parser(add_help=False)
    parent.add_argument("--format", choices=list(STYLES), default="table", help="how to write the answer (default: table)")
    parent.add_argument("--out", metavar="FILE", help="write into FILE (parquet and xlsx need it)")
    return parent


def _books() -> Parser:
    parent = Parser(add_help=False)
    parent.add_argument("--store", metavar="DIR", help="where the books are (default: AR_STORE, else data/warehouse)")
    return parent


def _scope() -> Parser:
    parent = Parser(add_help=False)
    parent.add_argument("--generation", type=int, metavar="N", help="an older state of the books")
    parent.add_argument("--as-of", type=_day, metavar="DATE", help="the close of this day (default: the last day in the books)")
    parent.add_argument("--currency", metavar="CODE", help="convert; without it each currency is a row of its own")
    parent.add_argument("--fx", type=_said(parse_fx), default="closing", metavar="closing|document|DATE", help="the rates to use")
    parent.add_argument(
        "--where", type=_pair, action="append", default=[], metavar="COLUMN=VALUE", help=f"filter by one of {', '.join(FILTERS)}"
    )
    parent.add_argument("--with-children", action="store_true", help="a customer stands for its whole group")
    return parent


def _load(command: Parser) -> None:
    command.add_argument("paths", nargs="*", metavar="PATH", help="files named for their table, an export, or a folder of them")
    command.add_argument("--watch", metavar="DIR", help="load what arrives in DIR, and move it to its done/ or refused/")
    command.add_argument("--once", action="store_true", help="with --watch: load what is there, then end")
    system = command.add_mutually_exclusive_group()
    system.add_argument("--source", metavar="NAME", help=f"the system of an export ({', '.join(SOURCES)}), or a mapping of data/mappings")
    system.add_argument("--mapping", metavar="FILE", help="a mapping file")
    command.add_argument("--source-currency", metavar="CODE", help="the currency of an export whose rows name none")
    command.add_argument("--check", action="store_true", help="validate only")
    command.add_argument("--append", action="store_true", help="add to the tables instead of replacing them")
    command.add_argument("--careful", action="store_true", help="refuse what would leave a table with half of its rows, or fewer")
    command.add_argument(
        "--expect", type=_total, action="append", default=[], metavar="TABLE:CODE=SUM", help="refuse files whose money is not this sum"
    )
    command.add_argument("--progress", choices=["bar", "lines"], default="bar", help="how to say how far it is (a bar: on terminals only)")


def _aging(command: Parser) -> None:
    command.add_argument("--basis", choices=["due", "issue"], default="due", help="count days from the due or the issue date")
    _edges(command)
    command.add_argument("--by", action="append", default=[], metavar="COLUMN", help=f"one of {', '.join(GROUPS)}; may be repeated")


def _trend(command: Parser) -> None:
    command.add_argument("--every", choices=["month", "week", "day"], default="month", help="which period ends")
    command.add_argument("--from", dest="start", type=_day, metavar="DATE", help="the first period end is on or after DATE")
    _edges(command)
    _days(command)


def _overdue(command: Parser) -> None:
    command.add_argument("--min-days", type=int, metavar="N", help="at least N days late (default: 1, or none with --bucket)")
    command.add_argument("--min-amount", type=_amount, metavar="X", help="at least X open")
    command.add_argument("--bucket", metavar="LABEL", help="one bucket of the aging, like '31-60'")
    command.add_argument("--search", metavar="TEXT", help="in customer name, invoice number and id")
    command.add_argument(
        "--sort", choices=["amount", "days", "customer", "due", "gain"], help="what comes first (gain: by the forecast's odds)"
    )
    command.add_argument("--page", type=int, default=1, metavar="N")
    command.add_argument("--size", type=int, default=50, metavar="N", help="rows on a page")


def _evidence(command: Parser) -> None:
    command.add_argument("sum", choices=SUMS, help="what to show the rows of")
    command.add_argument("--by-customer", action="store_true", help="a row per customer instead of per document")
    _days(command)
    command.add_argument("--page", type=int, default=1, metavar="N")
    command.add_argument("--size", type=int, default=50, metavar="N", help="rows on a page")


def _movements(command: Parser) -> None:
    command.add_argument("--from", dest="start", type=_day, required=True, metavar="DATE", help="the opening is the close of DATE")
    command.add_argument("--to", dest="end", type=_day, metavar="DATE", help="the last day (default: the as-of date)")


def _forecast(command: Parser) -> None:
    command.add_argument("--horizon", type=int, default=91, metavar="DAYS")
    command.add_argument("--every", choices=["week", "day", "month"], default="week")
    command.add_argument("--by", action="append", default=[], metavar="COLUMN", help="may be repeated")
    command.add_argument("--only", choices=["open", "contracted", "new"], help="one part of the forecast")
    command.add_argument(
        "--behind",
        type=_day,
        metavar="DATE",
        help="the rows of the period that begins on DATE, of the part that --only names (open if none)",
    )


def _backtest(command: Parser) -> None:
    command.add_argument("--cutoffs", type=int, default=13, metavar="N", help="how many past days to replay")
    command.add_argument("--horizon", type=int, default=91, metavar="DAYS")
    command.add_argument(
        "--behind", choices=["weeks", "until", "invoices"], help="the rows that the errors are made of, instead of the errors"
    )


def _changes(command: Parser) -> None:
    command.add_argument("--from", dest="start", type=_day, required=True, metavar="DATE", help="compared with the close of DATE")
    command.add_argument("--size", type=int, default=5, metavar="N", help="how many customers to name")


def _pivot(command: Parser) -> None:
    words = ", ".join((*pivot.WORDS, pivot.BUCKET, *pivot.SPANS))
    command.add_argument("--measure", default="open", metavar="NAME", help=f"one of {', '.join(pivot.MEASURES)} (default: open)")
    command.add_argument("--rows", default="segment", metavar="WORD", help=f"one of {words} (default: segment)")
    command.add_argument("--columns", metavar="WORD", help="the same, but customer")
    command.add_argument("--size", type=int, default=100, metavar="N", help="so many of the largest customers; the rest is one line")
    _days(command)


def _cohorts(command: Parser) -> None:
    command.add_argument(
        "--edges", type=_said(parse_edges), default=cohorts.EDGES, metavar="0,30,60,90", help="paid within so many days of issue"
    )
    _months(command)
    command.add_argument("--behind", type=_day, metavar="DATE", help="the documents billed in the month of DATE, instead of the months")


def _rolls(command: Parser) -> None:
    _edges(command)
    _months(command)


def _at_risk(command: Parser) -> None:
    days, months = time_to_pay.DAYS, time_to_pay.RISK_MONTHS
    command.add_argument("--days", type=int, default=days, metavar="N", help=f"days after the due date (default: {days})")
    command.add_argument("--months", type=int, default=months, metavar="N", help=f"how many months (default: {months})")


def _months(command: Parser) -> None:
    command.add_argument("--months", type=int, default=cohorts.MONTHS, metavar="N", help="how many months (default: 12)")


def _report(command: Parser) -> None:
    _document(command)
    _days(command)
    command.add_argument(
        "--top", type=int, default=TOP, metavar="N", help=f"customers and items named, the others in one line (default: {TOP})"
    )
    command.add_argument("--without-forecast", action="store_true", help="leave the cash forecast out")


def _statement(command: Parser) -> None:
    _document(command)
    command.add_argument("--customer", required=True, metavar="ID", help="the customer's id")
    command.add_argument("--as-of", type=_day, metavar="DATE", help="the close of this day (default: the last day in the books)")
    command.add_argument("--generation", type=int, metavar="N", help="an older state of the books")
    command.add_argument("--sender", action="append", default=[], metavar="TEXT", help="a line that says who sends it; may be repeated")
    # A statement is of the whole account, in the documents' own currencies.
    command.set_defaults(where=[], currency=None, fx="closing", with_children=False)


def _document(command: Parser) -> None:
    command.add_argument("--out", required=True, metavar="FILE", help=f"the file to write: {', '.join(FORMS)}")
    command.add_argument("--email-draft", metavar="FILE", help="write a draft of an e-mail too, with the file attached: .eml")


def _demo(command: Parser) -> None:
    command.add_argument("--invoices", type=int, default=5000, metavar="N")
    command.add_argument("--seed", type=int, default=7, metavar="N")
    command.add_argument("--today", type=_day, metavar="DATE", help="the last day of the book (default: today)")
    command.add_argument("--out", dest="folder", default="data/demo", metavar="DIR", help="where to write it (default: data/demo)")
    command.add_argument("--format", choices=["table", "json"], default="table", help="how to say what was written")
    command.set_defaults(out=None)


def _mapping(command: Parser) -> None:
    command.add_argument("path", metavar="FILE", help="the file whose columns are looked at")
    command.add_argument("--table", choices=list(TABLES), default="invoices", help="what its rows are (default: invoices)")
    command.add_argument("--delimiter", default=",", metavar="C", help="what parts the cells of a CSV file (default: a comma)")
    command.add_argument("--encoding", default="utf-8", metavar="NAME", help="like cp1252 (default: utf-8)")
    command.add_argument("--skip-rows", type=int, default=0, metavar="N", help="lines above the header")
    command.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook")


def _pull(command: Parser) -> None:
    command.add_argument("source", choices=PULLED, help="which billing the org has")
    command.add_argument("--source-currency", metavar="CODE", help="the currency of an org whose rows name none")
    command.add_argument("--check", action="store_true", help="validate only")


def _quarantine(command: Parser) -> None:
    command.add_argument("--table", choices=list(TABLES), help="only this table, in its own columns: correct them, then load --append")
    command.add_argument("--generation", type=int, metavar="N", help="an older state of the books")


def _generations(command: Parser) -> None:
    command.add_argument("action", nargs="?", choices=["list", "pin", "unpin", "use", "diff"], default="list")
    command.add_argument("numbers", nargs="*", type=int, metavar="N")
    command.add_argument("--name", metavar="TEXT", help="what to call a pinned generation, like 'close 2026-06'")


def _serve(command: Parser) -> None:
    command.add_argument("--port", type=int, default=8501, metavar="N")
    command.add_argument("--demo", action="store_true", help="make and load the demo book first, where there are no books yet")


def _edges(command: Parser) -> None:
    command.add_argument(
        "--edges", type=_said(parse_edges), default=DEFAULT_EDGES, metavar="0,30,60,90", help="upper limits of the buckets"
    )


def _days(command: Parser) -> Parser:
    command.add_argument("--days", type=int, default=90, metavar="N", help="days of the period (default: 90)")
    return command


def _said(read: Callable[[str], T]) -> Callable[[str], T]:
    """`read`, with its sentence as argparse wants it."""

    def reader(text: str) -> T:
        try:
            return read(text)
        except UsageError as problem:
            raise argparse.ArgumentTypeError(str(problem)) from None

    return reader


def _day(text: str) -> date:
    return _said(dates.parse)(text)


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"'{text}' is not an amount like 1000 or 99.95") from None
    if not amount.is_finite():
        raise argparse.ArgumentTypeError(f"'{text}' is not an amount like 1000 or 99.95")
    return amount


def _total(text: str) -> tuple[tuple[str, str], Decimal]:
    found = _TOTAL.fullmatch(text)
    if not found or found[1] not in TABLES or TABLES[found[1]].amount is None:
        summed = ", ".join(name for name, table in TABLES.items() if table.amount)
        raise argparse.ArgumentTypeError(f"'{text}' is not like invoices:USD=64439.40, with a table of {summed}")
    return (found[1], found[2]), Decimal(found[3])


def _pair(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign or column not in FILTERS:
        raise argparse.ArgumentTypeError(f"'{text}' is not COLUMN=VALUE with a column of {', '.join(FILTERS)}")
    return column, value
