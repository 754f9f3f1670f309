-- Every statement the new version sends. A test compares this file with the application.

SELECT 1;

SELECT "unified_db_personlink"."id", "unified_db_personlink"."person_name", "unified_db_personlink"."bm_parliament_member_id", "unified_db_personlink"."write_id", "unified_db_personlink"."updated_at" FROM "unified_db_personlink" WHERE "unified_db_personlink"."id" = $1 LIMIT 21;

SELECT "unified_db_personlink"."id", "unified_db_personlink"."person_name", "unified_db_personlink"."bm_parliament_member_id", "unified_db_personlink"."write_id", "unified_db_personlink"."updated_at" FROM "unified_db_personlink" WHERE "unified_db_personlink"."write_id" = $1 LIMIT 21;

INSERT INTO "unified_db_personlink" ("person_name", "bm_parliament_member_id", "write_id", "updated_at") VALUES ($1, $2, $3, $4) ON CONFLICT ("write_id") DO NOTHING RETURNING "unified_db_personlink"."id";

UPDATE "unified_db_personlink" SET "bm_parliament_member_id" = $1, "write_id" = $2, "updated_at" = $3 WHERE "unified_db_personlink"."id" = $4;

SELECT "unified_db_personlink"."write_id", "unified_db_personlink"."bm_parliament_member_id" FROM "unified_db_personlink" WHERE "unified_db_personlink"."write_id" = ANY ($1);

SELECT "unified_db_personlink"."id", "unified_db_personlink"."person_name", "constituents_bmparliamentmember"."full_name" FROM "unified_db_personlink" INNER JOIN "constituents_bmparliamentmember" ON ("unified_db_personlink"."bm_parliament_member_id" = "constituents_bmparliamentmember"."id") WHERE "unified_db_personlink"."bm_parliament_member_id" = $1 ORDER BY "unified_db_personlink"."id" ASC LIMIT 100;
