-- Grain: one row per invoice, issued when it was finalised; an older export knows only when it was made, or its period's end.
select
    i.file,
    i.row,
    i.id as invoice_id,
    i.number,
    case when amount(i.total) < 0 then 'credit_note' else 'invoice' end as kind,
    i.customer_id,
    upper(i.currency) as currency,
    book_day(coalesce(i.status_transitions_finalized_at, i.created, i.period_end)) as issue_date,
    book_day(i.due_date) as due_date,
    case i.status
        when 'open' then 'posted'
        when 'paid' then 'posted'
        when 'uncollectible' then 'posted'
        when 'deleted' then 'void'
        else i.status
    end as status,
    case when i.status = 'void' then book_day(i.status_transitions_voided_at) end as voided_date,
    in_units(unsigned(i.total), stripe_places(i.currency)) as total,
    case when i.status in ('open', 'paid') then i.status end as claim,
    case when i.status in ('open', 'paid', 'uncollectible') and amount(i.total) >= 0
        then in_units(i.amount_remaining, stripe_places(i.currency)) end as stated,
    case
        when i.status = 'void' and i.status_transitions_voided_at is null then 'void_day_unknown'
        when coalesce(i.status_transitions_finalized_at, i.created) is null then 'issue_day_assumed'
    end as note_code,
    case
        when i.status = 'void' and i.status_transitions_voided_at is null
            then 'is void, and the export does not say when: it counts on no day'
        else 'issued on the last day of its period: the export does not say when it was finalised'
    end as note
from invoice i
