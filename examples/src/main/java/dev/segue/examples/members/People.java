package dev.segue.examples.members;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The persons in the database, through the statements of one version.
final class People {

  private final Pool pool;
  private final Statements sql;

  People(Pool pool, Version version) {
    this.pool = pool;
    this.sql = Statements.of(version);
  }

  /// A person and the member they are linked to.
  record Person(long id, String name, long member, UUID writeId, OffsetDateTime updatedAt) {}

  /// @param member the member's name
  record Link(long id, String name, String member) {}

  /// What became of a request to write.
  ///
  /// @param created false when this very write had been done before
  record Written(long id, boolean created) {}

  Optional<Person> person(long id) throws SQLException {
    return pool.use(c -> person(c, sql.personById(), id));
  }

  /// Done once, however often it is asked for.
  Written insert(String name, long member, UUID writeId) throws SQLException {
    return pool.use(c -> {
      try (PreparedStatement s = c.prepareStatement(sql.insertPerson())) {
        s.setString(1, name);
        s.setLong(2, member);
        s.setObject(3, writeId);
        s.setObject(4, now());
        try (ResultSet rows = s.executeQuery()) {
          if (rows.next()) {
            return new Written(rows.getLong(1), true);
          }
        }
      }
      long id = person(c, sql.personByWrite(), writeId).orElseThrow().id();
      return new Written(id, false);
    });
  }

  /// @return false when there is no such person
  boolean changeMember(long id, long member, UUID writeId) throws SQLException {
    return pool.use(c -> {
      try (PreparedStatement s = c.prepareStatement(sql.changeMember())) {
        s.setLong(1, member);
        s.setObject(2, writeId);
        s.setObject(3, now());
        s.setLong(4, id);
        return s.executeUpdate() == 1;
      }
    });
  }

  /// Of these writes, the ones that are there: member by write id.
  Map<UUID, Long> writes(List<UUID> ids) throws SQLException {
    return pool.use(c -> {
      Map<UUID, Long> found = new LinkedHashMap<>();
      try (PreparedStatement s = c.prepareStatement(sql.writes())) {
        s.setArray(1, c.createArrayOf("uuid", ids.toArray()));
        try (ResultSet rows = s.executeQuery()) {
          while (rows.next()) {
            found.put(rows.getObject(1, UUID.class), rows.getLong(2));
          }
        }
      }
      return found;
    });
  }

  List<Link> ofMember(long member) throws SQLException {
    return pool.use(c -> {
      List<Link> links = new ArrayList<>();
      try (PreparedStatement s = c.prepareStatement(sql.peopleOfMember())) {
        s.setLong(1, member);
        try (ResultSet rows = s.executeQuery()) {
          while (rows.next()) {
            links.add(new Link(rows.getLong(1), rows.getString(2), rows.getString(3)));
          }
        }
      }
      return links;
    });
  }

  /// Whether the database answers.
  void ping() throws SQLException {
    pool.use(c -> {
      try (PreparedStatement s = c.prepareStatement(Statements.ALIVE)) {
        s.setQueryTimeout(2);
        return s.execute();
      }
    });
  }

  int connections() {
    return pool.openConnections();
  }

  private static Optional<Person> person(Connection c, String query, Object key)
      throws SQLException {
    try (PreparedStatement s = c.prepareStatement(query)) {
      s.setObject(1, key);
      try (ResultSet rows = s.executeQuery()) {
        return rows.next()
            ? Optional.of(
                new Person(
                    rows.getLong(1),
                    rows.getString(2),
                    rows.getLong(3),
                    rows.getObject(4, UUID.class),
                    rows.getObject(5, OffsetDateTime.class)))
            : Optional.empty();
      }
    }
  }

  private static OffsetDateTime now() {
    return OffsetDateTime.now(ZoneOffset.UTC);
  }
}
