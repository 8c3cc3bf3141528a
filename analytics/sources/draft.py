"""A mapping in the making: what the columns of a file may stand for, in which forms its days and numbers may be written.

Nothing is decided here. What is suggested is written down as suggested, what fits more than one form is left open, and a load
takes only what a person has put into a mapping file.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.errors import first_line
from analytics.schema import TABLES, Column, Kind, Table
from analytics.sources.mapping import SIGNED, TableMapping, date_pattern
from analytics.sources.problems import Rejected
from analytics.sources.readers import opened

SAMPLE = 500
"""How many rows are looked at."""

DATES = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d"),
    *("%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%b %d, %Y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y"),
    *("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M"),
)
"""The forms of days that are tried."""

MARKS = ((".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", " "), (".", "'"))
"""The decimal and thousands marks that are tried."""

DELIMITERS = (",", ";", "\t", "|")
_HEAD = 100_000

_DOCUMENT = "invoiceid invoicenumber invoiceno invoicenum invno invoice documentnumber documentno docnumber docno billno billnumber"
_CUSTOMER = "customerid customernumber customerno custid custno clientid accountid accountnumber debtorid debtor customer client account"
_CURRENCY = "currency currencycode currencyisocode currencyid ccy cur curr waehrung währung devise moneda"
WORDS: dict[str, dict[str, str]] = {
    "invoices": {
        "invoice_id": f"{_DOCUMENT} rechnungsnummer belegnummer factura facture id number",
        "number": "number invoicenumber documentnumber invoiceno docno",
        "customer_id": f"{_CUSTOMER} customername clientname vendorname company kundennummer kunde cliente",
        "issue_date": "issuedate invoicedate documentdate docdate billdate postingdate dateissued date created rechnungsdatum fecha",
        "due_date": "duedate datedue paymentduedate netduedate due faelligkeit fälligkeit vencimiento",
        "total": "total totalamount invoicetotal invoiceamount grossamount amountgross gross amount value betrag brutto importe montant",
        "subtotal": "subtotal netamount amountnet net totalnet netto",
        "tax": "tax taxamount totaltax vat vatamount gst mwst ust iva tva",
        "currency": _CURRENCY,
        "status": "status invoicestatus documentstatus state",
        "kind": "kind documenttype doctype invoicetype type",
        "payment_terms_days": "paymenttermsdays termsdays paymentterms terms netdays",
        "po_number": "ponumber pono purchaseorder customerpo",
        "order_id": "orderid orderno ordernumber salesorder",
        "contract_id": "contractid contractno contract",
        "sales_rep": "salesrep salesperson owner accountmanager",
        "region": "region area territory countrycode country",
        "entity": "entity legalentity companycode subsidiary businessunit",
        "dispute_reason": "disputereason disputed dispute",
    },
    "payments": {
        "payment_id": "paymentid paymentnumber paymentno receiptid receiptno receiptnumber transactionid transactionno id",
        "invoice_id": _DOCUMENT,
        "customer_id": _CUSTOMER,
        "received_date": "receiveddate paymentdate receiptdate datepaid paiddate paidon settleddate clearingdate cleardate valuedate date",
        "amount": "paymentamount amountpaid amountreceived receiptamount paidamount amount paid settled total",
        "currency": _CURRENCY,
        "method": "method paymentmethod paymenttype mode",
        "reference": "reference ref checknumber bankreference",
    },
    "customers": {
        "customer_id": f"{_CUSTOMER} id number",
        "name": "name customername clientname accountname companyname company displayname",
        "parent_id": "parentid parent parentaccount group",
        "segment": "segment industry class category",
        "region": "region area territory",
        "country": "country countrycode billingcountry",
        "currency": _CURRENCY,
        "sales_rep": "salesrep salesperson owner accountmanager",
        "collector": "collector collectionagent",
        "credit_limit": "creditlimit limit",
        "payment_terms_days": "paymenttermsdays termsdays paymentterms terms",
        "email": "email emailaddress mail",
    },
    "applications": {
        "application_id": "applicationid allocationid matchid id",
        "source_id": "sourceid paymentid paymentnumber receiptid creditmemoid",
        "invoice_id": _DOCUMENT,
        "applied_date": "applieddate applicationdate allocationdate matchdate date",
        "amount": "amount appliedamount allocatedamount",
    },
}
"""Table -> canonical column -> the names, without case and marks, that files have for it; the likelier first."""


@dataclass(frozen=True)
class Sample:
    """The first rows of a file: its columns in order, their cells as text, and their types where the format has some."""

    names: tuple[str, ...]
    cells: Mapping[str, Sequence[str]]
    types: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows the sample has."""
        return len(next(iter(self.cells.values()), ()))


