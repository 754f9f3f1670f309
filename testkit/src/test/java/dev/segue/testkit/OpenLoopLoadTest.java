package dev.segue.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.segue.testkit.LoadFigures.Failure;
import dev.segue.testkit.LoadFigures.Second;
import dev.segue.testkit.OpenLoopLoad.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class OpenLoopLoadTest {

  private static final WriteChecker CHECKER = new WriteChecker("/find");

  @Test
  void countsEverythingAndFindsEveryWriteOfAnHonestServer() throws IOException {
    try (Notebook server = new Notebook((_, value) -> value);
        OpenLoopLoad load = load(server.base(), 200)) {
      await().until(() -> load.glance().requests() >= 200);
      load.phase("during");
      await().until(() -> load.glance().requests() >= 400);

      LoadFigures figures = load.stop();

      assertThat(figures.failed()).isZero();
      assertThat(figures.inFlight()).isZero();
      assertThat(figures.phase("before").requests() + figures.phase("during").requests())
          .isEqualTo(figures.requests());
      assertThat(figures.seconds().stream().mapToLong(Second::requests).sum())
          .isEqualTo(figures.requests());
      assertThat(figures.version("old").requests()).isEqualTo(figures.requests());
      double perSecond = 1000.0 * figures.requests() / figures.lasted().toMillis();
      assertThat(perSecond).isBetween(150.0, 210.0);
      WriteChecker.Result check = CHECKER.check(server.base(), load.ledger().acknowledged());
      assertThat(check.checked()).isBetween(95, 200);
      assertThat(check.lostWrites()).isZero();
    }
  }

  @Test
  void seesThroughAServerThatLies() throws IOException {
    Notebook.Honesty liar = (n, value) -> n == 3 ? null : n == 5 ? "0" : value;
    try (Notebook server = new Notebook(liar);
        OpenLoopLoad load = load(server.base(), 200)) {
      await().until(() -> load.ledger().acknowledged().size() >= 10);
      LoadFigures figures = load.stop();

      WriteChecker.Result check = CHECKER.check(server.base(), load.ledger().acknowledged());

      assertThat(figures.failed()).isZero();
      assertThat(check.lost()).hasSize(1);
      assertThat(check.wrong()).hasSize(1);
      assertThat(check.wrong().getFirst().found()).isEqualTo("0");
    }
  }

  @Test
  void countsFailuresByVersionAndDoesNotTrustTheirWrites() throws IOException {
    try (Notebook server = new Notebook((_, value) -> value);
        OpenLoopLoad load = load(server.base(), 200)) {
      server.failEvery = 5;
      await().until(() -> load.glance().failed() >= 3);
      LoadFigures figures = load.stop();

      assertThat(figures.version("new").failed()).isEqualTo(figures.failed());
      assertThat(figures.version("old").failed()).isZero();
      assertThat(load.ledger().unacknowledged()).hasSize((int) figures.failed());
      assertThat(figures.firstFailures().getFirst())
          .returns(500, Failure::status)
          .returns("POST /notes", Failure::request)
          .returns("no ink", Failure::reason);
      assertThat(CHECKER.check(server.base(), load.ledger().acknowledged()).lostWrites()).isZero();
    }
  }

  @Test
  void chargesAStallToEveryRequestThatWasDueMeanwhile() throws IOException {
    try (Notebook server = new Notebook((_, value) -> value);
        OpenLoopLoad load = load(server.base(), 100)) {
      await().until(() -> load.glance().requests() >= 20);
      CountDownLatch open = new CountDownLatch(1);
      server.beforeAnswer = () -> passThrough(open);
      await().until(() -> load.glance().inFlight() >= 50);
      open.countDown();

      LoadFigures figures = load.stop();

      // 50 requests at 100 a second were held up: the first for half a second, the last for
      // nothing.
      assertThat(figures.failed()).isZero();
      assertThat(figures.phase("before").latency().max()).isGreaterThan(400);
      assertThat(figures.phase("before").latency().p95()).isGreaterThan(200);
    }
  }

  @Test
  void saysWhyNobodyAnswers() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (OpenLoopLoad load = load(URI.create("http://127.0.0.1:" + port), 50)) {
      await().until(() -> load.glance().failed() >= 5);
      LoadFigures figures = load.stop();

      List<Failure> failures = figures.firstFailures();
      assertThat(figures.failed()).isEqualTo(figures.requests());
      assertThat(failures.getFirst().status()).isNull();
      assertThat(failures.getFirst().version()).isEqualTo(LoadFigures.NO_VERSION);
      assertThat(failures.getFirst().reason()).contains("Connection refused");
    }
  }

  private static OpenLoopLoad load(URI base, int perSecond) {
    return OpenLoopLoad.start(
        base, Notebook.traffic(), Options.perSecond(perSecond).versionedBy("X-Version"));
  }

  private static void passThrough(CountDownLatch door) {
    while (door.getCount() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }
}
