package dev.segue.postgres.operation;

import dev.segue.change.SchemaOperation;
import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.AddPrimaryKey;
import dev.segue.change.SchemaOperation.AddUnique;
import dev.segue.change.SchemaOperation.CreateIndex;
import dev.segue.change.SchemaOperation.RebuildIndex;
import dev.segue.conductor.Finding;
import dev.segue.postgres.columns.Columns;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Prompt;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Room on the server's disk for the indexes and copies that a change makes, as the catalogue's
/// statistics estimate them.
record SpaceNeeded(Connection connection, Site site, List<SchemaOperation> operations) {

  private static final String NAME = "disk";

  /// Of an index's entry, besides its keys; pages are a tenth empty.
  private static final int ENTRY = 16;

  private static final double FULL = 0.9;

  /// A key that is no column.
  private static final int EXPRESSION = 32;

  private static final String WIDTHS =
      """
      select coalesce(sum(s.avg_width), 0)::int8 as width, count(distinct s.attname)::int as columns
      from pg_catalog.pg_stats s
      where s.schemaname = ? and s.tablename = ? and s.attname = any (?::text[])
      """;

  List<Finding> ask() throws SQLException {
    long needed = 0;
    for (SchemaOperation operation : operations) {
      needed += needed(operation);
    }
    if (needed == 0) {
      return List.of();
    }
    String message = "the change needs about %s on the server's disk".formatted(words(needed));
    List<Finding> findings = new ArrayList<>();
    for (Path place : places()) {
      Optional<Long> free = free(place);
      if (free.isPresent()) {
        String both = "%s; %s are free in %s".formatted(message, words(free.get()), place);
        findings.add(
            needed > free.get()
                ? Finding.advisedAgainst(NAME, both, "Make room first.")
                : Finding.passed(NAME, both));
      }
    }
    return findings.isEmpty()
        ? List.of(
            Finding.passed(NAME, message + "; how much is free there cannot be seen from here"))
        : findings;
  }

  private long needed(SchemaOperation operation) throws SQLException {
    if (operation instanceof CreateIndex create) {
      List<String> keys = new ArrayList<>(create.on());
      keys.addAll(create.include());
      return index(create.table(), keys);
    }
    if (operation instanceof AddUnique unique) {
      List<String> keys = new ArrayList<>(unique.columns());
      keys.addAll(unique.include());
      return index(unique.table(), keys);
    }
    if (operation instanceof AddPrimaryKey key) {
      return index(key.table(), key.columns());
    }
    if (operation instanceof RebuildIndex rebuild) {
      return Index.find(connection, rebuild.index()).map(Index::bytes).orElse(0L);
    }
    boolean copies =
        Columns.carryOut(operation)
            || operation instanceof AddColumn add && add.generated() != null;
    Optional<Relation> table =
        copies && operation.table() != null
            ? Relation.find(connection, operation.table())
            : Optional.empty();
    // Every row is written once more.
    return table.map(Relation::bytes).orElse(0L);
  }

  private long index(String written, List<String> keys) throws SQLException {
    Optional<Relation> table = Relation.find(connection, written);
    if (table.isEmpty() || table.get().rows() == 0) {
      return 0;
    }
    long width =
        Prompt.list(
                connection,
                WIDTHS,
                row ->
                    row.getLong("width")
                        + (long) EXPRESSION * Math.max(0, keys.size() - row.getInt("columns")),
                table.get().schema(),
                table.get().name(),
                keys.toArray(String[]::new))
            .getFirst();
    return (long) (table.get().rows() * (width + ENTRY) / FULL);
  }

  /// The server's directories, where it runs on this machine and lets us know them.
  private List<Path> places() throws SQLException {
    if (!local()) {
      return List.of();
    }
    return Prompt.list(
            connection,
            """
            select setting from pg_catalog.pg_settings where name = 'data_directory'
            union
            select pg_catalog.pg_tablespace_location(oid) from pg_catalog.pg_tablespace
            where oid = (select dattablespace from pg_catalog.pg_database
              where datname = current_database())
            """,
            row -> row.getString(1))
        .stream()
        .filter(place -> place != null && !place.isEmpty())
        .map(Path::of)
        .filter(Files::isDirectory)
        .toList();
  }

  private boolean local() {
    try {
      return InetAddress.getByName(site.target().url().host()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static Optional<Long> free(Path place) {
    try {
      return Optional.of(Files.getFileStore(place).getUsableSpace());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String words(long bytes) {
    return bytes < 10 << 20
        ? "%,d kB".formatted(Math.max(1, bytes >> 10))
        : "%,d MB".formatted(bytes >> 20);
  }
}
