package dev.segue.delivery.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.segue.change.SegueException;
import dev.segue.conductor.FencedException;
import dev.segue.delivery.TestApp;
import dev.segue.delivery.process.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProxyServerTest {

  @TempDir Path state;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestApp old = new TestApp(0, "old");
  private final TestApp next = new TestApp(0, "new");
  private ProxyServer proxy;
  private ProxyRouter router;

  @BeforeEach
  void start() {
    proxy = ProxyServer.start(settings(0));
    router = new ProxyRouter(state, "rename");
  }

  @AfterEach
  void stop() {
    old.close();
    next.close();
    proxy.close();
    http.close();
  }

  private ProxyServer.Settings settings(int port) {
    return new ProxyServer.Settings(
        state,
        "127.0.0.1",
        port,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        null);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  /// What is sent over a socket comes back whole; for requests that no client library would send.
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      socket
          .getOutputStream()
          .write(request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

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
  void aRequestThatFoundNoConnectionGoesToTheBackendThatStandsIn() throws Exception {
    turnToTheNewOne();
    get("/name");
    next.close();

    assertThat(get("/name").body()).isEqualTo("old");
    HttpResponse<String> posted =
        http.send(
            request("/echo")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2_000_000]))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(posted.statusCode()).isEqualTo(200);
    assertThat(posted.body()).isEqualTo("POST /echo 2000000");
    Router.Counters counters = router.counters();
    assertThat(counters.of("new"))
        .extracting(
            Router.Tally::requests,
            Router.Tally::unanswered,
            Router.Tally::diverted,
            Router.Tally::inFlight)
        .containsExactly(3L, 2L, 2L, 0L);
    assertThat(counters.of("old"))
        .extracting(Router.Tally::requests, Router.Tally::errors, Router.Tally::inFlight)
        .containsExactly(2L, 0L, 0L);

    old.close();
    assertThat(get("/name").statusCode()).isEqualTo(502);
    assertThat(router.counters().of("new").diverted()).isEqualTo(3);
    assertThat(router.counters().of("old").unanswered()).isEqualTo(1);
  }

  @Test
  void nothingStandsInAfterTheLastWord() throws Exception {
    turnToTheNewOne();
    router.disarm(1);
    next.close();
    assertThat(get("/name").body()).as("the way back is still open").isEqualTo("old");

    router.route("new", next.address(), 1, null);

    assertThat(get("/name").statusCode()).isEqualTo(502);
  }

  @Test
  void aWriteThatMayHaveArrivedIsNotRepeatedAndAReadIs() throws Exception {
    turnToTheNewOne();
    try (ServerSocket dying = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      router.route("new", "127.0.0.1:" + dying.getLocalPort(), 1, new Router.Lease("old", 60_000));
      Thread.ofVirtual().start(() -> acceptReadAndBreakOff(dying));

      HttpResponse<String> posted =
          http.send(
              request("/echo").POST(HttpRequest.BodyPublishers.ofString("write")).build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(posted.statusCode()).isEqualTo(502);
      assertThat(get("/name").body()).isEqualTo("old");
      assertThat(router.counters().of("new").diverted()).isEqualTo(1);
    }
  }

  private static void acceptReadAndBreakOff(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        var _ = socket.getInputStream().read(new byte[65_536]);
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  /// A backend that closes a kept connection, as every server does sooner or later: nobody was
  /// told.
  @Test
  void noWriteIsSentOnAConnectionThatTheBackendHasClosed() throws Exception {
    Semaphore closed = new Semaphore(0);
    try (ServerSocket hasty = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      router.route("old", "127.0.0.1:" + hasty.getLocalPort(), 1, null);
      Thread.ofVirtual().start(() -> answerOnceAConnection(hasty, closed));

      for (int i = 1; i <= 100; i++) {
        HttpResponse<String> posted =
            http.send(
                request("/echo").POST(HttpRequest.BodyPublishers.ofString("write")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(posted.statusCode()).as("request %d", i).isEqualTo(200);
        closed.acquire(); // the next one comes right after
      }
    }
  }

  private static void answerOnceAConnection(ServerSocket server, Semaphore closed) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        var _ = socket.getInputStream().read(new byte[65_536]);
        socket
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
      } catch (IOException e) {
        return; // closed
      }
      closed.release();
    }
  }

  private void turnToTheNewOne() {
    router.route("old", old.address(), 1, null);
    router.route("new", next.address(), 1, new Router.Lease("old", 60_000));
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
  void goesBackByItselfWhenNobodyIsHeard() throws Exception {
    router.route("old", old.address(), 1, null);
    router.route("new", next.address(), 1, new Router.Lease("old", 300));
    assertThat(get("/name").body()).isEqualTo("new");

    await().until(() -> "old".equals(router.state().active()));

    assertThat(get("/name").body()).isEqualTo("old");
    assertThat(router.state().deadMan()).isNull();
    assertThat(router.state().lastRevert())
        .extracting(Router.Revert::from, Router.Revert::to, Router.Revert::reason)
        .containsExactly("new", "old", "no conductor was heard for 300 ms");
  }

  @Test
  void staysWhileItIsRenewedAndWhenItIsDisarmed() {
    router.route("old", old.address(), 1, null);
    // Long enough that a busy machine does not miss a renewal.
    router.route("new", next.address(), 1, new Router.Lease("old", 2_000));
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(() -> {
          assertThat(router.renew(1).active()).isEqualTo("new");
          return System.nanoTime() > end;
        });

    router.disarm(1);

    await().during(Duration.ofMillis(2_500)).until(() -> "new".equals(router.state().active()));
  }

  @Test
  void remembersOverARestartAndGoesBackWhenTheTimeIsUp() throws Exception {
    router.route("old", old.address(), 7, null);
    router.route("new", next.address(), 7, new Router.Lease("old", 60_000));
    int port = proxy.port();
    proxy.close();
    assertThat(router.listening()).isEmpty();
    assertThatThrownBy(() -> router.state())
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("router-down"));

    proxy = ProxyServer.start(settings(port));

    assertThat(get("/name").body()).isEqualTo("new");
    assertThat(router.state().deadMan()).isNotNull();
    assertThat(router.state().epoch("rename")).isEqualTo(7);

    router.route("new", next.address(), 7, new Router.Lease("old", 100));
    proxy.close();
    await().pollDelay(Duration.ofMillis(150)).until(() -> true);
    proxy = ProxyServer.start(settings(port));

    assertThat(get("/name").body()).isEqualTo("old");
    assertThat(router.state().lastRevert()).isNotNull();
  }

  @Test
  void refusesEveryOrderOfAnEarlierConductorAlsoAfterARestart() throws Exception {
    router.route("old", old.address(), 4, new Router.Lease("old", 60_000));
    assertThat(router.renew(5).epoch("rename")).isEqualTo(5);

    everyOrderIsFenced(4);
    int port = proxy.port();
    proxy.close();
    proxy = ProxyServer.start(settings(port));
    everyOrderIsFenced(4);

    assertThat(router.state().active()).isEqualTo("old");
    assertThat(router.state().deadMan()).isNotNull();
    assertThat(router.state().backends()).containsOnlyKeys("old");
    assertThat(new ProxyRouter(state, "another").backend("new", next.address(), 1).backends())
        .containsEntry("new", next.address());
  }

  private void everyOrderIsFenced(long epoch) throws Exception {
    Router.State before = router.state();
    for (Consumer<ProxyRouter> order :
        List.<Consumer<ProxyRouter>>of(
            r -> r.backend("new", next.address(), epoch),
            r -> r.route("new", next.address(), epoch, null),
            r -> r.renew(epoch),
            r -> r.disarm(epoch))) {
      assertThatThrownBy(() -> order.accept(router))
          .isInstanceOf(FencedException.class)
          .hasMessageContaining("epoch %d of rename is older than 5".formatted(epoch))
          .hasMessageContaining("proxy.json");
    }
    ProxyFile.Content content = new ProxyFile(state).read().orElseThrow();
    for (String order : List.of("backends", "route", "renew", "disarm")) {
      HttpRequest raw =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + content.control() + "/" + order))
              .header("Authorization", "Bearer " + content.token())
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      """
                      {"name": "new", "address": "%s", "change": "rename", "epoch": %d}\
                      """
                          .formatted(next.address(), epoch)))
              .build();
      HttpResponse<String> answer = http.send(raw, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(order).isEqualTo(409);
      assertThat(answer.body()).contains("\"error\":\"stale-epoch\"").contains("\"epoch\":5");
    }
    assertThat(router.state()).isEqualTo(before);
  }

  @Test
  void refusesWhoDoesNotKnowTheToken() throws Exception {
    ProxyFile.Content content = new ProxyFile(state).read().orElseThrow();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + content.control() + "/state"))
            .header("Authorization", "Bearer guessed")
            .build();

    assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(401);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.resolve("proxy.json"))))
        .isEqualTo("rw-------");
    assertThat(content.toString()).doesNotContain(content.token());
  }

  @Test
  void doesNotGuessFromATornFile() throws Exception {
    proxy.close();
    Path file = state.resolve("proxy.json");
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));

    assertThatThrownBy(() -> ProxyServer.start(settings(0)))
        .isInstanceOfSatisfying(
            SegueException.class, e -> assertThat(e.code()).isEqualTo("router-state"));

    Files.writeString(file, "{}");
    assertThatThrownBy(() -> ProxyServer.start(settings(0))).isInstanceOf(SegueException.class);

    Files.writeString(file, whole);
    Files.writeString(state.resolve("proxy.json.next"), "{ torn by a kill");
    proxy = ProxyServer.start(settings(0));
    assertThat(router.listening()).hasValue("127.0.0.1:" + proxy.port());
  }

  @Test
  void anOrderThatCannotBeWrittenDownIsRefusedAndNothingHasChanged() throws Exception {
    router.route("old", old.address(), 1, null);
    Router.State before = router.state();
    Path inTheWay = Files.createDirectories(state.resolve("proxy.json.next"));
    Files.writeString(inTheWay.resolve("not-empty"), "");

    for (Consumer<ProxyRouter> order :
        List.<Consumer<ProxyRouter>>of(
            r -> r.backend("new", next.address(), 2),
            r -> r.route("new", next.address(), 2, new Router.Lease("old", 100)),
            r -> r.renew(2),
            r -> r.disarm(2))) {
      assertThatThrownBy(() -> order.accept(router))
          .isInstanceOfSatisfying(
              SegueException.class, e -> assertThat(e.code()).isEqualTo("router-io"))
          .hasMessageContaining("cannot write the router's state");
      assertThat(router.state()).isEqualTo(before);
    }
    assertThat(get("/name").body()).isEqualTo("old");

    int port = proxy.port();
    proxy.close();
    proxy = ProxyServer.start(settings(port));
    assertThat(router.state()).as("found, although it cannot write either").isEqualTo(before);
    assertThat(get("/name").body()).isEqualTo("old");

    Files.delete(inTheWay.resolve("not-empty"));
    assertThat(router.route("new", next.address(), 2, null).active()).isEqualTo("new");
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
