package dev.segue.examples.members;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The application as a user starts it: by its launcher, as a process of its own.
final class RunningApp implements AutoCloseable {

  static final Path EXAMPLE = Path.of("rename-column").toAbsolutePath();

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process process;
  private final Path output;
  private final URI base;

  private RunningApp(Process process, Path output, URI base) {
    this.process = process;
    this.output = output;
    this.base = base;
  }

  static RunningApp start(String version, String databaseUrl, String... options)
      throws IOException {
    int port = freePort();
    Path output = Files.createTempFile("members", ".log");
    List<String> command =
        new ArrayList<>(List.of("./members", "--version", version, "--port", "" + port));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(EXAMPLE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("DATABASE_URL", databaseUrl);
    RunningApp app =
        new RunningApp(builder.start(), output, URI.create("http://127.0.0.1:" + port));
    try {
      await("an application that answers")
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> !app.process.isAlive() || app.get("/health/").statusCode() > 0);
    } catch (RuntimeException e) {
      app.close();
      throw e;
    }
    return app;
  }

  URI base() {
    return base;
  }

  Process process() {
    return process;
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET());
  }

  HttpResponse<String> send(String method, String path, String body) {
    return send(
        HttpRequest.newBuilder(base.resolve(path)).method(method, BodyPublishers.ofString(body)));
  }

  JsonNode json(String path) {
    return JsonMapper.shared().readTree(get(path).body());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    await().atMost(Duration.ofSeconds(10)).until(() -> !process.isAlive());
    Files.delete(output);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
