package dev.segue.delivery;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Users who read and write one request after the other, and note every one that fails.
final class Clients implements AutoCloseable {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger answered = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final String base;
  private volatile boolean going = true;

  Clients(int port, int many) {
    base = "http://127.0.0.1:" + port;
    for (int i = 0; i < many; i++) {
      threads.execute(this::go);
    }
  }

  private void go() {
    for (int i = 0; going; i++) {
      boolean write = i % 2 == 0;
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(base + (write ? "/echo" : "/name")));
      if (write) {
        request.POST(HttpRequest.BodyPublishers.ofString("write " + i));
      }
      try {
        int status =
            http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) {
          failures.add((write ? "POST " : "GET ") + status);
        }
      } catch (IOException e) {
        failures.add((write ? "POST " : "GET ") + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      answered.incrementAndGet();
    }
  }

  int answered() {
    return answered.get();
  }

  List<String> failures() {
    return new ArrayList<>(failures);
  }

  void until(int requests) {
    await().pollInterval(Duration.ofMillis(5)).until(() -> answered.get() >= requests);
  }

  /// Returns when the last request is answered.
  void stop() {
    going = false;
    threads.close();
  }

  @Override
  public void close() {
    stop();
    http.close();
  }
}
