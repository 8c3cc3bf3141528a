"""What a row must satisfy by itself: rules as data, turned once into one statement per table.

A rule is a code, a severity, the column it speaks of, the condition under which it speaks (SQL over one staged row, with
`places`, the decimals of its currency) and its sentence (SQL too). Rows with a `quarantine` rule are set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from analytics.dates import BEGINNING, LATEST
from analytics.schema import TABLES, Column, Table
from analytics.sources.problems import Severity

TEXT_LIMIT = 500
TERMS_LIMIT = 3_650
CURRENCY_COLUMNS = ("currency", "base")
ZERO_DATES = ("1899-12-30", "1900-01-01", "1970-01-01")
"""What spreadsheets, databases and clocks write for an empty date."""

CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}\x{202A}-\x{202E}\x{2066}-\x{2069}]"
"""Control characters other than TAB, CR and LF, bidi overrides and isolates."""

GARBLED = r"[ÃÂ][\x{A0}-\x{BF}\x{152}-\x{192}\x{2013}-\x{203A}€™]|â€|\x{FFFD}"
"""What is left of a letter beyond ASCII that was read in another encoding, before the file was written."""

LONGEST_TERMS = 10
"""Years after its issue from which on a due date looks like a slip."""

OLDEST = date(1980, 1, 1)
"""Days before it look like slips: hardly any open item is older than the systems that it comes from."""

TOTALS = r"(?i)^\s*(((grand|sub)[ -]?)?totals?:?|sum|balance)\s*$"
NOTHING = r"(?i)^\s*(null|none|nan|nil|n/?a|undefined|unknown|[-?])\s*$"
REWRITTEN = r"^[0-9]([.,][0-9]+)?E\+[0-9]+$|^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]00:00:00)?$"
BLANK = r"[\s\x{A0}\x{200B}\x{FEFF}]"
NO_ID = rf"(?i)^{BLANK}*(#(REF|N/A|VALUE|NAME\?|DIV/0|NULL|NUM)!?)?{BLANK}*$"
FRAYED = rf"^{BLANK}|{BLANK}$|[\r\n]"
"""What stands where an id should: the word of a row of totals; a word for nothing; a number or a day that a spreadsheet has made of it;
the error of a spreadsheet, or blanks; an id with something around it that nobody sees."""

DOCUMENT_IDS = ("invoice_id", "payment_id", "application_id", "contract_id")
"""What a system numbers by itself; a customer's id may be its name, and there are companies called Total."""


@dataclass(frozen=True)
class Rule:
    """One rule on one staged row; `when` and `message` are SQL expressions; `sign` is true of all rows of which `when` is."""

    code: str
    severity: Severity
    column: str
    when: str
    message: str
    sign: str | None = None


def _required(name: str) -> Rule:
    unread = f"(faults is not null and list_contains(list_transform(faults, lambda f: f.name), '{name}'))"
    return Rule("empty", "quarantine", name, f"{name} is null and not {unread}", f"'{name} is empty'")


def _text(name: str, is_id: bool) -> Iterator[Rule]:
    yield Rule(
        "too_long",
        "quarantine",
        name,
        f"length({name}) > {TEXT_LIMIT}",
        f"format('{name} is {{:,}} characters (limit {TEXT_LIMIT})', length({name}))",
    )
    # One look at a text for everything that may be in it; hardly any row has some of it.
    sign = _matches(name, CONTROL, GARBLED, *((NO_ID, TOTALS, NOTHING, REWRITTEN, FRAYED) if is_id else ()))
    found = f"'{name} ' || shown({name}) || "
    yield Rule("control_characters", "quarantine", name, _matches(name, CONTROL), f"'{name} holds control characters'", sign)
    garbled = f"{found}' was read in another encoding than it was written in; export it again as UTF-8'"
    yield Rule("garbled", "warn", name, _matches(name, GARBLED), garbled, sign)
    if is_id:
        yield Rule("no_id", "quarantine", name, _matches(name, NO_ID), f"{found}' is no id'", sign)
        severity: Severity = "quarantine" if name in DOCUMENT_IDS else "warn"
        yield Rule("no_id", severity, name, _matches(name, TOTALS), f"{found}' is the word of a row of totals'", sign)
        yield Rule("no_id", "warn", name, _matches(name, NOTHING), f"{found}' reads like a word for nothing'", sign)
        rewritten = f"{found}' looks like an id of which a spreadsheet has made a number or a day'"
        yield Rule("rewritten_id", "warn", name, _matches(name, REWRITTEN), rewritten, sign)
        frayed = f"{found}' has a blank at an end, or a line end in it: another file may write it without'"
        yield Rule("frayed_id", "warn", name, f"{_matches(name, FRAYED)} and not {_matches(name, NO_ID)}", frayed, sign)


