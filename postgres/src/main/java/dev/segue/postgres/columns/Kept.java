package dev.segue.postgres.columns;

import static java.util.stream.Collectors.joining;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.StepContext.Window;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/// Rows in which a new column says what the old ones do not, as CSV: the columns are about to go.
record Kept(Wish wish) {

  /// Written whole, or not at all; a second call writes it anew.
  Facts copyTo(StepContext context) {
    Path file =
        context
            .directory()
            .resolve("kept-" + URLEncoder.encode(wish.table(), StandardCharsets.UTF_8) + ".csv");
    try (Connection connection = wish.site().open("keeping new values")) {
      Design design = wish.design(connection);
      Optional<String> query = query(design, context.window() != Window.BEFORE);
      if (query.isEmpty() || !there(design)) {
        return Facts.NONE;
      }
      context.progress("keeping what only the new columns say", Double.NaN);
      long rows = write(connection, query.get(), file);
      return rows == 0
          ? Facts.NONE
          : Facts.of("kept_file", file.toString()).with("kept_rows", rows);
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES,
          "export-failed",
          "Cannot write " + file + ": " + e,
          "Make room or allow writing there, and run the same command again.",
          e);
    } catch (SQLException e) {
      throw Sql.failed("keeping what only the new columns say", e);
    }
  }

  private static boolean there(Design design) {
    return design.made().stream().allMatch(made -> design.table().has(made.name()));
  }

  /// @param served whether the new version has served: numbers and random values may be known
  ///   outside
  static Optional<String> query(Design design, boolean served) {
    List<String> known = new ArrayList<>();
    design.links().forEach(link -> known.add(link.beyond()));
    for (NewColumn made : design.made()) {
      boolean linked =
          design.links().stream().anyMatch(l -> l.columns().contains(made.column().quoted()));
      if (!linked && served) {
        String name = made.column().quoted();
        known.add(
            made.constant() == null
                ? name + " IS NOT NULL"
                : "%s::text IS DISTINCT FROM CAST(%s AS %s)::text"
                    .formatted(name, made.constant(), made.column().type()));
      }
    }
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Table table = design.table();
    Stream<String> key =
        table.key().isEmpty()
            ? table.columns().stream().map(Table.Column::name)
            : Stream.concat(table.key().stream(), design.made().stream().map(NewColumn::name));
    return Optional.of(
        "SELECT %s FROM %s WHERE %s"
            .formatted(
                key.distinct().map(Identifiers::quoted).collect(joining(", ")),
                table.name(),
                known.stream().map(one -> "(" + one + ")").collect(joining(" OR "))));
  }

  private static long write(Connection connection, String query, Path file)
      throws IOException, SQLException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    long rows;
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
      rows =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut("COPY (" + query + ") TO STDOUT WITH (FORMAT csv, HEADER)", out);
      connection.rollback();
      channel.force(true);
    }
    if (rows == 0) {
      Files.delete(part);
      return 0;
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel entry = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      entry.force(true);
    }
    return rows;
  }
}
