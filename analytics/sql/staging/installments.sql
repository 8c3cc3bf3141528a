-- Grain: one row per installment of an invoice whose installments do not add up; a small difference is one warning, on the last.
insert into flaws (table_name, file, row, code, severity, column_name, message)
select
    'installments',
    n.file_id,
    n.file_row,
    case when s.is_small then 'installments_rounded' else 'installments_differ' end,
    case when s.is_small then 'warn' else 'quarantine' end,
    'amount',
    'installments of ' || shown(n.invoice_id) || ' add up to ' || shown_amount(s.given) || ', not to its total '
        || shown_amount(s.total)
        || case when s.is_small then '; the difference of ' || shown_amount(s.difference) || ' goes to the last' else '' end
from (
    select
        *,
        row_number() over (partition by invoice_id order by due_date desc, installment_no desc) = 1 as is_last
    from candidate_installments
) n
join installment_sums s on s.invoice_id = n.invoice_id
where n.is_last or not s.is_small
