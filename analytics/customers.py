"""Everything about one customer at a day: documents, applications, aging, figures and payment behaviour.

A profile puts reports side by side, so it is the one report that calls others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics import aging, kpis
from analytics.errors import CustomerMissing
from analytics.scope import Scope
from analytics.store import Store
from analytics.store.statements import statement


@dataclass(frozen=True)
class Profile:
    """One customer, as known at the close of the as-of day; amounts of documents are in their own currency."""

    customer: dict[str, Any]
    """Its row of the customers table."""
    documents: pd.DataFrame
    """One row per invoice, debit or credit note issued by the day: `invoice_id`, `number`, `kind`, `status`, `entity`, `currency`,
    `issue_date`, `due_date`, `total`, `open_amount` (null on a credit note), `unapplied_amount` (null on the others), `days_late`,
    `settled_date` (the day it was last settled, if it is), `disputed`."""
    payments: pd.DataFrame
    """One row per receipt or refund: `payment_id`, `kind`, `currency`, `received_date`, `amount`, `reversed_date`, `unapplied_amount`,
    `method`, `reference`."""
    applications: pd.DataFrame
    """One row per application that counts, to its invoices or from its payments and credit notes: `application_id`, `source`,
    `source_id`, `invoice_id`, `applied_date`, `currency`, `amount`."""
    aging: pd.DataFrame
    """`aging.summary` of the customer."""
    figures: pd.DataFrame
    """`kpis.summary` of the customer."""
    behaviour: pd.DataFrame
    """One row per currency: `invoices_settled`, `median_days_late`, `settled_late` (a share), `last_receipt_date`,
    `last_receipt_amount`."""


def profile(store: Store, scope: Scope, customer_id: str, *, days: int = 90) -> Profile:
    """The customer called `customer_id`; raises `CustomerMissing` if no table names it.

    Documents, payments, applications and behaviour are the customer's whole; aging and figures obey the filters of `scope` too.
    """
    scope = store.resolve(scope)
    found = store.rows("select * from customer_list where customer_id = $id", {"id": customer_id})
    if not found:
        raise CustomerMissing(customer_id)
    narrowed = scope.narrowed("customer", customer_id)
    bound = {"key": found[0].pop("customer_key"), "day": scope.day}
    documents, payments, applications, behaviour, aged = store.together(
        lambda: store.frame(statement("queries/customer_documents"), bound),
        lambda: store.frame(statement("queries/customer_payments"), bound),
        lambda: store.frame(statement("queries/customer_applications"), bound),
        lambda: store.frame(statement("queries/customer_behaviour"), bound),
        lambda: aging.summary(store, narrowed),
    )
    figures = kpis.summary(store, narrowed, days=days)
    return Profile(found[0], documents, payments, applications, aged, figures, behaviour)


def listing(store: Store, *, search: str | None = None, size: int = 50) -> pd.DataFrame:
    """Customers whose name or id holds `search` (whatever the case), the first `size` by name: `customer_id`, `name`."""
    return store.frame(statement("queries/customer_listing"), {"search": search or "", "size": size})
