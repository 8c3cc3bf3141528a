"""Stripe: amounts in the smallest unit of their currency; invoices, charges, refunds and credit notes."""

from __future__ import annotations

from analytics.sources.source import Extract, Object, Source

SOURCE = Source(
    name="stripe",
    title="Stripe",
    objects=(
        Object("customer", ("id", "delinquent", "invoice_prefix", "name"), ("email", "address_country", "currency")),
        Object(
            "invoice",
            ("id", "customer_id", "currency", "status", "total", "amount_paid", "amount_remaining"),
            (
                *("number", "subtotal", "tax", "due_date", "created", "period_end"),
                *("status_transitions_finalized_at", "status_transitions_paid_at", "status_transitions_voided_at"),
            ),
        ),
        Object(
            "charge",
            ("id", "amount", "amount_refunded", "captured", "created", "currency", "customer_id", "status"),
            ("invoice_id", "payment_intent_id", "receipt_number"),
        ),
        Object("refund", ("id", "amount", "charge_id", "created", "currency", "status"), ("receipt_number",)),
        Object(
            "credit_note",
            ("id", "created", "currency", "invoice_id", "number", "status", "total", "type"),
            ("subtotal", "voided_at", "refund_id"),
        ),
    ),
    extracts=(
        Extract("customers", "customer", "customers"),
        Extract("invoices", "invoice", "invoices"),
        Extract("invoices", "credit_note", "credit_notes"),
        Extract("payments", "charge", "charges"),
        Extract("payments", "refund", "refunds"),
        Extract("payments", "invoice", "stated_payments"),
        Extract("applications", "credit_note", "credit_note_applications"),
    ),
)
