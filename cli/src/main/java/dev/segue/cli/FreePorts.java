package dev.segue.cli;

import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Ports that were free a moment ago.
record FreePorts(List<Integer> numbers) {

  static FreePorts find(int n) {
    List<ServerSocket> held = new ArrayList<>();
    try {
      // All held at once, so that they differ.
      for (int i = 0; i < n; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return new FreePorts(held.stream().map(ServerSocket::getLocalPort).toList());
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES, "no-port", "No free port on loopback: " + e.getMessage(), null, e);
    } finally {
      for (ServerSocket socket : held) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }

  String text(int i) {
    return Integer.toString(numbers.get(i));
  }
}
