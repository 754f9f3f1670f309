package dev.segue.postgres.definition;

import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// What a database, or a part of it, is made of: statements in an order in which they can be sent
/// to an empty database.
///
/// Two databases of one shape give equal texts. Values of sequences are not part of it, nor is
/// anything in Segue's own schema.
///
/// @param leftOut what is there, or would be needed, and is not among the statements; for people
public record SchemaDefinition(List<Entry> entries, List<String> leftOut) {

  public SchemaDefinition {
    entries = List.copyOf(entries);
    leftOut = List.copyOf(leftOut);
  }

  /// When a statement is to be sent.
  public enum Phase {
    /// Before rows are copied in.
    BEFORE_DATA,
    /// Indexes, keys, triggers: when the rows are there.
    AFTER_DATA,
    /// Owners, grants, policies: where the same roles exist.
    ACCESS
  }

  /// One statement.
  ///
  /// @param what it makes, for people: `table public.person`
  public record Entry(Phase phase, String what, String sql) {

    @Override
    public String toString() {
      return "-- " + what + "\n" + sql + ";\n";
    }
  }

  /// Reads the whole database.
  ///
  /// @param connection with autocommit off; the transaction's settings are pinned
  public static SchemaDefinition ofDatabase(Connection connection) throws SQLException {
    PinnedSession.pin(connection);
    return Inventory.read(connection).all();
  }

  /// Reads tables, their partitions, everything that is a part of them (indexes, triggers, owned
  /// sequences), and what these need (types, functions, extensions).
  ///
  /// @param connection with autocommit off; the transaction's settings are pinned
  /// @param tables their oids
  public static SchemaDefinition ofTables(Connection connection, Collection<Long> tables)
      throws SQLException {
    PinnedSession.pin(connection);
    return Inventory.read(connection).of(tables);
  }

  public SchemaDefinition withoutAccess() {
    return new SchemaDefinition(
        entries.stream().filter(e -> e.phase() != Phase.ACCESS).toList(), leftOut);
  }

  /// Sends the statements of a phase.
  ///
  /// @param connection with autocommit on and settings pinned
  public void create(Connection connection, Phase phase) throws SQLException {
    for (Entry entry : entries) {
      if (entry.phase() == phase) {
        try {
          Sql.execute(connection, entry.sql());
        } catch (SQLException e) {
          throw new SQLException(
              entry.what() + " cannot be made: " + e.getMessage(), e.getSQLState(), e);
        }
      }
    }
  }

  /// Sends everything but [Phase#ACCESS], and goes on where the server refuses.
  ///
  /// @param connection with autocommit on and settings pinned
  /// @return what could not be made and why
  public List<String> createWhatCanBe(Connection connection) throws SQLException {
    List<String> failures = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.phase() != Phase.ACCESS) {
        try {
          Sql.execute(connection, entry.sql());
        } catch (SQLException e) {
          if (connection.isClosed()) {
            throw e;
          }
          failures.add(entry.what() + ": " + e.getMessage());
        }
      }
    }
    return List.copyOf(failures);
  }

  /// What the other definition lacks, has besides, or has otherwise. Empty when both are of one
  /// shape.
  public List<String> differencesIn(SchemaDefinition found) {
    Map<String, Entry> theirs = new LinkedHashMap<>();
    found.entries.forEach(e -> theirs.put(e.what(), e));
    List<String> differences = new ArrayList<>();
    for (Entry mine : entries) {
      Entry their = theirs.remove(mine.what());
      if (their == null) {
        differences.add(mine.what() + " is missing");
      } else if (!Essence.of(mine.sql()).equals(Essence.of(their.sql()))) {
        differences.add("%s is %s instead of %s".formatted(mine.what(), their.sql(), mine.sql()));
      }
    }
    theirs.keySet().forEach(what -> differences.add(what + " should not be there"));
    return List.copyOf(differences);
  }

  /// What another has otherwise, to the letter. Two that differ in nothing but their order differ
  /// in nothing.
  public List<Difference> differences(SchemaDefinition found) {
    return differences(found, String::equals);
  }

  /// The same between a database and one made from its definition, where the server prints what it
  /// has read in another form.
  public List<Difference> differencesInEssence(SchemaDefinition found) {
    return differences(found, (mine, their) -> Essence.of(mine).equals(Essence.of(their)));
  }

  private List<Difference> differences(SchemaDefinition found, BiPredicate<String, String> same) {
    Map<String, Entry> theirs = new LinkedHashMap<>();
    found.entries.forEach(e -> theirs.put(e.what(), e));
    List<Difference> differences = new ArrayList<>();
    for (Entry mine : entries) {
      Entry their = theirs.remove(mine.what());
      if (their == null || !same.test(mine.sql(), their.sql())) {
        differences.add(
            new Difference(mine.what(), mine.sql(), their == null ? null : their.sql()));
      }
    }
    theirs.values().forEach(e -> differences.add(new Difference(e.what(), null, e.sql())));
    return List.copyOf(differences);
  }

  /// As a script for psql.
  public String text() {
    return entries.stream().map(Entry::toString).collect(Collectors.joining("\n"));
  }
}
