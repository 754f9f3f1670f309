package dev.segue.delivery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// A small application for tests, in this process or, by its main, in one of its own.
///
/// `/name` says who it is, `/health` whether it is well, `/echo` what it was sent, `/held` answers
/// when it is let go, `/fail` fails, `/big` answers 5 MB, `/silent` never answers.
public final class TestApp implements AutoCloseable {

  private final HttpServer server;
  private final String name;
  public final CountDownLatch held = new CountDownLatch(1);
  public final Map<String, String> lastHeaders = new ConcurrentHashMap<>();

  public TestApp(int port, String name) {
    this.name = name;
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String address() {
    return "127.0.0.1:" + port();
  }

  @Override
  public void close() {
    held.countDown();
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getRawPath();
    switch (path) {
      case "/name" -> answer(exchange, 200, name);
      case "/health" -> answer(exchange, 200, "{\"status\":\"healthy\",\"errors\":0}");
      case "/fail" -> answer(exchange, 500, "broken");
      case "/big" -> answer(exchange, 200, "x".repeat(5_000_000));
      case "/moved" -> {
        exchange.getResponseHeaders().set("Location", "/elsewhere");
        answer(exchange, 302, "");
      }
      case "/held", "/silent" -> {
        await();
        answer(exchange, 200, name);
      }
      default -> echo(exchange, body);
    }
  }

  private void echo(HttpExchange exchange, byte[] body) throws IOException {
    lastHeaders.clear();
    exchange
        .getRequestHeaders()
        .forEach((key, values) -> lastHeaders.put(key, String.join(", ", values)));
    answer(
        exchange,
        200,
        exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body.length);
  }

  private void await() {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  /// `PORT NAME`; the environment says how it behaves.
  public static void main(String[] args) throws IOException {
    System.out.println("starting " + args[1]);
    if (System.getenv("APP_FAILS") != null) {
      System.out.println("cannot find my settings");
      System.exit(3);
    }
    String marks = System.getenv("APP_MARKS");
    if (marks != null) {
      Files.writeString(
          Path.of(marks),
          System.getenv().entrySet().stream()
              .filter(e -> e.getKey().startsWith("SEGUE_"))
              .map(e -> e.getKey() + "=" + e.getValue())
              .sorted()
              .collect(Collectors.joining(" ")));
    }
    new TestApp(Integer.parseInt(args[0]), args[1]);
  }

  /// A command that runs it in a process of its own.
  public static String command(int port, String name) {
    Path classes = Path.of("target/test-classes").toAbsolutePath();
    return "'%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s %d %s"
        .formatted(
            ProcessHandle.current().info().command().orElse("java"),
            classes,
            TestApp.class.getName(),
            port,
            name);
  }
}
