package dev.segue.cli;

import dev.segue.change.ChangeSchema;
import dev.segue.watch.Condition;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// Loads what most commands load; the launcher runs it once to make its cache of classes.
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    boolean loaded = !ChangeSchema.json().isEmpty();
    Condition.compile("health.errors > 10 && health.status != 'healthy'");
    return (loaded ? Exit.DONE : Exit.NEEDS_PERSON).code();
  }
}
