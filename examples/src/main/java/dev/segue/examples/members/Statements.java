package dev.segue.examples.members;

import java.util.List;

/// Every statement one version sends, written as an ORM writes them: all columns by name, all names
/// quoted.
record Statements(
    String personById,
    String personByWrite,
    String insertPerson,
    String changeMember,
    String writes,
    String peopleOfMember) {

  static final String ALIVE = "SELECT 1";

  static Statements of(Version version) {
    String member = version.memberColumn();
    String person =
        """
        SELECT "unified_db_personlink"."id", "unified_db_personlink"."person_name", \
        "unified_db_personlink"."%s", "unified_db_personlink"."write_id", \
        "unified_db_personlink"."updated_at" FROM "unified_db_personlink"\
        """
            .formatted(member);
    return new Statements(
        person + " WHERE \"unified_db_personlink\".\"id\" = ? LIMIT 21",
        person + " WHERE \"unified_db_personlink\".\"write_id\" = ? LIMIT 21",
        """
        INSERT INTO "unified_db_personlink" ("person_name", "%s", "write_id", "updated_at") \
        VALUES (?, ?, ?, ?) ON CONFLICT ("write_id") DO NOTHING \
        RETURNING "unified_db_personlink"."id"\
        """
            .formatted(member),
        """
        UPDATE "unified_db_personlink" SET "%s" = ?, "write_id" = ?, "updated_at" = ? \
        WHERE "unified_db_personlink"."id" = ?\
        """
            .formatted(member),
        """
        SELECT "unified_db_personlink"."write_id", "unified_db_personlink"."%s" \
        FROM "unified_db_personlink" WHERE "unified_db_personlink"."write_id" = ANY (?)\
        """
            .formatted(member),
        """
        SELECT "unified_db_personlink"."id", "unified_db_personlink"."person_name", \
        "constituents_bmparliamentmember"."full_name" FROM "unified_db_personlink" \
        INNER JOIN "constituents_bmparliamentmember" ON ("unified_db_personlink"."%s" = \
        "constituents_bmparliamentmember"."id") WHERE "unified_db_personlink"."%s" = ? \
        ORDER BY "unified_db_personlink"."id" ASC LIMIT 100\
        """
            .formatted(member, member));
  }

  List<String> all() {
    return List.of(
        ALIVE, personById, personByWrite, insertPerson, changeMember, writes, peopleOfMember);
  }
}
