package dev.segue.examples.shop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/// Everything a shop holds, as one fingerprint a key: what it holds to the byte, and whether it
/// ever goes away by itself.
public record Contents(Map<String, Long> fingerprints) {

  private static final int BATCH = 2_000;

  public Contents {
    fingerprints = Map.copyOf(fingerprints);
  }

  /// Of the shop's keys; whatever else is in the database is not looked at.
  public static Contents of(Jedis jedis) {
    Map<String, Long> all = new HashMap<>();
    ScanParams params = new ScanParams().match("shop:*").count(BATCH);
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      ScanResult<String> page = jedis.scan(cursor, params);
      add(jedis, page.getResult(), all);
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    return new Contents(all);
  }

  private static void add(Jedis jedis, List<String> keys, Map<String, Long> all) {
    Map<String, Response<?>> found = new HashMap<>();
    Map<String, Response<Long>> lives = new HashMap<>();
    try (Pipeline pipeline = jedis.pipelined()) {
      for (String key : keys) {
        found.put(key, key.startsWith(Shop.EVENT) ? pipeline.get(key) : pipeline.hgetAll(key));
        lives.put(key, pipeline.ttl(key));
      }
      pipeline.sync();
    }
    found.forEach((key, response) -> {
      Object held = response.get() instanceof Map<?, ?> hash ? new TreeMap<>(hash) : response.get();
      boolean mortal = Objects.requireNonNull(lives.get(key)).get() >= 0;
      all.put(key, fingerprint(held + (mortal ? " mortal" : "")));
    });
  }

  /// Keys whose contents are others now, or that are gone, or that are new; but for these.
  public long differences(Contents before, Set<String> besides) {
    Set<String> keys = new HashSet<>(before.fingerprints.keySet());
    keys.addAll(fingerprints.keySet());
    keys.removeAll(besides);
    return keys.stream()
        .filter(key -> !Objects.equals(fingerprints.get(key), before.fingerprints.get(key)))
        .count();
  }

  private static long fingerprint(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
