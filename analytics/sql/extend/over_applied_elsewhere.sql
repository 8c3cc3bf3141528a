-- Grain: one row per warning on an application that is not touched: the books have it already.
delete from flaws
where code = 'over_applied'
    and not exists (select 1 from touched_applications a where a.file_id = flaws.file and a.file_row = flaws.row)
