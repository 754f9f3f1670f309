package dev.segue.delivery.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.segue.change.SegueException;
import dev.segue.delivery.TestApp;
import dev.segue.delivery.process.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How a router passes requests.
@Timeout(60)
class ProxyServerTest extends ProxyScene {

  @Test
  void withoutAnActiveBackendUsersAreToldSo() throws Exception {
    HttpResponse<String> response = get("/name");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("No version of the application is active yet.\n");
    assertThat(router.counters().refused()).isEqualTo(1);
  }

  @Test
  void passesRequestsAsTheyAre() throws Exception {
    router.route("old", old.address(), 1, null);

    String answer =
        raw(
            """
            GET /a%2Fb//c/../d?q=a%20b&&x= HTTP/1.1
            Host: members.example
            X-Forwarded-For: 10.1.2.3
            Connection: close

            """);

    assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("GET /a%2Fb//c/../d?q=a%20b&&x= 0");
    assertThat(old.lastHeaders)
        .containsEntry("Host", "members.example")
        .containsEntry("X-forwarded-for", "10.1.2.3, 127.0.0.1")
        .containsEntry("X-forwarded-proto", "http")
        .doesNotContainKeys("Via", "Forwarded", "User-agent", "Accept-encoding");
  }

  @Test
  void passesBodiesBothWaysAndAnswersAsTheyAre() throws Exception {
    router.route("old", old.address(), 1, null);
    HttpRequest.BodyPublisher body =
        HttpRequest.BodyPublishers.ofByteArrays(List.of(new byte[3_000_000], new byte[1_000_000]));

    HttpResponse<String> posted =
        http.send(request("/echo").POST(body).build(), HttpResponse.BodyHandlers.ofString());

    assertThat(posted.body()).isEqualTo("POST /echo 4000000");
    assertThat(get("/big").body()).hasSize(5_000_000);
    assertThat(get("/moved").headers().firstValue("Location")).hasValue("/elsewhere");
    assertThat(
            http.send(
                    request("/name").method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void countsHowRequestsEnd() throws Exception {
    router.route("old", old.address(), 1, null);
    get("/name");
    get("/fail");
    int nobody = TestApp.freePort();
    router.route("new", "127.0.0.1:" + nobody, 1, null);

    assertThat(get("/name").statusCode()).isEqualTo(502);
    Router.Counters counters = router.counters();
    assertThat(counters.of("old"))
        .extracting(Router.Tally::requests, Router.Tally::failures, Router.Tally::unanswered)
        .containsExactly(2L, 1L, 0L);
    assertThat(counters.of("new"))
        .extracting(Router.Tally::requests, Router.Tally::failures, Router.Tally::unanswered)
        .containsExactly(1L, 0L, 1L);
  }

  @Test
  void aSilentBackendIsGivenUp() throws Exception {
    router.route("old", old.address(), 1, null);

    assertThat(get("/silent").statusCode()).isEqualTo(504);
    assertThat(router.counters().of("old").unanswered()).isEqualTo(1);
  }

  @Test
  void aClientThatBreaksOffIsNotTheBackendsFailure() throws Exception {
    router.route("old", old.address(), 1, null);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      socket.setSoLinger(true, 0);
      socket
          .getOutputStream()
          .write(
              "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"
                  .getBytes(StandardCharsets.US_ASCII));
      await().until(() -> router.counters().of("old").inFlight() == 1);
    }

    await().until(() -> router.counters().of("old").abandoned() == 1);
    assertThat(router.counters().of("old").errors()).isZero();
  }

  @Test
  void aRequestStaysInFlightWhereItWasGiven() throws Exception {
    router.route("old", old.address(), 1, null);
    CompletableFuture<HttpResponse<String>> held =
        http.sendAsync(request("/held").build(), HttpResponse.BodyHandlers.ofString());
    await().until(() -> router.counters().of("old").inFlight() == 1);

    router.route("new", next.address(), 1, null);

    assertThat(get("/name").body()).isEqualTo("new");
    assertThat(router.counters().of("old").inFlight()).isEqualTo(1);
    old.held.countDown();
    assertThat(held.get(5, TimeUnit.SECONDS).body()).isEqualTo("old");
    await().until(() -> router.counters().of("old").inFlight() == 0);
  }

  @Test
  void noRequestFailsWhileTrafficIsTurnedToAndFro() throws Exception {
    router.route("old", old.address(), 1, null);
    AtomicBoolean going = new AtomicBoolean(true);
    AtomicInteger served = new AtomicInteger();
    ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 12; i++) {
        clients.add(CompletableFuture.runAsync(() -> load(going, served, failures), threads));
      }
      for (int flip = 0; flip < 30; flip++) {
        boolean forth = flip % 2 == 0;
        int before = served.get();
        router.route(forth ? "new" : "old", forth ? next.address() : old.address(), 1, null);
        await().pollInterval(Duration.ofMillis(5)).until(() -> served.get() > before + 50);
      }
      going.set(false);
      CompletableFuture.allOf(clients.toArray(new CompletableFuture<?>[0])).join();
    }

    assertThat(failures).isEmpty();
    Router.Counters counters = router.counters();
    assertThat(counters.of("old").requests() + counters.of("new").requests())
        .isEqualTo(served.get());
    assertThat(counters.of("old").errors() + counters.of("new").errors()).isZero();
    assertThat(counters.of("old").inFlight() + counters.of("new").inFlight()).isZero();
  }

  private void load(
      AtomicBoolean going, AtomicInteger served, ConcurrentLinkedQueue<String> failures) {
    for (int i = 0; going.get(); i++) {
      HttpRequest request =
          i % 3 == 0
              ? request("/echo").POST(HttpRequest.BodyPublishers.ofString("write " + i)).build()
              : request("/name").build();
      try {
        int status = http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        if (status != 200) {
          failures.add(request + " " + status);
        }
      } catch (IOException e) {
        failures.add(request + " " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      served.incrementAndGet();
    }
  }

  @Test
  void saysWhoHasThePort(@TempDir Path other) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProxyServer.Settings settings =
          ProxyServer.Settings.of(other, "127.0.0.1", taken.getLocalPort());

      assertThatThrownBy(() -> ProxyServer.start(settings))
          .isInstanceOfSatisfying(
              SegueException.class,
              e -> {
                assertThat(e.code()).isEqualTo("port-taken");
                assertThat(e).hasMessageContaining("pid " + ProcessHandle.current().pid());
              });
    }
  }

  @Test
  void oneRouterPerStateDirectory() {
    assertThatThrownBy(() -> ProxyServer.start(settings(0)))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("router-runs"));
  }

  @Test
  void aStopLetsRequestsEnd() throws Exception {
    router.route("old", old.address(), 1, null);
    CompletableFuture<HttpResponse<String>> held =
        http.sendAsync(request("/held").build(), HttpResponse.BodyHandlers.ofString());
    await().until(() -> router.counters().of("old").inFlight() == 1);

    Port entrance = new Port("127.0.0.1", proxy.port());
    router.stop();
    await().until(() -> !entrance.answers());
    old.held.countDown();

    assertThat(held.get(5, TimeUnit.SECONDS).body()).isEqualTo("old");
    await().until(() -> router.listening().isEmpty());
  }
}
