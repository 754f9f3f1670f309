package dev.segue.postgres.facade;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
import dev.segue.postgres.sql.TableName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.postgresql.PGConnection;

/// A table's rows that were inserted or updated since a transaction number, as CSV under the
/// table's own column names.
///
/// It goes by `xmin`, the transaction that wrote the row as it is now. So it cannot see deleted
/// rows, does not say which version wrote a row or what stood there before, and holds within two
/// thousand million transactions.
///
/// @param xid as pg_current_xact_id() gave it
record WrittenSince(Site site, String table, String xid) {

  /// Written whole, or not at all; a second call writes it anew.
  ///
  /// @return what was written and where; empty where there is no such table any more
  Optional<Map<String, Object>> copyTo(Path directory) {
    Path file =
        directory.resolve(
            "written-by-new-" + URLEncoder.encode(table, StandardCharsets.UTF_8) + ".csv");
    try {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      OptionalLong rows = write(part);
      if (rows.isEmpty()) {
        return Optional.empty();
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
        entry.force(true);
      }
      return Optional.of(Map.of("table", table, "file", file.toString(), "rows", rows.getAsLong()));
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES,
          "export-failed",
          "Cannot write " + file + ": " + e,
          "Make room or allow writing there, and run the same command again.",
          e);
    } catch (SQLException e) {
      throw Sql.failed("copying what was written to " + table, e);
    }
  }

  private OptionalLong write(Path part) throws IOException, SQLException {
    try (Connection connection = site.open("copying " + table)) {
      TableState state = Catalogue.state(connection, TableName.parse(table));
      return switch (state) {
        case TableState.Plain _, TableState.Facade _ ->
            OptionalLong.of(write(connection, query(state), part));
        case TableState.Other _, TableState.Missing _ -> OptionalLong.empty();
      };
    }
  }

  private static long write(Connection connection, String query, Path part)
      throws IOException, SQLException {
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      connection.setAutoCommit(false);
      // Rather an error than a file from which a policy has left out rows.
      Prompt.execute(connection, "SET LOCAL row_security = off; SET LOCAL statement_timeout = 0");
      OutputStream out = Channels.newOutputStream(channel);
      long rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(query, out);
      connection.rollback();
      channel.force(true);
      return rows;
    }
  }

  private String query(TableState state) {
    TableFacts facts = state.facts();
    String base =
        state instanceof TableState.Facade
            ? Identifiers.quoted(facts.schema(), facts.aside())
            : facts.name();
    String columns =
        String.join(", ", facts.columnNames().stream().map(Identifiers::quoted).toList());
    // Of the number's 64 bits a row keeps 32, so ages are compared; a row frozen very long ago
    // shows
    // a negative one.
    return """
    COPY (SELECT %s FROM %s WHERE age(xmin) BETWEEN 0 AND age('%d'::xid8::xid))
    TO STDOUT WITH (FORMAT csv, HEADER)\
    """
        .formatted(columns, base, Long.parseUnsignedLong(xid));
  }
}
