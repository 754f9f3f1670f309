package dev.segue.change;

import dev.segue.change.FailurePolicy.Mode;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What the command line said besides the change file about its backfills. It becomes a part of the
/// file's text before that is read, and so of the text that is stored with a run: whoever goes on
/// with the run later does what was asked, and whoever asks later sees what that was.
///
/// @param backfills names of those that are carried out; empty: all
/// @param maxBatch items; 0: as the file says
/// @param mode null: as the file says
/// @param value with [Mode#DEFAULT]
/// @param maxErrors -1: as the file says
public record Overrides(
    List<String> backfills,
    int maxBatch,
    @Nullable Mode mode,
    @Nullable String value,
    long maxErrors) {

  public static final Overrides NONE = new Overrides(List.of(), 0, null, null, -1);

  /// Keys that one script may change; it keeps the server busy meanwhile.
  private static final int MOST_KEYS = 500;

  private static final String BEGINNING = "\n# Said on the command line:\noverrides:\n";
  private static final FailurePolicy LENIENT =
      new FailurePolicy(Mode.LOG_AND_SKIP, null, 1000, 0.01);

  public Overrides {
    backfills = List.copyOf(backfills);
  }

  /// Behind a change file's text.
  public String text() {
    if (equals(NONE)) {
      return "";
    }
    StringBuilder text = new StringBuilder(BEGINNING);
    if (!backfills.isEmpty()) {
      StringJoiner names = new StringJoiner(", ", "[", "]");
      backfills.forEach(names::add);
      line(text, "backfills", names.toString());
    }
    if (maxBatch > 0) {
      line(text, "max-batch", Integer.toString(maxBatch));
    }
    if (mode != null) {
      line(
          text,
          "on-error",
          switch (mode) {
            case FAIL -> "fail";
            case LOG_AND_SKIP -> "log-and-skip";
            case DEFAULT -> "{ default: '" + String.valueOf(value).replace("'", "''") + "' }";
          });
    }
    if (maxErrors >= 0) {
      line(text, "max-errors", Long.toString(maxErrors));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append("  ").append(key).append(": ").append(value).append('\n');
  }

  /// Whether a stored text is a file's text and what the command line said besides.
  public static boolean areBehind(String file, String stored) {
    return stored.startsWith(file + BEGINNING);
  }

  Data on(Data data) {
    return new Data(
        data.redis(),
        data.indexes(),
        data.backfills().stream()
            .filter(b -> backfills.isEmpty() || backfills.contains(b.name()))
            .map(this::on)
            .toList());
  }

  private Backfill on(Backfill backfill) {
    return switch (backfill) {
      case Backfill.Keys k ->
          new Backfill.Keys(
              k.where(),
              k.name(),
              k.keys(),
              k.changes(),
              pace(k.pace(), MOST_KEYS),
              failures(k.failures()),
              k.keep());
      case Backfill.Rows r ->
          new Backfill.Rows(
              r.where(),
              r.name(),
              r.table(),
              r.set(),
              r.filter(),
              r.todo(),
              r.workers(),
              pace(r.pace(), Integer.MAX_VALUE),
              failures(r.failures()),
              r.keep());
    };
  }

  private BackfillPace pace(BackfillPace p, int most) {
    return p.with(maxBatch == 0 ? p.maxBatch() : Math.min(maxBatch, most));
  }

  private FailurePolicy failures(FailurePolicy file) {
    Mode chosen = mode == null ? file.mode() : mode;
    if (chosen == Mode.FAIL) {
      return FailurePolicy.FAIL;
    }
    FailurePolicy limits = file.mode() == Mode.FAIL ? LENIENT : file;
    return new FailurePolicy(
        chosen,
        mode == null ? file.value() : value,
        maxErrors < 0 ? limits.maxErrors() : maxErrors,
        limits.maxRate());
  }
}
