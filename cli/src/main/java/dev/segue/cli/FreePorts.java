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
    try {
      return new FreePorts(distinct(n));
    } catch (IOException e) {
      throw new SegueException(
          Kind.RESOURCES, "no-port", "No free port on loopback: " + e.getMessage(), null, e);
    }
  }

  /// Each is held until the last is found, so that they differ.
  private static List<Integer> distinct(int n) throws IOException {
    if (n == 0) {
      return List.of();
    }
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Integer> ports = new ArrayList<>(distinct(n - 1));
      ports.add(held.getLocalPort());
      return ports;
    }
  }

  String text(int i) {
    return Integer.toString(numbers.get(i));
  }
}
