package dev.segue.backfill;

import dev.segue.change.BackfillPace.Quiet;
import java.time.Instant;
import java.time.LocalTime;

/// Hours in which nothing is done.
record QuietHours(Quiet quiet) implements Signals {

  @Override
  public Verdict verdict(Instant now) {
    LocalTime time = now.atZone(quiet.zone()).toLocalTime();
    boolean sinceFrom = !time.isBefore(quiet.from());
    boolean beforeTo = time.isBefore(quiet.to());
    boolean overMidnight = quiet.to().isBefore(quiet.from());
    boolean still = overMidnight ? sinceFrom || beforeTo : sinceFrom && beforeTo;
    return still ? new Verdict.Stop("quiet hours until " + quiet.to()) : Verdict.GO;
  }

  @Override
  public void close() {}
}
