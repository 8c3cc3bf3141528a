"""Zuora: posted invoices of accounts, payments applied by invoice payments, refunds of payments."""

from __future__ import annotations

from analytics.sources.source import Extract, Object, Source

SOURCE = Source(
    name="zuora",
    title="Zuora",
    objects=(
        Object(
            "account",
            ("id", "account_number", "name", "currency", "payment_term"),
            ("parent_id", "sales_rep_name", "customer_service_rep_name"),
        ),
        Object(
            "invoice",
            ("id", "account_id", "invoice_number", "invoice_date", "due_date", "status", "amount", "balance", "transaction_currency"),
            ("amount_without_tax", "tax_amount", "updated_date", "_fivetran_deleted"),
        ),
        Object(
            "invoice_item",
            ("id", "invoice_id", "charge_amount", "tax_amount", "charge_name"),
            ("sku", "quantity", "unit_price", "_fivetran_deleted"),
        ),
        Object(
            "payment",
            ("id", "account_id", "payment_number", "amount", "effective_date", "status", "transaction_currency"),
            ("cancelled_on", "reference_id", "gateway", "type", "_fivetran_deleted"),
        ),
        Object(
            "invoice_payment",
            ("id", "invoice_id", "payment_id", "amount", "refund_amount", "created_date"),
            ("transaction_currency", "_fivetran_deleted"),
        ),
        Object("refund", ("id", "amount", "refund_number", "refund_date", "status"), ("payment_id", "created_date", "_fivetran_deleted")),
        Object(
            "credit_balance_adjustment",
            ("id", "account_id", "adjustment_date", "amount", "source_transaction_type", "type"),
            ("source_transaction_number", "transaction_currency"),
        ),
    ),
    extracts=(
        Extract("customers", "account", "customers"),
        Extract("invoices", "invoice", "invoices"),
        Extract("invoice_lines", "invoice_item", "invoice_lines"),
        Extract("payments", "payment", "payments"),
        Extract("payments", "refund", "refunds"),
        Extract("payments", "invoice", "stated_payments"),
        Extract("payments", "credit_balance_adjustment", "credit_balance_adjustments"),
        Extract("applications", "invoice_payment", "applications"),
    ),
)
