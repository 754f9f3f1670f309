package dev.segue.delivery.proxy;

import dev.segue.delivery.TestApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A router in this process, with two applications behind it.
abstract class ProxyScene {

  @TempDir Path state;

  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final TestApp old = new TestApp(0, "old");
  final TestApp next = new TestApp(0, "new");
  ProxyServer proxy;
  ProxyRouter router;

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

  ProxyServer.Settings settings(int port) {
    return new ProxyServer.Settings(
        state,
        "127.0.0.1",
        port,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        null);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + path));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  /// What is sent over a socket comes back whole; for requests that no client library would send.
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      socket
          .getOutputStream()
          .write(request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
