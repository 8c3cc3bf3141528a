"""QuickBooks Online: a payment may draw on credit memos; what a line of it pays may lie outside the export."""

from __future__ import annotations

from analytics.sources.source import Extract, Object, Source

SOURCE = Source(
    name="quickbooks",
    title="QuickBooks Online",
    objects=(
        Object(
            "customer",
            ("id", "display_name", "fully_qualified_name", "balance"),
            ("parent_customer_id", "currency_id", "email", "company_name"),
        ),
        Object(
            "invoice",
            ("id", "customer_id", "doc_number", "transaction_date", "due_date", "currency_id", "total_amount", "balance", "updated_at"),
            ("total_tax", "custom_p_o_number", "custom_sales_rep", "_fivetran_deleted"),
        ),
        Object(
            "invoice_line",
            ("invoice_id", "index", "amount", "detail_type", "sales_item_item_id"),
            ("description", "sales_item_quantity", "sales_item_unit_price"),
        ),
        Object(
            "payment",
            ("id", "customer_id", "transaction_date", "currency_id", "total_amount", "unapplied_amount"),
            ("reference_number", "payment_method_id", "_fivetran_deleted"),
        ),
        Object("payment_line", ("payment_id", "index", "amount", "invoice_id", "credit_memo_id")),
        Object(
            "credit_memo",
            ("id", "customer_id", "transaction_date", "currency_id", "total_amount", "remaining_credit"),
            ("doc_number", "balance", "total_tax", "_fivetran_deleted"),
        ),
        Object("refund_receipt", ("id", "total_amount", "payment_type", "payment_reference_number"), ("_fivetran_deleted",)),
    ),
    extracts=(
        Extract("customers", "customer", "customers"),
        Extract("invoices", "invoice", "invoices"),
        Extract("invoices", "credit_memo", "credit_memos"),
        Extract("invoice_lines", "invoice_line", "invoice_lines"),
        Extract("payments", "payment", "payments"),
        Extract("payments", "refund_receipt", "refund_receipts"),
        Extract("payments", "invoice", "stated_payments"),
        Extract("applications", "payment_line", "applications"),
    ),
)
