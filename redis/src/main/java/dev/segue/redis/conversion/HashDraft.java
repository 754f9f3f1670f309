package dev.segue.redis.conversion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A hash: its fields are texts, and an empty one stands for nothing.
final class HashDraft implements Draft {

  private final Map<String, String> fields;

  HashDraft(Stored.Hash hash) {
    this.fields = new TreeMap<>(hash.fields());
  }

  @Override
  public void each(List<String> names, Change change) throws Unfit {
    for (String name : names) {
      String text = fields.get(name);
      if (text != null) {
        fields.put(name, change.of(name, new Value.Text(text)).shown());
      }
    }
  }

  @Override
  public @Nullable Value get(String name) {
    String text = fields.get(name);
    return text == null ? null : new Value.Text(text);
  }

  @Override
  public void set(String name, Value value) {
    fields.put(name, value.shown());
  }

  @Override
  public void remove(String name) {
    fields.remove(name);
  }

  @Override
  public void rename(String name, String to) {
    String text = fields.remove(name);
    if (text != null) {
      fields.put(to, text);
    }
  }

  @Override
  public Map<String, Object> variables() {
    return new HashMap<>(fields);
  }

  @Override
  public boolean typed() {
    return false;
  }

  @Override
  public Stored stored() {
    return new Stored.Hash(fields);
  }
}
