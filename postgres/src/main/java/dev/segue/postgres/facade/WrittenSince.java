package dev.segue.postgres.facade;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.postgres.sql.Identifiers;
import dev.segue.postgres.sql.Prompt;
import dev.segue.postgres.sql.Sql;
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
import org.postgresql.PGConnection;

/// A table's rows that were inserted or updated since a transaction number, as CSV under the
/// table's own column names.
///
/// It goes by `xmin`, the transaction that wrote the row as it is now. So it cannot see deleted
/// rows, does not say which version wrote a row or what stood there before, and holds within two
/// thousand million transactions.
///
/// @param xid as pg_current_xact_id() gave it
record WrittenSince(TableRename rename, String xid) {

  /// Written whole, or not at all; a second call writes it anew.
  Map<String, Object> copyTo(Path directory) {
    Path file =
        directory.resolve(
            "written-by-new-" + URLEncoder.encode(rename.text(), StandardCharsets.UTF_8) + ".csv");
    try {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      long rows = write(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
        entry.force(true);
      }
      return Map.of("table", rename.text(), "file", file.toString(), "rows", rows);
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES,
          "export-failed",
          "Cannot write " + file + ": " + e,
          "Make room or allow writing there, and run the same command again.",
          e);
    } catch (SQLException e) {
      throw Sql.failed("copying what was written to " + rename.text(), e);
    }
  }

  private long write(Path part) throws IOException, SQLException {
    try (Connection connection = rename.open("copying");
        FileChannel channel =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      TableState state = Catalogue.state(connection, rename.name());
      connection.setAutoCommit(false);
      // Rather an error than a file from which a policy has left out rows.
      Prompt.execute(connection, "SET LOCAL row_security = off; SET LOCAL statement_timeout = 0");
      OutputStream out = Channels.newOutputStream(channel);
      long rows = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(query(state), out);
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