@dataclass(frozen=True)
class Form:
    """How a file is written: what a person declares before its columns can be looked at."""

    delimiter: str = ","
    encoding: str = "utf-8"
    skip_rows: int = 0
    sheet: str | None = None


@dataclass
class Draft:
    """A mapping of one table: canonical name -> the file's, and the rest as a person chooses it."""

    table: str
    file: str
    form: Form = field(default_factory=Form)
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    date: str | None = None
    decimal: str = "."
    thousands: str = ""
    unit: str = "units"
    sign: str = "positive"

    @property
    def lacking(self) -> list[str]:
        """The required columns that have neither a column of the file nor a constant."""
        return [column.name for column in TABLES[self.table].columns if column.required and not self._has(column.name)]

    def _has(self, name: str) -> bool:
        return name in self.columns or name in self.constants

    def toml(self, name: str, notes: Sequence[str] = ()) -> str:
        """The mapping file, with `notes` as comments at its head."""
        form = {"delimiter": self.form.delimiter, "encoding": self.form.encoding, "sheet": self.form.sheet or ""}
        plain = Form()
        usual = {"delimiter": plain.delimiter, "encoding": plain.encoding, "sheet": ""}
        texts = {"file": self.file} | {key: value for key, value in form.items() if value != usual[key]}
        texts |= {"date": self.date} if self.date else {}
        texts |= {"decimal": self.decimal} if (self.decimal, self.thousands) != (".", "") else {}
        texts |= {"thousands": self.thousands} if self.thousands else {}
        texts |= {"unit": self.unit} if self.unit != "units" else {}
        texts |= {"sign": self.sign} if self.sign != "positive" else {}
        lines = [*(f"# {note}" for note in notes), f"name = {_text(name)}", "", f"[{self.table}]"]
        lines += [f"{key} = {_text(value)}" for key, value in texts.items()]
        lines += [f"skip_rows = {self.form.skip_rows}"] if self.form.skip_rows else []
        lines += [f"columns = {_pairs(self.columns)}"]
        lines += [f"constants = {_pairs(self.constants)}"] if self.constants else []
        if self.values:
            lines.append("values = { " + ", ".join(f"{key} = {_pairs(pairs)}" for key, pairs in self.values.items()) + " }")
        return "\n".join(lines) + "\n"


def sample(path: Path, copy: Path, form: Form) -> Sample:
    """The first rows of `copy`, a private copy of the file called `path`; raises `Rejected` where it cannot be read."""
    if path.suffix.lower() == ".parquet":
        return _typed_sample(path, copy)
    anything = _mapped(Table("file", (), ()), form)
    names = tuple(dict.fromkeys(name for name in opened(path, copy, anything).names if name))
    mapped = _mapped(Table("sample", (), tuple(Column(name) for name in names)), form)
    batch = next(iter(opened(path, copy, mapped).batches(mapped)), None)
    cells = {name: [] if batch is None else batch.column(name).slice(0, SAMPLE).to_pylist() for name in names}
    return Sample(names, {name: [cell or "" for cell in found] for name, found in cells.items()})


def suggested(table: str, names: Sequence[str]) -> dict[str, str]:
    """Canonical column -> the column of the file that is called like it; each column of the file once."""
    plain: dict[str, str] = {}
    for name in names:
        plain.setdefault(re.sub(r"[^\w]|_", "", name.lower()), name)
    found: dict[str, str] = {}
    words = {column: (column.replace("_", ""), *text.split()) for column, text in WORDS.get(table, {}).items()}
    for column in TABLES[table].names:
        match = next((word for word in words.get(column, (column.replace("_", ""),)) if word in plain), None)
        if match is not None:
            found[column] = plain.pop(match)
    return found


def date_forms(cells: Sequence[str]) -> list[str]:
    """The forms of `DATES` that every filled cell fits; none where no cell is filled."""
    filled = [cell for cell in cells if cell]
    return [form for form in DATES if filled and all(_is_day(cell, form) for cell in filled)]


def number_marks(cells: Sequence[str]) -> list[tuple[str, str]]:
    """The marks of `MARKS` that every filled cell fits; of two that read every cell alike, the plainer one."""
    filled = [cell for cell in cells if cell]
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for decimal, thousands in MARKS:
        if filled and all(_is_number(cell, decimal, thousands) for cell in filled):
            read = tuple((cell.replace(thousands, "") if thousands else cell).replace(decimal, ".") for cell in filled)
            found.setdefault(read, (decimal, thousands))
    return list(found.values())


def delimiters(path: Path) -> list[str]:
    """The delimiters that part the first lines of a file into the same number of cells, more than one."""
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return []
    lines = [line for line in head.splitlines()[:-1] if line.strip()][:20]
    return [mark for mark in DELIMITERS if lines and len({line.count(mark) for line in lines}) == 1 and mark in lines[0]]


