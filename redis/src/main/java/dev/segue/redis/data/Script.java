package dev.segue.redis.data;

import dev.segue.change.Backfill;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Node;
import dev.segue.redis.wire.Raw;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/// The one way in which values are written: where they still are what they were when they were
/// read.
///
/// @param fields of hashes
/// @param text in Lua
/// @param sha of it, by which servers know it
record Script(List<String> fields, String text, String sha) {

  static final String FENCED = "FENCED";

  /// What is global in Lua is looked up by name each time, so it is made local first; what is read
  /// and what is set is gathered in one table each for all keys. Without a fence, whoever comes
  /// after us has put everything back and left.
  private static final String BEFORE =
      """
      local argv, call, pcall, unpack = ARGV, redis.call, redis.pcall, unpack
      local none, epoch, stride = argv[1], argv[2], tonumber(argv[3])
      local n, compared, own = tonumber(argv[4]), tonumber(argv[5]), tonumber(argv[6])
      local at = 6
      local fields = {}
      for i = 1, n do fields[i] = argv[at + i] end
      at = at + n
      local keys = KEYS
      if own > 0 then
        keys = {}
        for i = 1, own do keys[i] = argv[at + i] end
        at = at + own
      end
      local last = #keys
      if epoch ~= '' then
        local newest = call('GET', keys[last])
        if not newest or tonumber(newest) > tonumber(epoch) then return redis.error_reply('FENCED') end
        last = last - 1
      end
      local width = compared + math.max(n, 1)
      local refused, is, words = {}, {}, {}
      for k = 1, last / stride do
        local key = keys[(k - 1) * stride + 1]
      """;

  private static final String HASH =
      """
        local same, any, w, gone = true, false, 0, nil
        if compared == 1 then
          is[1] = pcall('HGET', key, fields[1])
        else
          is = pcall('HMGET', key, unpack(fields, 1, compared))
          same = not is.err
        end
        for i = 1, same and compared or 0 do
          local value, now = is[i], argv[at + compared + i]
          if value then any = true else value = none end
          if value ~= argv[at + i] then same = false break end
          if now == none and value ~= none then
            gone = gone or {}
            gone[#gone + 1] = fields[i]
          elseif now ~= value then
            words[w + 1], words[w + 2], w = fields[i], now, w + 2
          end
        end
        for i = compared + 1, n do
          local now = argv[at + compared + i]
          if now ~= none then words[w + 1], words[w + 2], w = fields[i], now, w + 2 end
        end
        if same and not any then same = call('EXISTS', key) == 1 end
      """;

  private static final String DOCUMENT =
      """
        local text = pcall('%s', key)
        local same = text == argv[at + 1]
      """;

  private static final String KEPT =
      """
        local old, kept, bucket
        if stride == 2 then
          old, kept, bucket = argv[at + width + 1], argv[at + width + 2], keys[k * 2]
          if same then same = (call('HGET', bucket, key) or none) == old end
        end
        if same then
          if stride == 2 and kept ~= old then
            if kept == none then call('HDEL', bucket, key)
            else call('HSET', bucket, key, kept) end
          end
      """;

  /// The last field goes after the first has come: an empty hash would take its expiry with it.
  private static final String SET_HASH =
      """
          if w > 0 then call('HSET', key, unpack(words, 1, w)) end
          if gone then call('HDEL', key, unpack(gone)) end
      """;

  private static final String SET_TEXT =
      """
          if argv[at + 2] ~= text then call('SET', key, argv[at + 2], 'KEEPTTL') end
      """;

  private static final String SET_JSON =
      """
          if argv[at + 2] ~= text then
            local left = call('PTTL', key)
            call('JSON.SET', key, '$', argv[at + 2])
            if left > 0 and call('PTTL', key) < 0 then call('PEXPIRE', key, left) end
          end
      """;

  private static final String AFTER =
      """
        else
          refused[#refused + 1] = k
        end
        at = at + width + 2 * (stride - 1)
      end
      return refused
      """;

  /// One value, as it was read and as it is to be.
  ///
  /// @param is of the first fields, which are compared; of a document its text
  /// @param now of all; one of a field that is not compared is set where there is one
  /// @param old what is kept aside as it was read; null: nothing
  /// @param kept what is kept aside from now on; null: nothing
  record Item(
      String key,
      List<@Nullable String> is,
      List<@Nullable String> now,
      @Nullable String old,
      @Nullable String kept) {}

  static Script of(Backfill.Shape kind, List<String> fields) {
    String text =
        switch (kind) {
          case HASH -> BEFORE + HASH + KEPT + SET_HASH + AFTER;
          case JSON_TEXT -> BEFORE + DOCUMENT.formatted("GET") + KEPT + SET_TEXT + AFTER;
          case JSON -> BEFORE + DOCUMENT.formatted("JSON.GET") + KEPT + SET_JSON + AFTER;
        };
    return new Script(
        kind == Backfill.Shape.HASH ? fields.stream().map(Raw::of).toList() : List.of(),
        text,
        sha(text));
  }

  private static String sha(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What goes before the items.
  ///
  /// @param names where aside old values are kept; null: not aside
  /// @param fence its key, compared before anything is written; null: not in the script
  /// @param declared whether the server is told of the keys; on a cluster they must be in one slot
  record Terms(@Nullable Names names, @Nullable String fence, long epoch, boolean declared) {}

  /// @param items of which equally many fields are compared
  /// @return which of the items are not any more what they were, from 0; or that it was refused
  Answer run(Node node, Terms terms, List<Item> items) {
    List<String> keys = keys(terms, items);
    List<String> words = new ArrayList<>(items.size() * (2 * fields.size() + 6) + 8);
    words.add(sha);
    words.add(terms.declared() ? Integer.toString(keys.size()) : "0");
    if (terms.declared()) {
      words.addAll(keys);
    }
    String none = "segue:none:" + UUID.randomUUID();
    words.add(none);
    words.add(terms.fence() == null ? "" : Long.toString(terms.epoch()));
    words.add(terms.names() == null ? "1" : "2");
    words.add(Integer.toString(fields.size()));
    words.add(Integer.toString(items.getFirst().is().size()));
    words.add(terms.declared() ? "0" : Integer.toString(keys.size()));
    words.addAll(fields);
    if (!terms.declared()) {
      words.addAll(keys);
    }
    for (Item item : items) {
      item.is().forEach(value -> words.add(value == null ? none : value));
      item.now().forEach(value -> words.add(value == null ? none : value));
      if (terms.names() != null) {
        words.add(item.old() == null ? none : item.old());
        words.add(item.kept() == null ? none : item.kept());
      }
    }
    String[] all = words.toArray(String[]::new);
    Answer answer = node.all(List.of(Call.of("EVALSHA", all))).getFirst();
    if (answer.said() instanceof JedisNoScriptException) {
      all[0] = text;
      answer = node.all(List.of(Call.of("EVAL", all))).getFirst();
    }
    return answer;
  }

  private static List<String> keys(Terms terms, List<Item> items) {
    List<String> keys = new ArrayList<>(items.size() * 2 + 1);
    for (Item item : items) {
      keys.add(item.key());
      if (terms.names() != null) {
        keys.add(terms.names().bucket(item.key()));
      }
    }
    if (terms.fence() != null) {
      keys.add(terms.fence());
    }
    return keys;
  }
}
