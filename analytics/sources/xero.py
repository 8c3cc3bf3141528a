"""Xero: invoices with their contacts, payments and credit notes. Bills to pay (ACCPAY) stand in the same files and are left out."""

from __future__ import annotations

from analytics.sources.source import Extract, Object, Source

SOURCE = Source(
    name="xero",
    title="Xero",
    objects=(
        Object("contact", ("contact_id", "name"), ("email_address",)),
        Object(
            "invoice",
            (
                *("invoice_id", "contact_id", "type", "status", "date", "due_date", "currency_code"),
                *("sub_total", "total_tax", "total", "amount_due", "amount_paid", "amount_credited"),
            ),
            ("invoice_number", "reference", "fully_paid_on_date", "updated_date_utc", "line_amount_types"),
        ),
        Object(
            "invoice_line_item",
            ("invoice_id", "line_item_id", "line_amount", "tax_amount"),
            ("item_code", "description", "quantity", "unit_amount"),
        ),
        Object(
            "payment",
            ("payment_id", "invoice_id", "amount", "date", "status"),
            ("payment_type", "reference"),
        ),
        Object(
            "credit_note",
            ("credit_note_id", "contact_id"),
            ("type", "status", "date", "currency_code", "total", "remaining_credit", "credit_note_number"),
        ),
    ),
    extracts=(
        Extract("customers", "contact", "customers"),
        Extract("invoices", "invoice", "invoices"),
        Extract("invoices", "credit_note", "credit_notes"),
        Extract("invoices", "invoice", "stated_credits"),
        Extract("invoice_lines", "invoice_line_item", "invoice_lines"),
        Extract("payments", "payment", "payments"),
        Extract("payments", "invoice", "stated_payments"),
        Extract("applications", "invoice", "stated_credit_applications"),
    ),
)
