package dev.segue.redis.conversion;

import java.util.ArrayList;
import java.util.List;

/// Replacements in a text, none of which overlap.
final class Edits {

  private record Edit(int start, int end, String by) {}

  private final List<Edit> edits = new ArrayList<>();

  void replace(int start, int end, String by) {
    edits.add(new Edit(start, end, by));
  }

  /// A member more, behind all that are there.
  ///
  /// @param member its name and its value as they are written
  void add(JsonSpots.Members object, String member) {
    boolean first = object.members().isEmpty();
    int at = first ? object.open() + 1 : object.members().getLast().end();
    replace(at, at, first ? member : "," + member);
  }

  /// Takes members away with the comma before them, or behind them where nothing before them stays.
  void remove(List<JsonSpots.Member> members, String name) {
    boolean stays = false;
    for (int i = 0; i < members.size(); i++) {
      JsonSpots.Member member = members.get(i);
      if (!member.name().equals(name)) {
        stays = true;
      } else if (stays) {
        replace(members.get(i - 1).end(), member.end(), "");
      } else {
        boolean last = i == members.size() - 1;
        replace(member.start(), last ? member.end() : members.get(i + 1).start(), "");
      }
    }
  }

  String applied(String text) {
    if (edits.isEmpty()) {
      return text;
    }
    edits.sort((a, b) -> Integer.compare(a.start(), b.start()));
    StringBuilder edited = new StringBuilder(text.length() + 16);
    int copied = 0;
    for (Edit edit : edits) {
      edited.append(text, copied, edit.start()).append(edit.by());
      copied = edit.end();
    }
    return edited.append(text, copied, text.length()).toString();
  }
}
