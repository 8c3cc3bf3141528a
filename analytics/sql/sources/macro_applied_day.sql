-- Grain: one date: the day of an application. Of an unapplied row AppliedDate is a copy of the original's, and says nothing.
create or replace macro applied_day(kind, effective, applied, unapplied, day) as
book_day(coalesce(effective, case when kind = 'Unapplied' then unapplied else applied end, day))
