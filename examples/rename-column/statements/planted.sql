-- A report as an ORM writes it, which no facade can carry: it groups by the primary key alone, and
-- that a column depends on the key is known of a table, but not of a view. Name this file as
-- rehearsal.old in the change file, and the rehearsal refuses the change.

SELECT "unified_db_personlink"."id", "unified_db_personlink"."person_name", "unified_db_personlink"."fahanie_cares_member_id", COUNT("constituents_bmparliamentmember"."id") AS "members" FROM "unified_db_personlink" LEFT OUTER JOIN "constituents_bmparliamentmember" ON ("unified_db_personlink"."fahanie_cares_member_id" = "constituents_bmparliamentmember"."id") GROUP BY "unified_db_personlink"."id" ORDER BY "unified_db_personlink"."id" ASC LIMIT $1;
