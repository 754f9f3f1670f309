package dev.segue.backfill;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.segue.change.FailurePolicy;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Items that could not be given their new form, and how many of them are too many. Each is a line
/// of a file that outlives the run; one that is there already is not written again, so whoever goes
/// on after a crash may record it once more. In memory there is next to nothing of them, however
/// many and however large they are.
///
/// Thread-safe.
public final class Failures {

  /// Of fewer items a rate says nothing.
  private static final long ENOUGH = 1000;

  /// Of a longer value this many characters are kept, by whoever keeps some.
  public static final int LONGEST_VALUE = 1000;

  private static final int SHOWN = 80;
  private static final int LONGEST_REASON_SHOWN = 200;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FailurePolicy policy;
  private final Path file;
  private Known known = new Known();
  private @Nullable Failed last;
  private long looked;

  /// @param item a key, a row's key
  /// @param field the part of it; blank: the whole
  /// @param value what could not be converted; of a long one the beginning
  /// @param code of the reason: a class of errors, an SQLSTATE
  /// @param kept of a way back: the old value, whole, that nothing else has any more
  public record Failed(
      String item,
      String field,
      @Nullable String value,
      String code,
      String reason,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String kept) {
    public Failed(String item, String field, @Nullable String value, String code, String reason) {
      this(item, field, value, code, reason, null);
    }

    @JsonCreator
    public Failed {
      Objects.requireNonNull(item);
      Objects.requireNonNull(field);
      Objects.requireNonNull(code);
      reason = Excerpt.of(reason, LONGEST_VALUE);
      value = value == null ? null : Excerpt.of(value, LONGEST_VALUE);
    }
  }

  /// @param file one that is there is gone on with
  public Failures(FailurePolicy policy, Path file) {
    this.policy = policy;
    this.file = file;
    each(file, this::held);
  }

  /// @return whether it is new
  /// @throws SegueException EXTERNAL `not-converted` where none may fail, `too-many-errors`
  public synchronized boolean record(Failed one) {
    boolean fresh = noted(one);
    judge();
    return fresh;
  }

  /// Several of a batch that is done: all are written before they are judged.
  ///
  /// @throws SegueException as for one
  public synchronized void record(Collection<Failed> some) {
    some.forEach(this::noted);
    judge();
  }

  /// Writes it down, where it is new.
  private boolean noted(Failed one) {
    boolean fresh = !known.holds(one.item());
    if (fresh) {
      append(one);
      held(one);
    }
    if (policy.mode() == FailurePolicy.Mode.FAIL) {
      throw refused(one);
    }
    return fresh;
  }

  /// Whether so many more may be recorded, for all that is known.
  public synchronized boolean bears(int more) {
    return policy.mode() != FailurePolicy.Mode.FAIL && !tooMany(known.count() + more);
  }

  private void held(Failed one) {
    known.add(one.item());
    last = one;
  }

  /// So many more items were looked at; after a crash, those from before, too.
  public synchronized void looked(long items) {
    looked += items;
    judge();
  }

  public synchronized long count() {
    return known.count();
  }

  public synchronized boolean knows(String item) {
    return known.holds(item);
  }

  /// As they are in the file.
  public synchronized List<Failed> all() {
    return read(file);
  }

  /// These are as they should be after all.
  public synchronized void mended(Collection<String> items) {
    Set<String> gone = items.stream().filter(known::holds).collect(Collectors.toSet());
    if (!gone.isEmpty()) {
      rewrite(told ->
          each(
              file,
              one -> {
                if (!gone.contains(one.item())) {
                  told.accept(one);
                }
              }));
    }
  }

  /// Tells of one item after the other.
  ///
  /// @param <X> what it may fail with
  @FunctionalInterface
  public interface Told<X extends Exception> {
    void to(Consumer<Failed> each) throws X;
  }

  /// What the store itself holds of them counts from now on, for whoever goes on with a run on
  /// another machine has no file of it, or one from before. To be called before anything is judged.
  ///
  /// @param store tells of each, once or more often
  public synchronized <X extends Exception> void heldBy(Told<X> store) throws X {
    rewrite(store);
  }

  /// All at once, by a file that takes the place of the other when it is whole.
  private <X extends Exception> void rewrite(Told<X> all) throws X {
    Known fresh = new Known();
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    last = null;
    try {
      // What is no character is replaced, as [#append] does.
      try (Writer lines =
          new BufferedWriter(
              new OutputStreamWriter(Files.newOutputStream(beside), StandardCharsets.UTF_8))) {
        all.to(one -> {
          if (fresh.add(one.item())) {
            write(lines, one);
            last = one;
          }
        });
      }
      if (fresh.count() > 0 || Files.exists(file)) {
        Files.move(
            beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.delete(beside);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
    known = fresh;
  }

  private void write(Writer lines, Failed one) {
    try {
      lines.write(line(one));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// Those in a file; none where there is no file. What a crash left of a line is none.
  public static List<Failed> read(Path file) {
    List<Failed> all = new ArrayList<>();
    each(file, all::add);
    return List.copyOf(all);
  }

  /// The same, one after the other.
  private static void each(Path file, Consumer<Failed> told) {
    if (!Files.exists(file)) {
      return;
    }
    // A line may end in the middle of a character, which this kind of reader takes for another one.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        parsed(line).ifPresent(told);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Empty: it was cut short, by a crash or for want of room. Whoever could not write the whole of
  /// it has not gone past the item, either.
  private static Optional<Failed> parsed(String line) {
    if (line.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(JSON.readValue(line, Failed.class));
    } catch (JacksonException e) {
      return Optional.empty();
    }
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

  private boolean tooMany(long count) {
    boolean tooOften = policy.maxRate() > 0 && looked >= ENOUGH && rate(count) > policy.maxRate();
    return count > policy.maxErrors() || tooOften;
  }

  private double rate(long count) {
    return (double) count / Math.max(looked, 1);
  }

  private void judge() {
    long count = known.count();
    if (policy.mode() == FailurePolicy.Mode.FAIL || count == 0) {
      return;
    }
    if (tooMany(count)) {
      String what =
          count > policy.maxErrors()
              ? String.format(Locale.ROOT, "more than max-errors: %,d", policy.maxErrors())
              : String.format(
                  Locale.ROOT,
                  "%.2f %% of %,d, more than max-error-rate: %.2f %%",
                  rate(count) * 100,
                  looked,
                  policy.maxRate() * 100);
      throw new SegueException(
          Kind.EXTERNAL,
          "too-many-errors",
          (count == 1
                  ? "1 item could not be converted, %s.".formatted(what)
                  : String.format(
                      Locale.ROOT, "%,d items could not be converted, %s.", count, what))
              + (last == null ? "" : " The last: " + words(last)),
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
        "It is in "
            + file
            + ". Mend it, or the change file; or let such items be skipped, with on-error: log-and-skip."
            + " Then run the same command again.");
  }

  /// These words go into the journal and into reports, which more people read than the file: no
  /// more of a value than is needed to know which one it is.
  private static String words(Failed one) {
    String of = one.field().isBlank() ? "" : ", " + one.field();
    String value = one.value() == null ? "" : ": '" + Excerpt.of(one.value(), SHOWN) + "'";
    return Excerpt.of(one.item(), SHOWN)
        + of
        + " cannot be converted"
        + value
        + ": "
        + Excerpt.of(one.reason(), LONGEST_REASON_SHOWN);
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
