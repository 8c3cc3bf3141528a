-- Grain: one id, without what does not tell two apart to a person: case, marks, zeros before a number, how its accents are written.
create or replace temp macro likeness(id) as regexp_replace(lower(nfc_normalize(id)), '[^\p{L}\p{N}]|\b0+', '', 'g')
