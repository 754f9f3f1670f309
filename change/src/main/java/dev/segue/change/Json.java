package dev.segue.change;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes maps, lists, texts, numbers and flags as indented JSON.
final class Json {

  private Json() {}

  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "\n", out);
    return out.append('\n').toString();
  }

  private static void write(Object value, String newLine, StringBuilder out) {
    switch (value) {
      case Map<?, ?> map -> {
        out.append('{');
        for (Iterator<?> keys = map.keySet().iterator(); keys.hasNext(); ) {
          Object key = keys.next();
          out.append(newLine).append("  ");
          write(key.toString(), newLine, out);
          out.append(": ");
          write(map.get(key), newLine + "  ", out);
          out.append(keys.hasNext() ? "," : newLine);
        }
        out.append('}');
      }
      case List<?> list -> {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
          out.append(i == 0 ? "" : ", ");
          write(list.get(i), newLine + "  ", out);
        }
        out.append(']');
      }
      case String text -> quote(text, out);
      default -> out.append(value);
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    text.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            out.append('\\').append((char) c);
          } else if (c < ' ') {
            out.append("\\u%04x".formatted(c));
          } else {
            out.append((char) c);
          }
        });
    out.append('"');
  }
}
