package dev.segue.delivery;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Users who come at a steady pace, whatever happens to those before them.
final class SteadyLoad implements AutoCloseable {

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService users = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<Visit> visits = new ConcurrentLinkedQueue<>();
  private final HttpRequest request;

  /// One request and how it ended, in nanoseconds of this process's clock.
  private record Visit(long begun, long ended, boolean good) {}

  SteadyLoad(int port, int perSecond) {
    request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/name"))
            .timeout(Duration.ofSeconds(10))
            .build();
    var _ =
        pace.scheduleAtFixedRate(
            () -> users.execute(this::visit), 0, 1_000_000L / perSecond, TimeUnit.MICROSECONDS);
  }

  private void visit() {
    long begun = System.nanoTime();
    boolean good;
    try {
      good = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      good = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    visits.add(new Visit(begun, System.nanoTime(), good));
  }

  void until(int answers) {
    await().until(() -> sent() - failed() >= answers);
  }

  /// How long after that moment the first request that began later was answered.
  Optional<Duration> answeredSince(long moment) {
    return visits.stream()
        .filter(visit -> visit.good && visit.begun > moment)
        .map(visit -> Duration.ofNanos(visit.ended - moment))
        .min(Duration::compareTo);
  }

  int sent() {
    return visits.size();
  }

  long failed() {
    return visits.stream().filter(visit -> !visit.good).count();
  }

  /// Returns when the last request has ended.
  void stop() {
    pace.shutdownNow();
    pace.close();
    users.close();
  }

  @Override
  public void close() {
    stop();
    http.close();
  }
}
