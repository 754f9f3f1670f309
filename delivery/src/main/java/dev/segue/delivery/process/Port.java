package dev.segue.delivery.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A TCP port somebody listens on, or not.
public record Port(String host, int number) {

  private static final int CONNECT_MILLIS = 1000;
  private static final String LISTENING = "0A";

  /// Whether a program started now could listen here. For a host that is not this machine: whether
  /// nobody answers.
  public boolean isFree() {
    try {
      InetAddress address = InetAddress.getByName(host);
      if (!isLocal(address)) {
        return !answers();
      }
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(address, number));
        return true;
      }
    } catch (UnknownHostException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Whether somebody accepts connections here.
  public boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, number), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Who listens on this port of this machine, in words: `pid 4711 (java)`. Programs only, not
  /// their arguments: those may hold secrets.
  public String holder() {
    return holderPid()
        .map(pid -> "pid " + pid + program(pid))
        .orElse("a process that cannot be told");
  }

  private Optional<Long> holderPid() {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      sockets.addAll(listening(Path.of(table)));
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(p -> has(p, sockets))
        .findFirst();
  }

  /// The inodes of sockets listening on this port.
  private Set<String> listening(Path table) {
    Set<String> inodes = new HashSet<>();
    String suffix = ":%04X".formatted(number);
    try {
      for (String line : Files.readAllLines(table)) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTENING)) {
          inodes.add("socket:[" + columns[9] + "]");
        }
      }
    } catch (IOException e) {
      return Set.of(); // no /proc: it cannot be told
    }
    return inodes;
  }

  private static boolean has(long pid, Set<String> sockets) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : files) {
        if (sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // somebody else's process, or it has just ended
    }
  }

  private static String program(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(p -> p.info().command())
        .map(c -> " (" + Path.of(c).getFileName() + ")")
        .orElse("");
  }

  private static boolean isLocal(InetAddress address) throws IOException {
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }

  @Override
  public String toString() {
    return host + ":" + number;
  }
}
