package dev.segue.backfill;

import dev.segue.change.BackfillPace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Whether the server, and who works on it, can take the next batch.
public interface Signals extends AutoCloseable {

  Verdict verdict(Instant now);

  @Override
  void close();

  /// A store's own, and those that any store has: quiet hours and a health page.
  static Signals of(BackfillPace pace, Signals store) {
    List<Signals> all = new ArrayList<>();
    if (pace.quiet() != null) {
      all.add(new QuietHours(pace.quiet()));
    }
    all.add(store);
    HealthSignal.of(pace).ifPresent(all::add);
    return new Several(all);
  }

  /// The worst of them counts.
  ///
  /// @param all in the order in which a person is told of them
  record Several(List<Signals> all) implements Signals {

    public Several {
      all = List.copyOf(all);
    }

    @Override
    public Verdict verdict(Instant now) {
      Verdict worst = Verdict.GO;
      for (Signals signals : all) {
        Verdict verdict = signals.verdict(now);
        if (verdict instanceof Verdict.Stop) {
          return verdict;
        }
        if (worst instanceof Verdict.Go) {
          worst = verdict;
        }
      }
      return worst;
    }

    @Override
    public void close() {
      all.forEach(Signals::close);
    }
  }
}