def kind_of(cells: Sequence[str]) -> Kind | None:
    """What the cells of a column look like: `date`, `money` (any number), `text`; None where none is filled."""
    if not any(cells):
        return None
    return "date" if date_forms(cells) and not number_marks(cells) else "money" if number_marks(cells) else "text"


def drafted(table: str, file: str, found: Sample, form: Form) -> tuple[Draft, list[str]]:
    """A draft from what a sample suggests, and a sentence for all that a person has to look at or decide."""
    draft = Draft(table, file, form, suggested(table, found.names))
    notes = [f"suggested, from the names of the columns and the first {found.rows:,} rows: look at every line"]
    by_kind = {
        kind: [draft.columns[c.name] for c in TABLES[table].columns if c.kind == kind and c.name in draft.columns] for kind in _KINDS
    }
    if not found.types:
        notes += _decide_dates(draft, [found.cells[name] for name in by_kind["date"]])
        notes += _decide_numbers(draft, [found.cells[name] for name in (*by_kind["money"], *by_kind["number"])])
    if table in SIGNED and any(cell.startswith("-") for name in by_kind["money"] for cell in found.cells[name]):
        notes.append(f"some amounts are negative: set sign to signed if those are {SIGNED[table][0].replace('_', ' ')}s")
    for column in TABLES[table].columns:
        if column.values and column.name in draft.columns:
            words = sorted({cell for cell in found.cells[draft.columns[column.name]] if cell and cell not in column.values})
            if words:
                draft.values[column.name] = {}
                listed = ", ".join(words[:10])
                notes.append(f"{column.name} holds {listed}: say in values which of {', '.join(column.values)} each one is")
    notes += [f"{name} is required: name its column, or give it a constant" for name in draft.lacking]
    left = [name for name in found.names if name not in draft.columns.values()]
    if left:
        notes.append(f"not used: {', '.join(left)}")
    return draft, notes


_KINDS: tuple[Kind, ...] = ("date", "money", "number")


def _decide_dates(draft: Draft, columns: Sequence[Sequence[str]]) -> list[str]:
    if not any(any(cells) for cells in columns):
        return []
    fitting = [form for form in DATES if all(form in date_forms(cells) for cells in columns if any(cells))]
    if len(fitting) == 1:
        draft.date = None if fitting[0] == "%Y-%m-%d" else fitting[0]
        return []
    if not fitting:
        return ["the dates fit no one form: set date"]
    return [f"the dates fit {' and '.join(fitting)}: set date to the right one"]


def _decide_numbers(draft: Draft, columns: Sequence[Sequence[str]]) -> list[str]:
    cells = [cell for column in columns for cell in column]
    fitting = number_marks(cells)
    if len(fitting) == 1:
        draft.decimal, draft.thousands = fitting[0]
        return []
    if not any(cells):
        return []
    return [
        "the amounts fit more than one form: set decimal and thousands" if fitting else "the amounts fit no form: set decimal and thousands"
    ]


def _mapped(table: Table, form: Form) -> TableMapping:
    return TableMapping(
        table,
        {name: name for name in table.names},
        delimiter=form.delimiter,
        encoding=form.encoding,
        skip_rows=form.skip_rows,
        sheet=form.sheet,
        open_end=True,
    )


def _typed_sample(path: Path, copy: Path) -> Sample:
    try:
        file = pq.ParquetFile(copy, page_checksum_verification=True)
        batch = next(file.iter_batches(SAMPLE), None)
        names = tuple(dict.fromkeys(file.schema_arrow.names))
        types = {name: str(file.schema_arrow.field(name).type) for name in names}
        texts = {name: [] if batch is None else batch.column(name).cast(pa.string()).to_pylist() for name in names}
    except (pa.ArrowException, OSError, ValueError, KeyError) as problem:
        raise Rejected("not_parquet", f"{path.name} cannot be read ({first_line(problem)})") from None
    return Sample(names, {name: [cell or "" for cell in cells] for name, cells in texts.items()}, types)


def _is_day(cell: str, form: str) -> bool:
    if not re.fullmatch(date_pattern(form), cell):
        return False
    try:
        time.strptime(cell, form)
    except ValueError:
        return False
    return True


def _is_number(cell: str, decimal: str, thousands: str) -> bool:
    grouped = rf"|[0-9]{{1,3}}({re.escape(thousands)}[0-9]{{3}})+" if thousands else ""
    return re.fullmatch(rf"[+-]?([0-9]+{grouped})({re.escape(decimal)}[0-9]+)?", cell, re.ASCII) is not None


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _pairs(pairs: Mapping[str, str]) -> str:
    def key(name: str) -> str:
        return name if re.fullmatch(r"[A-Za-z0-9_-]+", name, re.ASCII) else _text(name)

    return "{ " + ", ".join(f"{key(name)} = {_text(value)}" for name, value in pairs.items()) + " }" if pairs else "{ }"
