package dev.segue.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.segue.watch.Reading.Figures;
import dev.segue.watch.Reading.Unavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HealthSourceTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private HttpServer server;
  private URI uri;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/health/");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void reads_the_members_as_they_are() {
    answer(
        200,
        """
        {"status": "healthy", "errors": 3, "response_time": 0.25, "big": 1e30, "huge": 99999999999999999999,
         "db": {"connections": 12, "lag": null}, "nothing": null, "hosts": ["a", 1], "ok": true, "time": "noon"}
        """);

    Map<String, Object> figures = figures(TIMEOUT);

    assertThat(figures)
        .containsEntry("status", "healthy")
        .containsEntry("errors", 3L)
        .containsEntry("response_time", 0.25)
        .containsEntry("big", 1e30)
        .containsEntry("huge", 1e20)
        .containsEntry("db", Map.of("connections", 12L))
        .containsEntry("hosts", List.of("a", 1L))
        .containsEntry("ok", true)
        .containsEntry("status_code", 200L)
        .containsEntry("reachable", true)
        .doesNotContainKey("nothing");
    assertThat((Duration) figures.get("time")).isPositive().isLessThan(TIMEOUT);
    assertThat(Condition.compile("health.time < 5s").test(Map.of("health", figures)))
        .isEqualTo(Condition.Truth.TRUE);
  }

  @Test
  void reads_the_members_of_a_failure_too() {
    answer(503, "{\"status\": \"degraded\", \"errors\": 12}");

    assertThat(figures(TIMEOUT))
        .containsEntry("status", "degraded")
        .containsEntry("errors", 12L)
        .containsEntry("status_code", 503L)
        .containsEntry("reachable", true);
  }

  @Test
  void a_failure_without_a_status_of_its_own_is_an_error() {
    answer(500, "{\"detail\": \"relation does not exist\"}");

    assertThat(figures(TIMEOUT))
        .containsEntry("detail", "relation does not exist")
        .containsEntry("status", "error");
  }

  @Test
  void an_error_page_is_an_unreachable_application() {
    answer(502, "<html>Bad gateway</html>");

    assertThat(figures(TIMEOUT))
        .containsEntry("reachable", false)
        .containsEntry("status", "unreachable")
        .containsEntry("status_code", 502L);
  }

  @Test
  void a_redirect_is_not_followed() {
    answer(302, "");

    assertThat(figures(TIMEOUT))
        .containsEntry("reachable", false)
        .containsEntry("status_code", 302L);
  }

  @Test
  void a_refused_connection_is_an_unreachable_application() {
    server.stop(0);

    assertThat(figures(TIMEOUT)).isEqualTo(Map.of("reachable", false, "status", "unreachable"));
  }

  @Test
  void silence_is_an_unreachable_application_and_took_at_least_so_long() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      uri = URI.create("http://127.0.0.1:" + mute.getLocalPort() + "/");
      Duration timeout = Duration.ofMillis(150);

      assertThat(figures(timeout))
          .isEqualTo(Map.of("reachable", false, "status", "unreachable", "time", timeout));
    }
  }

  @Test
  void a_body_that_never_ends_is_bounded_in_time() {
    CountDownLatch done = new CountDownLatch(1);
    server.createContext(
        "/health/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            done.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });

    assertThat(figures(Duration.ofMillis(300)))
        .containsEntry("reachable", false)
        .containsEntry("status_code", 200L);
    done.countDown();
  }

  @Test
  void something_else_says_nothing() {
    for (String body : List.of("OK", "", "[1]", "\"healthy\"", "{\"status\": ")) {
      answer(200, body);
      assertThat(new HealthSource(uri, TIMEOUT).read())
          .isEqualTo(new Unavailable(uri + " answered 200 with something that is no JSON object"));
    }
  }

  @Test
  void an_endless_answer_says_nothing() {
    answer(200, "{\"a\": \"" + "x".repeat(2 << 20) + "\"}");

    assertThat(new HealthSource(uri, TIMEOUT).read()).isInstanceOf(Unavailable.class);
  }

  private Map<String, Object> figures(Duration timeout) {
    HealthSource source = new HealthSource(uri, timeout);
    assertThat(source.name()).isEqualTo("health");
    Reading reading = source.read();
    assertThat(reading).isInstanceOf(Figures.class);
    return ((Figures) reading).values();
  }

  private void answer(int status, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try {
      server.removeContext("/health/");
    } catch (IllegalArgumentException _) {
      // The first answer replaces none.
    }
    server.createContext(
        "/health/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
  }
}
