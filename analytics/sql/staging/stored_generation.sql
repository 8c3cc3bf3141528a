-- Grain: one row: which generation this is, when it was published (UTC), and which one it follows.
create table generation (number integer, published_at timestamp, parent integer)
