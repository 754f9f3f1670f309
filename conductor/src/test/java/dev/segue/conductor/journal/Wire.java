package dev.segue.conductor.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A wire to a server that can be cut, and that can lose the answer to a commit.
final class Wire implements AutoCloseable {

  private final ServerSocket door;
  private final int server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile boolean cut;
  private volatile boolean losing;

  Wire(int server) throws IOException {
    this.server = server;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /// Ends every connection and lets none through until [#mend].
  void cut() {
    cut = true;
    sockets.forEach(Wire::close);
  }

  void mend() {
    cut = false;
  }

  /// The next commit reaches the server, its answer nobody.
  void loseNextAnswer() {
    losing = true;
  }

  int lost() {
    return lost.get();
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        if (cut) {
          client.close();
          continue;
        }
        Connection connection =
            new Connection(client, new Socket(InetAddress.getLoopbackAddress(), server));
        Thread.ofVirtual().start(connection::forth);
        Thread.ofVirtual().start(connection::back);
      } catch (IOException closed) {
        // By the test.
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Connection {
    private final Socket client;
    private final Socket server;

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
      sockets.add(client);
      sockets.add(server);
    }

    void forth() {
      byte[] buffer = new byte[65_536];
      try {
        for (int n; (n = client.getInputStream().read(buffer)) >= 0; ) {
          server.getOutputStream().write(buffer, 0, n);
        }
      } catch (IOException closed) {
        // By one side or the other.
      } finally {
        end();
      }
    }

    void back() {
      byte[] buffer = new byte[65_536];
      try {
        for (int n; (n = server.getInputStream().read(buffer)) >= 0; ) {
          if (losing && new String(buffer, 0, n, ISO_8859_1).contains("COMMIT\0")) {
            losing = false;
            lost.incrementAndGet();
            return;
          }
          client.getOutputStream().write(buffer, 0, n);
        }
      } catch (IOException closed) {
        // By one side or the other.
      } finally {
        end();
      }
    }

    private void end() {
      Wire.close(client);
      Wire.close(server);
    }
  }
}
