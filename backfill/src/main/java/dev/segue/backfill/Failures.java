package dev.segue.backfill;

import dev.segue.change.FailurePolicy;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Items that could not be given their new form, and how many of them are too many. Each is a line
/// of a file that outlives the run; one that is there already is not written again, so whoever goes
/// on after a crash may record it once more.
///
/// Thread-safe.
public final class Failures {

  /// Of fewer items a rate says nothing.
  private static final long ENOUGH = 1000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FailurePolicy policy;
  private final Path file;
  private final Map<String, Failed> failed = new LinkedHashMap<>();
  private long looked;

  /// @param item a key, a row's key
  /// @param field the part of it; blank: the whole
  /// @param value what could not be converted
  /// @param code of the reason: a class of errors, an SQLSTATE
  public record Failed(
      String item, String field, @Nullable String value, String code, String reason) {}

  /// @param file one that is there is gone on with
  public Failures(FailurePolicy policy, Path file) {
    this.policy = policy;
    this.file = file;
    read(file).forEach(known -> failed.put(known.item(), known));
  }

  /// @return whether it is new
  /// @throws SegueException EXTERNAL `not-converted` where none may fail, `too-many-errors`
  public synchronized boolean record(Failed one) {
    boolean fresh = failed.putIfAbsent(one.item(), one) == null;
    if (fresh) {
      append(one);
    }
    if (policy.mode() == FailurePolicy.Mode.FAIL) {
      throw refused(one);
    }
    judge();
    return fresh;
  }

  /// So many more items were looked at; after a crash, those from before, too.
  public synchronized void looked(long items) {
    looked += items;
    judge();
  }

  public synchronized long count() {
    return failed.size();
  }

  public synchronized boolean knows(String item) {
    return failed.containsKey(item);
  }

  public synchronized List<Failed> all() {
    return List.copyOf(failed.values());
  }

  /// These are as they should be after all.
  public synchronized void mended(Collection<String> items) {
    if (failed.keySet().removeAll(items)) {
      StringBuilder lines = new StringBuilder();
      failed.values().forEach(each -> lines.append(line(each)));
      try {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, lines);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw unwritable(e);
      }
    }
  }

  /// Nothing was looked at yet: what an earlier try has listed, whose place the server has lost,
  /// will be met again.
  public synchronized void beginAnew() {
    failed.clear();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// Those in a file; none where there is no file. What a crash left of a line is none.
  public static List<Failed> read(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Failed> all = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.endsWith("}")) {
          all.add(JSON.readValue(line, Failed.class));
        }
      }
    } catch (JacksonException e) {
      throw new IllegalStateException(file + " holds a line that nobody wrote", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(all);
  }

  /// Begins with an end of line, for the last may have been cut short; readers skip empty ones.
  private void append(Failed one) {
    try {
      Files.write(
          file,
          ("\n" + line(one)).getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static String line(Failed one) {
    return JSON.writeValueAsString(one) + "\n";
  }

  private void judge() {
    long count = failed.size();
    if (policy.mode() == FailurePolicy.Mode.FAIL || count == 0) {
      return;
    }
    double rate = (double) count / Math.max(looked, 1);
    boolean tooOften = policy.maxRate() > 0 && looked >= ENOUGH && rate > policy.maxRate();
    if (count > policy.maxErrors() || tooOften) {
      String what =
          count > policy.maxErrors()
              ? "more than max-errors: %,d".formatted(policy.maxErrors())
              : String.format(
                  Locale.ROOT,
                  "%.2f %% of %,d, more than max-error-rate: %.2f %%",
                  rate * 100,
                  looked,
                  policy.maxRate() * 100);
      Failed last = List.copyOf(failed.values()).getLast();
      throw new SegueException(
          Kind.EXTERNAL,
          "too-many-errors",
          "%s could not be converted, %s. The last: %s"
              .formatted(count == 1 ? "1 item" : "%,d items".formatted(count), what, words(last)),
          "All are in "
              + file
              + ". Mend them or the change file, or allow more; then run the same command again.");
    }
  }

  private SegueException refused(Failed one) {
    return new SegueException(
        Kind.EXTERNAL,
        "not-converted",
        words(one),
        "Mend it, or the change file; or let such items be skipped, with on-error: log-and-skip."
            + " Then run the same command again.");
  }

  private static String words(Failed one) {
    String of = one.field().isBlank() ? "" : ", " + one.field();
    String value = one.value() == null ? "" : ": '" + one.value() + "'";
    return one.item() + of + " cannot be converted" + value + ": " + one.reason();
  }

  private SegueException unwritable(IOException e) {
    return new SegueException(
        Kind.RESOURCES,
        "failures-unwritable",
        "What could not be converted cannot be written to " + file + ": " + e.getMessage(),
        "Make room there, then run the same command again.",
        e);
  }
}
