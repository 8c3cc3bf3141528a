-- Grain: one row: whether a row of the books no longer fits, or an application derived from a payment of them is another now.
with derived_before as (
    select a.application_id
    from near_applications a
    join books.files f on f.file_id = a.file_id and f.table_name = 'payments'
),
derived_now as (
    select d.application_id
    from derived d
    join near_payments p on p.file_id = d.file_id and p.file_row = d.file_row
)
select
    exists (
        select 1
        from flaws f
        join incoming_files n on n.file = f.file and not n.is_new
        where f.severity = 'quarantine'
            and not exists (
                select 1 from earlier_quarantine q where q.table_name = f.table_name and q.file_id = f.file and q.file_row = f.row
            )
    )
    or exists (select application_id from derived_before except select application_id from derived_now)
    or exists (select application_id from derived_now except select application_id from derived_before) as found
