package dev.segue.redis.data;

import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Conversion.Already;
import dev.segue.redis.conversion.Conversion.Converted;
import dev.segue.redis.conversion.Conversion.Failed;
import dev.segue.redis.conversion.Stored;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is to be done with a value, there and back. Pure.
///
/// The old value is kept when the new one is written. A value that was in the new form at the first
/// look is kept, too: so the way back can tell it from one that was written since.
final class Turning {

  /// What is to be done.
  sealed interface Move {}

  /// Nothing.
  ///
  /// @param ours it has the new form because it was given it earlier
  record Rest(boolean ours) implements Move {}

  /// @param now null: as it is
  /// @param kept what is kept from now on; null: nothing
  /// @param counts whether the value itself changes; else only what is kept
  /// @param failed why some of it stays as it is; null: nothing does
  record Write(
      @Nullable Stored now,
      @Nullable Stored kept,
      int replaced,
      boolean counts,
      @Nullable Failed failed)
      implements Move {

    Write(@Nullable Stored now, @Nullable Stored kept, int replaced, boolean counts) {
      this(now, kept, replaced, counts, null);
    }
  }

  record Bad(Failed failed) implements Move {}

  private static final Move REST = new Rest(false);

  private final Conversion conversion;
  private final boolean keeps;
  private final Since since;

  /// @param keeps whether old values are kept
  Turning(Conversion conversion, boolean keeps) {
    this.conversion = conversion;
    this.keeps = keeps;
    this.since = new Since(conversion.parts());
  }

  /// @param kept null: nothing
  /// @param first whether this is the first look at the keys
  Move forward(Stored now, @Nullable Stored kept, boolean first) {
    return switch (conversion.up(now)) {
      case Failed failed -> new Bad(failed);
      case Already _ -> already(now, kept, first);
      case Converted made -> converted(now, kept, made);
    };
  }

  /// What the way back would change, or could not change, if it did not know it is marked.
  private Move already(Stored now, @Nullable Stored kept, boolean first) {
    if (kept != null) {
      return new Rest(!kept.equals(now));
    }
    boolean mark = first && keeps && !(conversion.down(now) instanceof Already);
    return mark ? new Write(null, now, 0, false) : REST;
  }

  private Move converted(Stored now, @Nullable Stored kept, Converted made) {
    if (!(conversion.up(made.now()) instanceof Already)) {
      return new Bad(
          new Failed(
              "", shown(now), "never-done", "what it becomes would be changed again by the same"));
    }
    if (!keeps) {
      return new Write(made.now(), null, made.replaced(), true);
    }
    Stored old = kept == null ? now : since.keeping(now, new Since.Kept(kept, made(kept)));
    return new Write(made.now(), old, made.replaced(), true);
  }

  /// Back to the kept value where it still is what was made of it, else to the old form of what was
  /// written since. What is kept stays as long as not all of it could be taken back.
  Move back(Stored now, @Nullable Stored kept) {
    Since.Kept known = kept == null ? null : new Since.Kept(kept, made(kept));
    if (known != null && (now.equals(known.old()) || now.equals(known.made()))) {
      return back(now, known.old(), kept);
    }
    Since.Was was = since.of(now, known);
    Failed failed = was.failed();
    if (failed == null) {
      return back(now, was.stored(), kept);
    }
    return was.stored().equals(now)
        ? new Bad(failed)
        : new Write(was.stored(), kept, 0, true, failed);
  }

  private Move back(Stored now, Stored target, @Nullable Stored kept) {
    Stored still = kept == null || settled(target) ? null : target;
    if (target.equals(now)) {
      return Objects.equals(still, kept) ? REST : new Write(null, still, 0, false);
    }
    return new Write(target, still, 0, true);
  }

  /// Whether the way back leaves it alone even if nothing is kept.
  private boolean settled(Stored value) {
    Since.Was was = since.of(value, null);
    return was.failed() == null && was.stored().equals(value);
  }

  private Stored made(Stored kept) {
    return conversion.up(kept) instanceof Converted made ? made.now() : kept;
  }

  static String shown(Stored stored) {
    return switch (stored) {
      case Stored.Hash hash -> hash.fields().toString();
      case Stored.Json json -> json.text();
    };
  }
}
