-- Grain: one row: whether the balances that the source has drawn up are others than the books hold.
select
    exists (from given_snapshots except all from books.snapshots)
    or exists (from books.snapshots except all from given_snapshots) as found
