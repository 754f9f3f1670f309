package dev.segue.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A small application that writes down what it is told, or says that it did.
final class Notebook implements AutoCloseable {

  /// What it does with the n-th write.
  interface Honesty {
    /// @return what it writes down; null: nothing
    @Nullable String kept(long n, String value);
  }

  private final Map<String, String> notes = new ConcurrentHashMap<>();
  private final AtomicLong writes = new AtomicLong();
  private final HttpServer server;
  private final Honesty honesty;
  volatile int failEvery = Integer.MAX_VALUE;
  volatile Runnable beforeAnswer = () -> {};

  Notebook(Honesty honesty) throws IOException {
    this.honesty = honesty;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /// One write in four requests.
  static Traffic traffic() {
    return n ->
        n % 4 == 0
            ? new Traffic.Request(
                "POST",
                "/notes",
                "{\"id\":\"w" + n + "\",\"value\":\"" + n + "\"}",
                new Traffic.Write("w" + n, "" + n))
            : Traffic.Request.get("/");
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      beforeAnswer.run();
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      exchange.getResponseHeaders().add("X-Version", "old");
      switch (exchange.getRequestURI().getPath()) {
        case "/notes" -> note(exchange, JsonMapper.shared().readTree(body));
        case "/find" -> answer(exchange, 200, find(JsonMapper.shared().readTree(body)));
        default -> answer(exchange, 200, "{}");
      }
    } catch (RuntimeException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private void note(HttpExchange exchange, JsonNode write) throws IOException {
    long n = writes.incrementAndGet();
    if (n % failEvery == 0) {
      exchange.getResponseHeaders().set("X-Version", "new");
      answer(exchange, 500, "no ink");
      return;
    }
    String kept = honesty.kept(n, write.get("value").asString());
    if (kept != null) {
      notes.put(write.get("id").asString(), kept);
    }
    answer(exchange, 201, "{}");
  }

  private String find(JsonNode question) {
    return question
        .get("ids")
        .valueStream()
        .map(JsonNode::asString)
        .filter(notes::containsKey)
        .map(id -> "\"" + id + "\":\"" + notes.get(id) + "\"")
        .collect(Collectors.joining(",", "{\"writes\":{", "}}"));
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
