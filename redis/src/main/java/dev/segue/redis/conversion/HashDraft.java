package dev.segue.redis.conversion;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A hash: its fields are texts, and an empty one stands for nothing.
final class HashDraft implements Draft {

  private final Stored.Hash before;

  /// Copied with the first change: most hashes that are looked at in a second pass have none.
  private @Nullable Map<String, String> changed;

  HashDraft(Stored.Hash hash) {
    this.before = hash;
  }

  private Map<String, String> fields() {
    return changed == null ? before.fields() : changed;
  }

  private Map<String, String> writable() {
    Map<String, String> fields = changed;
    if (fields == null) {
      fields = new HashMap<>(before.fields());
      changed = fields;
    }
    return fields;
  }

  @Override
  public void each(List<String> names, Change change) throws Unfit {
    for (String name : names) {
      String text = fields().get(name);
      if (text != null) {
        set(name, change.of(name, new Value.Text(text)));
      }
    }
  }

  @Override
  public @Nullable Value get(String name) {
    String text = fields().get(name);
    return text == null ? null : new Value.Text(text);
  }

  @Override
  public void set(String name, Value value) {
    String text = value.shown();
    if (!text.equals(fields().get(name))) {
      writable().put(name, text);
    }
  }

  @Override
  public void remove(String name) {
    if (fields().containsKey(name)) {
      writable().remove(name);
    }
  }

  @Override
  public void rename(String name, String to) {
    String text = fields().get(name);
    if (text != null) {
      writable().remove(name);
      writable().put(to, text);
    }
  }

  @Override
  public Map<String, Object> variables() {
    return new HashMap<>(fields());
  }

  @Override
  public boolean typed() {
    return false;
  }

  @Override
  public Stored stored() {
    return changed == null ? before : new Stored.Hash(changed);
  }
}
