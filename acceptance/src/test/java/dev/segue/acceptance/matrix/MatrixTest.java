package dev.segue.acceptance.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation on every supported version of the server: applied, taken back, applied by a
/// conductor that is killed, and ended for good, under load from an old and a new client.
///
/// Unasked, two of the copying operations have large tables, and each case goes to the newest
/// version and to one of the older ones. `-Dmatrix.versions=14,18`, `-Dmatrix.cases=split.*` (a
/// pattern) and `-Dmatrix.rows=…` choose: then versions get every such case, and every copying
/// operation as many rows. `-Dmatrix.seed=…` kills at the same moments again.
@Tag("acceptance")
class MatrixTest {

  private static final @Nullable Integer ROWS = Integer.getInteger("matrix.rows");
  private static final Set<String> LARGE = Set.of("change-type", "several-on-one-table");
  private static final int MANY = 600_000;
  private static final int FEW = 1_000;

  private static final @Nullable String ASKED = System.getProperty("matrix.versions");
  private static final List<Integer> VERSIONS =
      Arrays.stream((ASKED == null ? "18,17,16,15,14" : ASKED).split(","))
          .map(Integer::valueOf)
          .toList();
  private static final int SAMPLE = 4;
  private static final String CHOSEN = System.getProperty("matrix.cases", ".*");

  private static final Scores SCORES = new Scores();
  private static final Map<Integer, Server> SERVERS = new HashMap<>();

  static Stream<Arguments> everything() {
    return VERSIONS.stream()
        .flatMap(version ->
            Cases.all().stream()
                .filter(change -> change.since() <= version && change.name().matches(CHOSEN))
                .filter(change -> isAsked(version, change))
                .map(change -> new Arguments(version, change)));
  }

  private static boolean isAsked(int version, Case change) {
    return ASKED != null
        || version == Server.NEWEST
        || Cases.all().indexOf(change) % SAMPLE == version % SAMPLE;
  }

  /// Unasked, every other case that copies nothing.
  private static boolean isKilled(Case change) {
    return ASKED != null || change.copies() || Cases.all().indexOf(change) % 2 == 0;
  }

  private static int rows(Arguments cell) {
    if (!cell.change().copies()) {
      return FEW;
    }
    if (ROWS != null) {
      return ROWS;
    }
    return cell.version() == Server.NEWEST && LARGE.contains(cell.change().name()) ? MANY : FEW;
  }

  record Arguments(int version, Case change) {

    @Override
    public String toString() {
      return change + " on " + version;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everything")
  void thereBackThroughDeathsAndForGood(Arguments cell) throws Exception {
    boolean newest = cell.version() == Server.NEWEST;
    Server server = SERVERS.get(cell.version());
    if (server == null) {
      server = Server.open(cell.version());
      SERVERS.put(cell.version(), server);
    }
    new Course(server, cell.change(), rows(cell), newest && isKilled(cell.change()), SCORES).run();
  }

  @AfterAll
  static void tell() throws Exception {
    System.out.printf("%n%s%nthe same kills again: -Dmatrix.seed=%d%n", SCORES, Scores.SEED);
    for (Server server : new ArrayList<>(SERVERS.values())) {
      server.close();
    }
  }
}
