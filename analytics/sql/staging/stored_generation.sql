-- Grain: one row: which generation this is, when it was published (UTC), which one it follows, and how its tables are laid out.
create table generation (number integer, published_at timestamp, parent integer, layout integer)
