-- Grain: one row per snapshot of an account and figure in it: all that is open, what is unapplied, each aging bucket that is
-- described. A bucket holds what is from `from_days` to `to_days` past due; its last day is open where it is empty.
with buckets as (
    select
        try_cast(b.blng__BucketNumber__c as integer) as number,
        try_cast(split_part(b.blng__StartingDaysfromPastDue__c, '.', 1) as integer) as from_days,
        try_cast(split_part(b.blng__EndingDaysfromPastDue__c, '.', 1) as integer) as to_days
    from blng__AgingBuckets__c b
    where b.blng__Active__c is null or is_true(b.blng__Active__c)
),
snapshots as (
    select
        s.file,
        s.row,
        s.blng__Account__c as customer_id,
        coalesce(s."CurrencyIsoCode", own_currency()) as currency,
        try_cast(book_day(s.blng__SnapshotDate__c) as date) as day,
        amount(s.blng__TotalInvoiceAmount__c) as total,
        coalesce(amount(s.blng__UnappliedCreditNoteAmount__c), 0) + coalesce(amount(s.blng__UnappliedPaymentAmount__c), 0) as unapplied,
        [
            s.blng__InvoiceAgingBucket1__c, s.blng__InvoiceAgingBucket2__c, s.blng__InvoiceAgingBucket3__c,
            s.blng__InvoiceAgingBucket4__c, s.blng__InvoiceAgingBucket5__c, s.blng__InvoiceAgingBucket6__c,
            s.blng__InvoiceAgingBucket7__c, s.blng__InvoiceAgingBucket8__c, s.blng__InvoiceAgingBucket9__c,
            s.blng__InvoiceAgingBucket10__c
        ] as aged
    from blng__AccountBalanceSnapshot__c s
),
figures as (
    select file, row, customer_id, currency, day, 'open' as figure, null as from_days, null as to_days, total as amount from snapshots
    union all
    select file, row, customer_id, currency, day, 'unapplied', null, null, unapplied from snapshots
    union all
    select s.file, s.row, s.customer_id, s.currency, s.day, 'bucket ' || b.number, b.from_days, b.to_days, amount(s.aged[b.number])
    from snapshots s
    cross join buckets b
)
select file, row, customer_id, currency, day, figure, from_days, to_days, cast(amount as decimal(18, 4)) as amount
from figures
where amount is not null and day is not null
