package dev.segue.acceptance.matrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operation on every supported version of the server: applied, taken back, applied by a
/// conductor that is killed, and ended for good, under load from an old and a new client.
///
/// `-Dmatrix.versions=14,18`, `-Dmatrix.cases=split.*` (a pattern) and `-Dmatrix.rows=…` choose;
/// `-Dmatrix.seed=…` kills at the same moments again.
@Tag("acceptance")
class MatrixTest {

  /// Of the large tables, on the newest version.
  private static final int ROWS = Integer.getInteger("matrix.rows", 600_000);

  private static final int FEW = 1_000;
  private static final List<Integer> VERSIONS =
      Arrays.stream(System.getProperty("matrix.versions", "18,17,16,15,14").split(","))
          .map(Integer::valueOf)
          .toList();
  private static final String CHOSEN = System.getProperty("matrix.cases", ".*");

  private static final Scores SCORES = new Scores();
  private static final Map<Integer, Server> SERVERS = new HashMap<>();

  static Stream<Arguments> everything() {
    return VERSIONS.stream()
        .flatMap(version ->
            Cases.all().stream()
                .filter(change -> change.since() <= version && change.name().matches(CHOSEN))
                .map(change -> new Arguments(version, change)));
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
    boolean large = cell.change().copies() && (newest || System.getProperty("matrix.rows") != null);
    Server server = SERVERS.get(cell.version());
    if (server == null) {
      server = Server.open(cell.version());
      SERVERS.put(cell.version(), server);
    }
    new Course(server, cell.change(), large ? ROWS : FEW, newest, SCORES).run();
  }

  @AfterAll
  static void tell() throws Exception {
    System.out.printf("%n%s%nthe same kills again: -Dmatrix.seed=%d%n", SCORES, Scores.SEED);
    for (Server server : new ArrayList<>(SERVERS.values())) {
      server.close();
    }
  }
}
