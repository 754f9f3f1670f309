package dev.segue.delivery.proxy;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A router that serves nobody for a moment, so that a standby has loaded by then all it needs when
/// it must serve: most of the time that a fresh one takes to its first answer.
final class Rehearsal {

  private static final Logger LOG = System.getLogger(Rehearsal.class.getName());
  private static final java.util.logging.Logger ROOT = java.util.logging.Logger.getLogger("");
  private static final int ANSWER_MILLIS = 5_000;

  private Rehearsal() {}

  static void play() {
    java.util.logging.Level level = ROOT.getLevel();
    ROOT.setLevel(java.util.logging.Level.WARNING); // of this router nobody wants to read
    try {
      Path stage = Files.createTempDirectory("segue-standby-");
      try (ProxyServer server =
          ProxyServer.start(
              ProxyServer.Settings.of(stage, "127.0.0.1", 0).draining(Duration.ofSeconds(1)))) {
        ProxyFile.Content content = new ProxyFile(stage).read().orElseThrow();
        // Its own control address is the version that it sends the request to.
        String order =
            """
            {"name": "self", "address": "127.0.0.1:%d", "change": "rehearsal", "epoch": 1}\
            """
                .formatted(content.control());
        ask(
            content.control(),
            "POST /route HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(content.token(), order.length(), order));
        ask(server.port(), "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      } finally {
        try (var files = Files.list(stage)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(stage);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "could not rehearse; taking over will take longer", e);
    } finally {
      ROOT.setLevel(level);
    }
  }

  private static void ask(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var _ = socket.getInputStream().readAllBytes();
    }
  }
}
