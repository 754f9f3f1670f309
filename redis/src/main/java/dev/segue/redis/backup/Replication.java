package dev.segue.redis.backup;

import dev.segue.change.RedisTarget;
import dev.segue.change.Secret;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.redis.wire.Tls;
import dev.segue.redis.wire.Trouble;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/// A connection over which one server sends its data as to a new replica.
final class Replication implements AutoCloseable {

  private static final int CONNECT_MILLIS = 5_000;

  /// As long as Redis itself lets a replica wait; meanwhile it sends an empty line every second.
  private static final int SILENCE_MILLIS = 60_000;

  private static final int LONGEST_LINE = 65_536;
  private static final String MARKED = "EOF:";
  private static final int MARK = 40;

  /// The moment whose data comes.
  ///
  /// @param id of the server's history
  record Start(String id, long offset) {}

  /// Told how many bytes have come, and of how many; -1: nobody knows.
  @FunctionalInterface
  interface Listener {
    void at(long bytes, long of);
  }

  private final RedisTarget target;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private Replication(RedisTarget target, Socket socket) throws IOException {
    this.target = target;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    this.out = socket.getOutputStream();
  }

  /// @param at the node that is asked
  static Replication open(RedisTarget target, HostAndPort at) throws IOException {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(SILENCE_MILLIS);
    Tls.secure(config, target);
    try {
      Socket socket = new DefaultJedisSocketFactory(at, config.build()).createSocket();
      Replication opened = new Replication(target, socket);
      opened.introduce();
      return opened;
    } catch (JedisException e) {
      throw Trouble.of(target, e);
    }
  }

  private void introduce() throws IOException {
    Secret password = target.password();
    if (password != null) {
      String user = target.user();
      String said =
          user == null ? say("AUTH", password.reveal()) : say("AUTH", user, password.reveal());
      if (!said.startsWith("+")) {
        throw refused(said);
      }
    }
    say("REPLCONF", "capa", "eof");
    // The server then ends the connection itself; one before 7.0 does not know it.
    say("REPLCONF", "rdb-only", "1");
  }

  /// Asks for everything.
  Start begin() throws IOException {
    String said = say("PSYNC", "?", "-1");
    String[] words = said.split(" ", -1);
    if (!words[0].equals("+FULLRESYNC") || words.length < 3) {
      throw refused(said);
    }
    return new Start(words[1], Long.parseLong(words[2]));
  }

  /// @return how many bytes came
  long transfer(OutputStream to, Listener listener) throws IOException {
    try {
      String head = line();
      if (!head.startsWith("$")) {
        throw refused(head);
      }
      return head.startsWith(MARKED, 1)
          ? marked(head.substring(1 + MARKED.length()), to, listener)
          : counted(Long.parseLong(head.substring(1)), to, listener);
    } catch (EOFException e) {
      throw failed("the server ended the transfer", e);
    }
  }

  private long counted(long length, OutputStream to, Listener listener) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (long done = 0; done < length; ) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, length - done));
      if (read < 0) {
        throw new EOFException();
      }
      to.write(buffer, 0, read);
      done += read;
      listener.at(done, length);
    }
    return length;
  }

  /// Until the mark: the server did not know the length when it began. Nothing comes after it
  /// before somebody answers.
  private long marked(String mark, OutputStream to, Listener listener) throws IOException {
    byte[] end = mark.getBytes(StandardCharsets.US_ASCII);
    if (end.length != MARK) {
      throw refused("$" + MARKED + mark);
    }
    byte[] buffer = new byte[(1 << 16) + MARK];
    int held = 0;
    long done = 0;
    while (true) {
      int read = in.read(buffer, held, buffer.length - held);
      if (read < 0) {
        throw new EOFException();
      }
      int filled = held + read;
      boolean over = filled >= MARK && Arrays.equals(buffer, filled - MARK, filled, end, 0, MARK);
      int sure = Math.max(0, filled - MARK);
      to.write(buffer, 0, sure);
      done += sure;
      if (over) {
        return done;
      }
      System.arraycopy(buffer, sure, buffer, 0, filled - sure);
      held = filled - sure;
      listener.at(done, -1);
    }
  }

  private String say(String... words) throws IOException {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      command.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      command.writeBytes(bytes);
      command.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.write(command.toByteArray());
    out.flush();
    try {
      return line();
    } catch (EOFException e) {
      throw failed("the server closed the connection at " + words[0], e);
    }
  }

  /// The next line that is not empty: empty ones say that the server is still there.
  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() < LONGEST_LINE) {
      int next = in.read();
      switch (next) {
        case -1 -> throw new EOFException();
        case '\r' -> {}
        case '\n' -> {
          if (!line.isEmpty()) {
            return line.toString();
          }
        }
        default -> line.append((char) next);
      }
    }
    throw failed("the server sends a line that does not end", null);
  }

  private SegueException refused(String said) {
    String words = said.startsWith("-") ? said.substring(1) : said;
    String lower = words.toLowerCase(Locale.ROOT);
    if (lower.startsWith("noperm") || lower.contains("unknown command")) {
      return new SegueException(
          Kind.USER,
          "redis-snapshot-forbidden",
          "%s gives this user no snapshot: %s".formatted(target.shown(), words),
          "ACL SETUSER %s +psync +replconf. Where whoever runs the server gives nobody that right, let"
                  .formatted(target.user() == null ? "default" : target.user())
              + " them take a snapshot, and leave backup.redis out.");
    }
    return lower.startsWith("nomasterlink") || lower.contains("bgsave")
        ? failed(words, null)
        : Trouble.of(target, new JedisDataException(words));
  }

  private SegueException failed(String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new SegueException(
        Kind.EXTERNAL,
        "redis-snapshot-failed",
        "%s sent no whole snapshot: %s".formatted(target.shown(), why),
        "Its log says why: no memory to fork, client-output-buffer-limit replica, or a failover. Then"
            + " the same command again.",
        cause);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
