package dev.segue.postgres.online;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A way to a server that ends after a number of messages, over all connections, for every one of
/// them and for good: to the server that is the death of its client.
final class Wire implements AutoCloseable {

  /// Nobody answers it.
  private static final byte FAREWELL = 'X';

  private final ServerSocket door;
  private final int server;
  private final AtomicInteger left;
  private final boolean delivered;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile boolean cut;

  /// @param messages after which it ends
  /// @param delivered whether the last one reaches the server, whose answer nobody hears
  Wire(int server, int messages, boolean delivered) throws IOException {
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.server = server;
    this.left = new AtomicInteger(messages);
    this.delivered = delivered;
    Thread.ofVirtual().start(this::admit);
  }

  int port() {
    return door.getLocalPort();
  }

  boolean cut() {
    return cut;
  }

  private void admit() {
    try {
      while (!cut) {
        Socket client = door.accept();
        Socket backend = new Socket(InetAddress.getLoopbackAddress(), server);
        client.setTcpNoDelay(true);
        backend.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(backend);
        CountDownLatch answered = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> ask(client, backend, answered));
        Thread.ofVirtual().start(() -> answer(backend, client, answered));
      }
    } catch (IOException e) {
      close();
    }
  }

  private void ask(Socket from, Socket to, CountDownLatch answered) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] message = new byte[1 << 16];
      for (int size = in.read(message); size >= 0; size = in.read(message)) {
        boolean last = left.decrementAndGet() == 0;
        cut |= last;
        if (!last || delivered) {
          out.write(message, 0, size);
        }
        if (last) {
          if (delivered && message[0] != FAREWELL) {
            answered.await(2, TimeUnit.SECONDS);
          }
          close();
        }
      }
    } catch (IOException e) {
      shut(from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(Socket from, Socket to, CountDownLatch answered) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] message = new byte[1 << 16];
      for (int size = in.read(message); size >= 0; size = in.read(message)) {
        if (cut) {
          answered.countDown();
        } else {
          out.write(message, 0, size);
        }
      }
    } catch (IOException e) {
      shut(from);
    }
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      door.close();
      sockets.forEach(Wire::shut);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
