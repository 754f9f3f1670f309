package dev.segue.redis.wire;

import dev.segue.change.RedisTarget;
import dev.segue.change.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/// One connection to one server. Not for several threads.
public final class Node implements AutoCloseable {

  private static final int ANSWER_MILLIS = 30_000;

  private final RedisTarget target;
  private final HostAndPort at;
  private final Connection connection;

  private Node(RedisTarget target, HostAndPort at, Connection connection) {
    this.target = target;
    this.at = at;
    this.connection = connection;
  }

  /// @throws dev.segue.change.SegueException `redis-unreachable`, `redis-no-auth`, …
  public static Node open(RedisTarget target) {
    return open(target, new HostAndPort(target.host(), target.port()), target.database());
  }

  static Node open(RedisTarget target, HostAndPort at, int database) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .resp2()
            .database(database)
            .clientName("segue")
            .socketTimeoutMillis(ANSWER_MILLIS);
    Secret password = target.password();
    if (password != null) {
      config.user(target.user()).password(password.reveal());
    }
    Dial dial = new Dial(target, at, ANSWER_MILLIS);
    try {
      Connection connection = new Connection(dial, config.build());
      connection.connect();
      return new Node(target, at, connection);
    } catch (JedisException e) {
      throw dial.why(e);
    }
  }

  public HostAndPort at() {
    return at;
  }

  /// In one round trip; one that is refused does not keep the others from being carried out.
  public List<Answer> all(List<Call> calls) {
    try {
      for (Call call : calls) {
        connection.sendCommand(call.arguments());
      }
      List<Answer> answers = new ArrayList<>(calls.size());
      for (Object said : connection.getMany(calls.size())) {
        answers.add(new Answer(said));
      }
      return answers;
    } catch (JedisException e) {
      throw Trouble.of(target, e);
    }
  }

  /// @throws dev.segue.change.SegueException when it is refused
  public Answer one(Call call) {
    try {
      return all(List.of(call)).getFirst().orThrow();
    } catch (JedisException e) {
      throw Trouble.of(target, e);
    }
  }

  /// Figures of INFO, of the sections named; all where none is.
  public Map<String, String> info(String... sections) {
    Map<String, String> figures = new TreeMap<>();
    for (String section : sections) {
      for (String line : one(Call.of("INFO", section)).words().split("\r\n", -1)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          figures.put(line.substring(0, colon), line.substring(colon + 1));
        }
      }
    }
    return figures;
  }

  @Override
  public void close() {
    connection.close();
  }
}
