package dev.segue.acceptance.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every operation on every supported version of the server: applied, taken back and ended for
/// good, under load from an old and a new client, by conductors that are killed.
///
/// Unasked, the newest version gets every case, each of the older ones every eighth, two copying
/// operations have large tables, and some conductors are killed. `-Dmatrix.versions=14,18`,
/// `-Dmatrix.cases=split.*` (a pattern) and `-Dmatrix.rows=600000` choose: then versions get every
/// such case, every conductor is killed, and every copying operation has as many rows.
/// `-Dmatrix.seed=…` kills at the same moments again.
final class Matrix implements AutoCloseable {

  private static final @Nullable Integer ROWS = Integer.getInteger("matrix.rows");
  private static final Set<String> LARGE = Set.of("change-type", "several-on-one-table");
  private static final int MANY = 100_000;
  private static final int FEW = 1_000;

  private static final @Nullable String ASKED = System.getProperty("matrix.versions");
  private static final List<Integer> VERSIONS =
      Arrays.stream((ASKED == null ? "18,17,16,15,14" : ASKED).split(","))
          .map(Integer::valueOf)
          .toList();
  private static final int SAMPLE = 8;
  private static final int OLDEST = 14;
  private static final String CHOSEN = System.getProperty("matrix.cases", ".*");

  private final Scores scores = new Scores();
  private final Map<Integer, Server> servers = new HashMap<>();

  /// @param version of the server
  record Cell(int version, Case change) {

    @Override
    public String toString() {
      return change + " on " + version;
    }
  }

  static Stream<Cell> cells(Predicate<Case> which) {
    return VERSIONS.stream()
        .flatMap(version ->
            Cases.all().stream()
                .filter(which)
                .filter(change -> change.since() <= version && change.name().matches(CHOSEN))
                .filter(change -> isAsked(version, change))
                .map(change -> new Cell(version, change)));
  }

  private static boolean isAsked(int version, Case change) {
    return ASKED != null
        || version == Server.NEWEST
        || Cases.all().indexOf(change) * 5 % SAMPLE == version - OLDEST;
  }

  /// Unasked, on the newest version, and of what copies nothing every third case.
  private static boolean isKilled(Cell cell) {
    return ASKED != null
        || (cell.version() == Server.NEWEST
            && (cell.change().copies() || Cases.all().indexOf(cell.change()) % 3 == 0));
  }

  private static int rows(Cell cell) {
    if (!cell.change().copies()) {
      return FEW;
    }
    if (ROWS != null) {
      return ROWS;
    }
    return cell.version() == Server.NEWEST && LARGE.contains(cell.change().name()) ? MANY : FEW;
  }

  void run(Cell cell) throws Exception {
    Server server = servers.get(cell.version());
    if (server == null) {
      server = Server.open(cell.version());
      servers.put(cell.version(), server);
    }
    new Course(server, cell.change(), rows(cell), isKilled(cell), scores).run();
  }

  /// Tells what it came to.
  @Override
  public void close() throws Exception {
    System.out.printf("%n%s%nthe same kills again: -Dmatrix.seed=%d%n", scores, Scores.SEED);
    for (Server server : new ArrayList<>(servers.values())) {
      server.close();
    }
  }
}
