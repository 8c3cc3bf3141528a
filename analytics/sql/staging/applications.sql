-- Grain: one row per flaw of an application as seen beside its invoice and its source.
insert into flaws (table_name, file, row, code, severity, column_name, message)
with seen as (
    select
        a.file_id,
        a.file_row,
        a.source,
        a.source_id,
        a.invoice_id,
        a.amount,
        a.applied_date,
        i.kind,
        i.currency,
        c.places,
        i.invoice_id is not null as has_invoice,
        coalesce(p.currency, n.currency) as source_currency,
        coalesce(p.received_date, n.issue_date) as source_date,
        p.payment_id is not null or n.invoice_id is not null as has_source,
        a.source in ('payment', 'credit_note') as needs_source
    from candidate_applications a
    left join candidate_invoices i on i.invoice_id = a.invoice_id
    left join currencies c on c.code = i.currency
    left join candidate_payments p on a.source = 'payment' and p.payment_id = a.source_id
    left join candidate_invoices n on a.source = 'credit_note' and n.invoice_id = a.source_id and n.kind = 'credit_note'
),
odd as (
    select s.*, li.message as invoice_loss, ls.message as source_loss
    from seen s
    left join lost_documents li on li.table_name = 'invoices' and li.id = s.invoice_id
    left join lost_documents ls
        on ls.id = s.source_id and ls.table_name = case s.source when 'payment' then 'payments' else 'invoices' end
    where not has_invoice
        or kind = 'credit_note'
        or (needs_source and (not has_source or source_currency <> currency or applied_date < source_date))
        or not has_places(amount, places)
),
listed as (
    select
        file_id,
        file_row,
        unnest(list_filter([
            case
                when not has_invoice and invoice_loss is not null then {
                    code: 'invoice_quarantined', severity: 'quarantine', column_name: 'invoice_id',
                    message: 'invoice ' || shown(invoice_id) || ' is quarantined (' || invoice_loss || ')'
                }
                when not has_invoice then {
                    code: 'unknown_invoice', severity: 'quarantine', column_name: 'invoice_id',
                    message: 'invoice ' || shown(invoice_id) || ' is not known'
                }
                when kind = 'credit_note' then {
                    code: 'applied_to_credit_note', severity: 'quarantine', column_name: 'invoice_id',
                    message: shown(invoice_id) || ' is a credit note; apply it as the source'
                }
            end,
            case
                when not needs_source or has_source then null
                when source_id is null then {
                    code: 'empty', severity: 'quarantine', column_name: 'source_id',
                    message: 'source_id is empty; name the ' || source
                }
                when source_loss is not null then {
                    code: 'source_quarantined', severity: 'quarantine', column_name: 'source_id',
                    message: source || ' ' || shown(source_id) || ' is quarantined (' || source_loss || ')'
                }
                else {
                    code: 'unknown_source', severity: 'quarantine', column_name: 'source_id',
                    message: source || ' ' || shown(source_id) || ' is not known'
                }
            end,
            case
                when source_currency <> currency then {
                    code: 'currency_mismatch', severity: 'quarantine', column_name: 'invoice_id',
                    message: source_currency || ' ' || source || ' on ' || currency || ' invoice ' || shown(invoice_id)
                }
            end,
            case
                when applied_date < source_date then {
                    code: 'applied_before_received', severity: 'warn', column_name: 'applied_date',
                    message: 'applied ' || applied_date || ', before the ' || source || ' was received on ' || source_date
                }
            end,
            case
                when not has_places(amount, places) then {
                    code: 'too_many_decimals', severity: 'quarantine', column_name: 'amount',
                    message: 'amount ' || shown_amount(amount) || ' has more decimals than ' || currency || ' allows'
                }
            end
        ], lambda f: f is not null)) as flaw
    from odd
)
select 'applications', file_id, file_row, flaw.code, flaw.severity, flaw.column_name, flaw.message from listed
