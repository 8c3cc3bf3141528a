-- Grain: one row: whether $table_name holds what the books hold, and sets aside what they set aside; copies do not count.
select
    (select {rows: held_rows, digest: digest} from contents c where c.table_name = $table_name)
    = (select {rows: held_rows, digest: digest} from books.contents b where b.table_name = $table_name)
    and (
        select coalesce(sum(cast(hash(cast(content as varchar)) as hugeint)), 0)
        from quarantine q
        where q.table_name = $table_name and not q.by_reference and q.code <> 'copy'
    ) = (
        select coalesce(sum(cast(hash(cast(content as varchar)) as hugeint)), 0)
        from books.quarantine q
        where q.table_name = $table_name and not q.by_reference and q.code <> 'copy'
    ) as is_same
