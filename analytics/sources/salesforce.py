"""Salesforce Revenue Cloud Billing: objects exported under their API names, by Data Loader, a report or the API itself.

History is what the rows of applications say, each with its own day and sign: `Balance` and the formulas against today are never
data. A void is the credit memo that voids, a write-off is the credit memo that writes off: neither is counted as a credit.
"""

from __future__ import annotations

from analytics.sources.source import Extract, Object, Source

_APPLIED = ("ImpactAmount", "EffectiveDate", "AppliedDate", "UnappliedDate", "Date", "CreatedDate")

SOURCE = Source(
    name="salesforce",
    title="Salesforce Revenue Cloud Billing",
    tell_tale=("Invoice",),
    objects=(
        Object("Account", ("Id", "Name", "ParentId"), ("OwnerId", "BillingCountry", "Industry", "CurrencyIsoCode")),
        Object("PaymentTermItem", ("Id", "PaymentTermId", "Period", "PeriodUnit"), ("Type",)),
        Object(
            "Invoice",
            ("Id", "BillingAccountId", "Status", "InvoiceDate", "DueDate", "TotalAmountWithTax"),
            (
                *("InvoiceNumber", "DocumentNumber", "PostedDate", "PaymentTermId", "ReferenceEntityId", "OwnerId"),
                *("TotalAmount", "TotalTaxAmount", "NetPaymentsApplied", "NetCreditsApplied", "Balance", "SettlementStatus"),
                *("CurrencyIsoCode", "FunctionalCurrencyIsoCode", "CorporateCurrencyIsoCode"),
            ),
        ),
        Object(
            "InvoiceLine",
            ("Id", "InvoiceId", "LineAmount"),
            ("Name", "Type", "Product2Id", "Quantity", "UnitPrice", "TaxAmount", "LegalEntityId"),
        ),
        Object(
            "Payment",
            ("Id", "PaymentNumber", "AccountId", "Amount", "Status"),
            (
                *("EffectiveDate", "Date", "CancellationEffectiveDate", "CancellationDate", "Balance", "Type"),
                *("LegalEntityId", "CurrencyIsoCode", "NetRefundApplied"),
            ),
        ),
        Object("PaymentLineInvoice", ("Id", "PaymentId", "InvoiceId", "Amount", "Type"), _APPLIED),
        Object("PaymentLineInvoiceLine", ("Id", "PaymentId", "InvoiceLineId", "Amount", "Type"), _APPLIED),
        Object(
            "CreditMemo",
            ("Id", "CreditMemoNumber", "BillingAccountId", "Status", "TotalAmountWithTax"),
            (
                *("CreditDate", "EffectiveDate", "Category", "SourceAction", "ReferenceEntityId", "Balance"),
                *("LegalEntityId", "CurrencyIsoCode"),
            ),
        ),
        Object("CreditMemoInvApplication", ("Id", "CreditMemoId", "InvoiceId", "Amount", "Type"), _APPLIED),
        Object("RefundLinePayment", ("Id", "RefundId", "PaymentId", "Amount", "Type"), _APPLIED),
    ),
    extracts=(
        Extract("customers", "Account", "customers"),
        Extract("invoices", "Invoice", "invoices"),
        Extract("invoices", "CreditMemo", "credit_memos"),
        Extract("invoice_lines", "InvoiceLine", "invoice_lines"),
        Extract("payments", "Payment", "payments"),
        Extract("payments", "RefundLinePayment", "refunds"),
        Extract("applications", "PaymentLineInvoice", "payment_applications"),
        Extract("applications", "PaymentLineInvoiceLine", "payment_line_applications"),
        Extract("applications", "CreditMemoInvApplication", "credit_applications"),
    ),
    unread=(Object("DebitMemo", ("DebitMemoNumber",)), Object("DebitMemoLine", ("DebitMemoId",))),
)
