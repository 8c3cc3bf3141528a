-- Grain: one row per application to an invoice with installments of which some application comes late or goes again: what the
-- others fill of the installments then depends on the day asked.
select a.*
from applied a
where a.invoice_key in (
    select invoice_key
    from applied
    where has_installments and (alive_from <> effective_date or alive_to < date '2200-01-01')
)
