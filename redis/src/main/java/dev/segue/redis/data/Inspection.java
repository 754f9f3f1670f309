package dev.segue.redis.data;

import dev.segue.backfill.Store.FormCount;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Stats;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.change.SegueException;
import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.om.RedisOm;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Looks at keys before they are changed, and afterwards. Changes nothing.
///
/// @param random by which samples are drawn
record Inspection(Task task, Looking looking, RandomGenerator random) {

  private static final int SAMPLE = 500;

  /// A batch is written in about as long as it takes to read and convert it; the second pass reads
  /// once more.
  private static final double WALKS = 3;

  Stats stats() {
    try (Server server = Server.open(task.target())) {
      Keeping keeping = Keeping.sampled(server, task, SAMPLE);
      Counting counting = new Counting(task, server, looking, keeping.about());
      Survey survey =
          Survey.of(server, task.backfill().keys().patterns(), looking.sample(), counting::count);
      List<String> notes = new ArrayList<>(notesOfOtherTools(server));
      if (counting.others > 0) {
        notes.add("%,d keys hold something else and are left alone".formatted(counting.others));
      }
      double perKey = counting.seconds / Math.max(1, survey.looked());
      return new Stats(
          survey.about(),
          !survey.whole(),
          survey.looked(),
          counting.todo,
          counting.failing,
          List.copyOf(counting.forms.values()),
          WALKS * perKey * survey.about() / task.backfill().pace().share(),
          keeping.bytes(),
          Keeping.words(keeping.chosen(), task.names()),
          List.copyOf(notes));
    }
  }

  /// What is counted on the way. Not for several threads.
  private static final class Counting {
    private final Task task;
    private final Reader reader;
    private final Looking looking;
    private final long about;
    private final Map<String, FormCount> forms = new LinkedHashMap<>();
    private long looked;
    private long todo;
    private long failing;
    private long others;
    private double seconds;

    Counting(Task task, Server server, Looking looking, long about) {
      this.task = task;
      this.reader = new Reader(server, task.names(), task.shape(), Keep.BACKUP);
      this.looking = looking;
      this.about = looking.sample() == 0 ? about : Math.min(about, looking.sample());
    }

    void count(List<String> keys) {
      reader.lots(keys).forEach(this::few);
    }

    private void few(List<String> keys) {
      long began = System.nanoTime();
      Reader.Read read = reader.read(keys, Reader.Kept.BESIDE);
      for (Look look : read.looks()) {
        switch (look.stored() == null ? null : task.conversion().up(look.stored())) {
          case null -> failing++;
          case Conversion.Failed _ -> failing++;
          case Conversion.Converted _ -> todo++;
          case Conversion.Already _ -> {}
        }
      }
      seconds += (System.nanoTime() - began) / 1e9;
      others += read.others();
      read.looks().forEach(this::forms);
      looked += keys.size();
      looking
          .progress()
          .at("looking at keys: %,d".formatted(looked), Math.min(1, (double) looked / about));
    }

    private void forms(Look look) {
      if (look.stored() == null) {
        add(new Conversion.Form("", "not-text", Raw.shown(look.key()), false));
      } else {
        task.conversion().forms(look.stored()).forEach(this::add);
      }
    }

    private void add(Conversion.Form form) {
      FormCount one =
          new FormCount(form.field(), form.name(), 1, form.example(), form.convertible());
      forms.merge(
          form.field() + "\n" + form.name(),
          one,
          (known, _) ->
              new FormCount(
                  known.field(),
                  known.form(),
                  known.count() + 1,
                  known.example(),
                  known.convertible()));
    }
  }

  /// Redis OM keeps a record of what its own tool did.
  private static List<String> notesOfOtherTools(Server server) {
    List<String> notes = new ArrayList<>();
    Answer applied = server.all(List.of(Call.at(RedisOm.APPLIED, "SMEMBERS"))).getFirst();
    for (Answer name : applied.parts()) {
      notes.add(
          "Redis OM's own tool says that it has applied "
              + Raw.shown(name.words())
              + "; whether it did is seen in the forms");
    }
    for (Answer name : applied.parts()) {
      String state = RedisOm.stateKey(name.words());
      if (server.one(Call.at(state, "EXISTS")).number() > 0) {
        notes.add("It may be running: there is " + Raw.shown(state));
      }
    }
    return notes;
  }

  Verification verify() {
    try (Server server = Server.open(task.target())) {
      String place = task.names().checkpoint(KeysBackfillStep.BACKFILL);
      Optional<Checkpoint> begun = Checkpoint.any(server, place);
      Keep keep = begun.map(Checkpoint::keep).orElse(Keep.BACKUP);
      boolean values = looking.run().isPresent();
      if (values && keep == Keep.BACKUP) {
        throw nothingKept(begun.isPresent());
      }
      Comparing comparing = new Comparing(task, server, keep, looking, values);
      List<String> patterns = task.backfill().keys().patterns();
      long items;
      if (looking.sample() == 0) {
        items = Survey.of(server, patterns, 0, comparing::compare).about();
      } else {
        Draw draw = new Draw(looking.sample(), random);
        Survey.of(
            server,
            patterns,
            0,
            keys -> {
              draw.add(keys);
              looking.progress().at("drawing from %,d keys".formatted(draw.seen()), Double.NaN);
            });
        items = draw.seen();
        comparing.compare(draw.drawn());
      }
      return comparing.found(items, begun.isPresent());
    }
  }

  private SegueException nothingKept(boolean begun) {
    return new SegueException(
        SegueException.Kind.USER,
        "nothing-kept",
        begun
            ? "Of %s the old values are in the backup alone (keep: backup): there is nothing that values could be compared with"
                .formatted(task.backfill().name())
            : "%s has not begun: none of its old values is kept".formatted(task.backfill().name()),
        "Without --check-data only the forms are looked at; --backfill chooses another one.");
  }
}