def _matches(name: str, *patterns: str) -> str:
    return f"regexp_matches({name}, '{'|'.join(f'({pattern})' for pattern in patterns)}')"


def _values(column: Column) -> Rule:
    listed = ", ".join(f"'{value}'" for value in column.values)
    return Rule(
        "unknown_value",
        "quarantine",
        column.name,
        f"{column.name} not in ({listed})",
        f"'{column.name} ' || shown({column.name}) || ' is not one of {', '.join(column.values)}'",
    )


def _currency(name: str) -> Rule:
    return Rule(
        "unknown_currency",
        "quarantine",
        name,
        f"{name} not in (select code from currencies)",
        f"'{name} ' || shown({name}) || ' is not a currency code of ISO 4217, like EUR'",
    )


def _date(name: str) -> Iterator[Rule]:
    zero = ", ".join(f"date '{day}'" for day in ZERO_DATES)
    yield Rule(
        "date_range",
        "quarantine",
        name,
        f"{name} not between date '{BEGINNING}' and date '{LATEST}' and {name} not in ({zero})",
        f"'{name} ' || {name} || ' out of range ({BEGINNING} to {LATEST})'",
    )
    yield Rule("zero_date", "warn", name, f"{name} in ({zero})", f"'{name} ' || {name} || ' looks like an empty date'")
    old = f"{name} between date '{BEGINNING}' and date '{OLDEST}' and {name} not in ({zero})"
    yield Rule("old_date", "warn", name, old, f"'{name} ' || {name} || ' is before {OLDEST.year}: a slip?'")


def _money(name: str) -> Rule:
    return Rule(
        "too_many_decimals",
        "quarantine",
        name,
        f"not has_places({name}, places)",
        f"'{name} ' || shown_amount({name}) || ' has more decimals than ' || currency_shown || ' allows'",
    )


def _number(name: str) -> Rule:
    return Rule(
        "above_limit", "quarantine", name, f"abs({name}) >= 1e10::decimal(20, 0)", f"'{name} ' || shown_amount({name}) || ' above limit'"
    )


def _integer(name: str) -> Rule:
    low, high = (0, TERMS_LIMIT) if name == "payment_terms_days" else (-(2**31), 2**31 - 1)
    return Rule(
        "out_of_range",
        "quarantine",
        name,
        f"{name} not between {low} and {high}",
        f"'{name} ' || {name} || ' out of range ({low} to {high})'",
    )


def _negative(name: str) -> Rule:
    return Rule(
        "negative",
        "quarantine",
        name,
        f"{name} < 0",
        f"'{name} ' || shown_amount({name}) || ' is negative; totals are positive on every kind of document'",
    )


def _below_zero(name: str) -> Rule:
    """Of what is no document, and stands in no balance."""
    return Rule("negative", "warn", name, f"{name} < 0", f"'{name} ' || shown_amount({name}) || ' is negative'")


def _backwards(ended: str, began: str) -> Rule:
    """A life that ends before it begins counts on no day."""
    sentence = f"'{ended} ' || {ended} || ' is before {began} ' || {began} || ': it counts on no day'"
    return Rule("impossible_dates", "warn", ended, f"{ended} < {began}", sentence)


