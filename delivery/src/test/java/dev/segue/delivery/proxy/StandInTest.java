package dev.segue.delivery.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of requests whose version has died.
@Timeout(60)
class StandInTest extends ProxyScene {

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
}
