"""Salesforce Billing, the managed package (`blng__`): invoices, payments and credit notes with their allocations.

Allocations have no day of their own: they count from the day on which payment and invoice both live, unallocations from the day
on which they were made. Snapshots of account balances are kept beside the books, to hold the aging against.
"""

from __future__ import annotations

from analytics.sources.source import Extract, Object, Source

SOURCE = Source(
    name="salesforce_billing",
    title="Salesforce Billing",
    tell_tale=("blng__Invoice__c",),
    snapshots="snapshots",
    objects=(
        Object("Account", ("Id", "Name", "ParentId"), ("OwnerId", "BillingCountry", "Industry", "CurrencyIsoCode")),
        Object(
            "blng__Invoice__c",
            ("Id", "blng__Account__c", "blng__InvoiceDate__c", "blng__InvoiceStatus__c", "blng__TotalAmount__c"),
            (
                *("Name", "blng__InvoicePostedDate__c", "blng__DueDate__c", "blng__PaymentStatus__c", "blng__Order__c", "OwnerId"),
                *("blng__Subtotal__c", "blng__TaxAmount__c", "blng__Balance__c", "CurrencyIsoCode", "blng__BaseCurrency__c"),
            ),
        ),
        Object(
            "blng__InvoiceLine__c",
            ("Id", "blng__Invoice__c", "blng__Subtotal__c"),
            ("Name", "blng__Product__c", "blng__Quantity__c", "blng__TaxAmount__c", "blng__TotalAmount__c", "blng__LegalEntity__c"),
        ),
        Object(
            "blng__Payment__c",
            ("Id", "blng__Account__c", "blng__Amount__c", "blng__PaymentDate__c", "blng__Status__c"),
            (
                *("Name", "blng__Balance__c", "blng__PaymentType__c", "blng__PaymentMode__c", "blng__LegalEntity__c"),
                *("CurrencyIsoCode", "LastModifiedDate", "blng__BaseCurrency__c"),
            ),
        ),
        Object(
            "blng__PaymentAllocationInvoice__c",
            ("Id", "blng__Payment__c", "blng__Invoice__c", "blng__Amount__c", "blng__Type__c"),
            ("CreatedDate",),
        ),
        Object(
            "blng__PaymentAllocationInvoiceLine__c",
            ("Id", "blng__Payment__c", "blng__InvoiceLine__c", "blng__Amount__c", "blng__Type__c"),
            ("CreatedDate",),
        ),
        Object(
            "blng__CreditNote__c",
            ("Id", "blng__Account__c", "blng__CreditNoteDate__c", "blng__Status__c", "blng__TotalAmount__c"),
            ("Name", "blng__Balance__c", "blng__RelatedInvoice__c", "blng__CreditNoteSourceAction__c", "CurrencyIsoCode"),
        ),
        Object("blng__CreditNoteLine__c", ("Id", "blng__CreditNote__c"), ("blng__TotalAmount__c",)),
        Object(
            "blng__CreditNoteAllocation__c",
            ("Id", "blng__CreditNoteLine__c", "blng__InvoiceLine__c", "blng__Amount__c", "blng__Type__c"),
            ("CreatedDate",),
        ),
        Object(
            "blng__AgingBuckets__c",
            ("Id", "blng__BucketNumber__c", "blng__StartingDaysfromPastDue__c", "blng__EndingDaysfromPastDue__c"),
            ("blng__Active__c",),
        ),
        Object(
            "blng__AccountBalanceSnapshot__c",
            ("Id", "blng__Account__c", "blng__SnapshotDate__c", "blng__TotalInvoiceAmount__c"),
            (
                *(f"blng__InvoiceAgingBucket{number}__c" for number in range(1, 11)),
                *("blng__UnappliedCreditNoteAmount__c", "blng__UnappliedPaymentAmount__c", "CurrencyIsoCode"),
            ),
        ),
    ),
    extracts=(
        Extract("customers", "Account", "customers"),
        Extract("invoices", "blng__Invoice__c", "invoices"),
        Extract("invoices", "blng__CreditNote__c", "credit_notes"),
        Extract("invoice_lines", "blng__InvoiceLine__c", "invoice_lines"),
        Extract("payments", "blng__Payment__c", "payments"),
        Extract("applications", "blng__PaymentAllocationInvoice__c", "payment_allocations"),
        Extract("applications", "blng__PaymentAllocationInvoiceLine__c", "payment_line_allocations"),
        Extract("applications", "blng__CreditNoteAllocation__c", "credit_allocations"),
    ),
)