_OWN: dict[str, tuple[Rule, ...]] = {
    "invoices": (
        _negative("total"),
        Rule(
            "total_differs",
            "quarantine",
            "total",
            "total <> subtotal + tax",
            "'total ' || shown_amount(total) || ' ≠ subtotal + tax ' || shown_amount(subtotal + tax)",
        ),
        Rule(
            "due_before_issue",
            "quarantine",
            "due_date",
            "due_date < issue_date",
            "'due_date ' || due_date || ' is before issue_date ' || issue_date",
        ),
        _backwards("voided_date", "issue_date"),
        Rule(
            "due_far_away",
            "warn",
            "due_date",
            f"due_date - issue_date > {LONGEST_TERMS * 366} and due_date <= date '{LATEST}'",
            f"'due_date ' || due_date || ' is more than {LONGEST_TERMS} years after issue_date ' || issue_date || ': a slip?'",
        ),
    ),
    "payments": (
        _negative("amount"),
        _backwards("reversed_date", "received_date"),
        Rule(
            "no_customer",
            "warn",
            "customer_id",
            "customer_id is null and invoice_id is null",
            "'customer_id is empty, and no invoice is named: the payment is nobody''s'",
        ),
    ),
    "installments": (_negative("amount"),),
    "fx_rates": (
        Rule("rate", "quarantine", "rate", "rate <= 0", "'rate ' || shown_amount(rate) || ' is not above zero'"),
        Rule(
            "rate_to_itself",
            "warn",
            "rate",
            "currency = base and rate <> 1",
            "'rate ' || shown_amount(rate) || ' of ' || currency || ' to itself is never used'",
        ),
    ),
    "disputes": (
        Rule("closed_before_opened", "warn", "closed_date", "closed_date < opened_date", "'closed_date is before opened_date'"),
        _below_zero("amount"),
    ),
    "contracts": (
        _backwards("end_date", "start_date"),
        _below_zero("amount"),
    ),
}
"""The rules of one table's own."""


def rules(table: Table) -> Iterator[Rule]:
    """Every rule of a row of `table`: what its columns' declarations say, and its own."""
    for column in table.columns:
        name = column.name
        if column.required:
            yield _required(name)
        if name in CURRENCY_COLUMNS:
            yield _currency(name)
        elif column.values:
            yield _values(column)
        elif column.kind == "text":
            yield from _text(name, is_id=column.required)
        elif column.kind == "date":
            yield from _date(name)
        elif column.kind == "money" and "currency" in table.names:
            yield _money(name)
        elif column.kind == "number":
            yield _number(name)
        elif column.kind == "integer":
            yield _integer(name)
    yield from _OWN.get(table.name, ())


def _case(rule: Rule) -> str:
    flaw = f"{{code: '{rule.code}', severity: '{rule.severity}', column_name: '{rule.column}', message: {rule.message}}}"
    return f"case when {rule.when} then {flaw} end"


def _suspects(table: Table) -> str:
    """One pass over the staged rows, which leaves the few that break some rule."""
    any_of = " or ".join(dict.fromkeys(f"({rule.sign or rule.when})" for rule in rules(table)))
    currency = "s.currency" if "currency" in table.names else "null"
    return (
        "create or replace temp table suspects as "
        f"select s.*, c.places, coalesce(c.code, 'a currency') as currency_shown from staged_{table.name} s "
        f"left join currencies c on c.code = {currency} where kept and ({any_of})"
    )


def _check(table: Table) -> str:
    """A row per rule that a suspect breaks."""
    cases = ", ".join(_case(rule) for rule in rules(table))
    return (
        "insert into flaws (table_name, file, row, code, severity, column_name, message) "
        f"select '{table.name}', file, row, flaw.code, flaw.severity, flaw.column_name, flaw.message from ("
        f"select file, row, unnest(list_filter([{cases}], lambda f: f is not null)) as flaw from suspects)"
    )


SUSPECTS: dict[str, str] = {name: _suspects(table) for name, table in TABLES.items()}
ROW_CHECKS: dict[str, str] = {name: _check(table) for name, table in TABLES.items()}
"""Table -> the statements that find the staged rows with flaws, and note them."""
