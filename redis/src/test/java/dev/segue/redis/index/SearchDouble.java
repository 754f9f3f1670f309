package dev.segue.redis.index;

import dev.segue.testkit.EmbeddedRedis;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;

/// Not a query engine: a stand-in that speaks its wire protocol, for want of a server that has one.
/// It keeps definitions and aliases, counts the real keys of a real Redis behind it that a
/// definition takes, and passes every other command on to that Redis.
///
/// It takes as many questions as it is told before an index is full.
///
/// Thread-safe.
final class SearchDouble implements AutoCloseable {

  private final EmbeddedRedis redis;
  private final ServerSocket listening;
  private final Map<String, Index> indexes = new LinkedHashMap<>();
  private final Map<String, String> aliases = new LinkedHashMap<>();

  /// Every FT command it was sent, but questions.
  final List<String> orders = new CopyOnWriteArrayList<>();

  private String module = "search";
  private long version = 21_005;
  private int questions;

  private static final class Index {
    final List<String> words;
    int asked;

    Index(List<String> words) {
      this.words = words;
    }
  }

  SearchDouble(EmbeddedRedis redis) {
    this.redis = redis;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::listen);
  }

  String url() {
    return "redis://127.0.0.1:" + listening.getLocalPort();
  }

  /// Answers MODULE LIST so from now on.
  synchronized void says(String name, long number) {
    module = name;
    version = number;
  }

  synchronized void fillsAfter(int number) {
    questions = number;
  }

  private void listen() {
    try {
      while (true) {
        Socket client = listening.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket real = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      InputStream answers = new BufferedInputStream(real.getInputStream());
      while (true) {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        List<String> words = new ArrayList<>();
        copy(in, raw, words);
        String own = answer(words);
        if (own == null) {
          real.getOutputStream().write(raw.toByteArray());
          ByteArrayOutputStream answer = new ByteArrayOutputStream();
          copy(answers, answer, new ArrayList<>());
          client.getOutputStream().write(answer.toByteArray());
        } else {
          client.getOutputStream().write(own.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      return; // the client has gone
    }
  }

  /// One value of the protocol, and its texts.
  private static void copy(InputStream from, OutputStream to, List<String> texts)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next;
    do {
      next = from.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      line.write(next);
    } while (next != '\n');
    to.write(line.toByteArray());
    String head = line.toString(StandardCharsets.ISO_8859_1).strip();
    int length =
        head.charAt(0) == '*' || head.charAt(0) == '$' ? Integer.parseInt(head.substring(1)) : -1;
    if (head.charAt(0) == '*') {
      for (int i = 0; i < length; i++) {
        copy(from, to, texts);
      }
    } else if (head.charAt(0) == '$' && length >= 0) {
      byte[] bytes = from.readNBytes(length + 2);
      to.write(bytes);
      texts.add(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    }
  }

  /// Null: not for the query engine.
  private synchronized @Nullable String answer(List<String> words) {
    String command = words.getFirst().toUpperCase(Locale.ROOT);
    if (command.equals("MODULE")) {
      return module.isEmpty()
          ? "*0\r\n"
          : list(
              List.of(
                  list(List.of(text("name"), text(module), text("ver"), ":" + version + "\r\n"))));
    }
    if (!command.startsWith("FT.")) {
      return null;
    }
    if (module.isEmpty()) {
      return "-ERR unknown command '" + command + "'\r\n";
    }
    if (!command.equals("FT.INFO") && !command.equals("FT._LIST")) {
      orders.add(String.join(" ", words));
    }
    return switch (command) {
      case "FT._LIST" -> list(indexes.keySet().stream().map(SearchDouble::text).toList());
      case "FT.INFO" -> info(words.get(1));
      case "FT.CREATE" -> create(words);
      case "FT.DROPINDEX" -> drop(words);
      case "FT.ALIASUPDATE", "FT.ALIASADD" -> alias(words.get(1), words.get(2));
      case "FT.ALIASDEL" -> aliases.remove(words.get(1)) == null ? unknown(words.get(1)) : ok();
      default -> "-ERR the double knows nothing of " + command + "\r\n";
    };
  }

  private String create(List<String> words) {
    if (indexes.containsKey(words.get(1))) {
      return "-Index already exists\r\n";
    }
    if (words.contains("NUMBER")) {
      return "-Could not parse field spec: NUMBER\r\n";
    }
    indexes.put(words.get(1), new Index(words));
    return ok();
  }

  private String drop(List<String> words) {
    if (words.size() > 2) {
      return "-ERR the double refuses to delete documents\r\n";
    }
    aliases.values().removeIf(words.get(1)::equals);
    return indexes.remove(words.get(1)) == null ? unknown(words.get(1)) : ok();
  }

  private String alias(String alias, String index) {
    if (!indexes.containsKey(index)) {
      return unknown(index);
    }
    aliases.put(alias, index);
    return ok();
  }

  private String info(String name) {
    String real = aliases.getOrDefault(name, name);
    Index index = indexes.get(real);
    if (index == null) {
      return unknown(name);
    }
    boolean full = index.asked++ >= questions;
    Counted counted = count(index.words);
    List<String> parts =
        List.of(
            text("index_name"),
            text(real),
            text("num_docs"),
            text(Long.toString(full ? counted.taken : counted.taken / 2)),
            text("hash_indexing_failures"),
            text(Long.toString(counted.failed)),
            text("indexing"),
            text(full ? "0" : "1"),
            text("percent_indexed"),
            text(full ? "1" : "0.5"),
            text("Index Errors"),
            list(
                List.of(
                    text("last indexing error"),
                    text(counted.failed == 0 ? "N/A" : "Invalid numeric value"),
                    text("last indexing error key"),
                    text(counted.last))));
    return list(parts);
  }

  private record Counted(long taken, long failed, String last) {}

  private Counted count(List<String> words) {
    List<String> upper = words.stream().map(w -> w.toUpperCase(Locale.ROOT)).toList();
    String prefix = words.get(upper.indexOf("PREFIX") + 2);
    List<String> numeric = new ArrayList<>();
    for (int i = upper.indexOf("SCHEMA") + 1; i + 1 < words.size(); i++) {
      if (upper.get(i + 1).equals("NUMERIC")) {
        numeric.add(words.get(i));
      }
    }
    long taken = 0;
    long failed = 0;
    String last = "N/A";
    try (Jedis jedis = redis.connect()) {
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        var page = jedis.scan(cursor, new ScanParams().match(prefix + "*").count(1000), "hash");
        cursor = page.getCursor();
        for (String key : page.getResult()) {
          if (numeric.isEmpty() || fits(jedis.hmget(key, numeric.toArray(String[]::new)))) {
            taken++;
          } else {
            failed++;
            last = key;
          }
        }
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }
    return new Counted(taken, failed, last);
  }

  private static boolean fits(List<String> values) {
    return values.stream().allMatch(value -> value == null || value.matches("-?\\d+(\\.\\d+)?"));
  }

  private static String ok() {
    return "+OK\r\n";
  }

  private static String unknown(String name) {
    return "-" + name + ": no such index\r\n";
  }

  private static String text(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  private static String list(List<String> parts) {
    return "*" + parts.size() + "\r\n" + String.join("", parts);
  }

  /// As somebody else's program would.
  void order(String... words) {
    String said = answer(Arrays.asList(words));
    if (said == null || said.startsWith("-")) {
      throw new IllegalArgumentException(String.valueOf(said));
    }
    orders.clear();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
