package dev.segue.redis.data;

import dev.segue.backfill.Store.FormCount;
import dev.segue.backfill.Store.Looking;
import dev.segue.backfill.Store.Mismatch;
import dev.segue.backfill.Store.Stats;
import dev.segue.backfill.Store.Verification;
import dev.segue.change.Backfill.Keep;
import dev.segue.redis.conversion.Conversion;
import dev.segue.redis.conversion.Stored;
import dev.segue.redis.om.RedisOm;
import dev.segue.redis.wire.Answer;
import dev.segue.redis.wire.Call;
import dev.segue.redis.wire.Raw;
import dev.segue.redis.wire.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/// Looks at keys before they are changed, and afterwards. Changes nothing.
record Inspection(Task task, Looking looking) {

  private static final int MOST_LISTED = 1_000;
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
      Keep keep =
          Checkpoint.any(server, task.names().checkpoint(KeysBackfillStep.BACKFILL))
              .map(Checkpoint::keep)
              .orElse(Keep.BACKUP);
      boolean compared = looking.run().isPresent() && keep != Keep.BACKUP;
      Reader reader = new Reader(server, task.names(), task.shape(), keep);
      Comparing comparing = new Comparing(task, looking, compared);
      Survey survey =
          Survey.of(
              server,
              task.backfill().keys().patterns(),
              looking.sample(),
              keys ->
                  comparing.compare(
                      reader.read(keys, compared ? Reader.Kept.READ : Reader.Kept.BESIDE).looks()));
      return new Verification(
          survey.about(),
          survey.looked(),
          0,
          comparing.since,
          comparing.left,
          List.of(),
          List.copyOf(comparing.written));
    }
  }

  /// What is found on the way. Of a value whose old one is kept, a run writes nothing but what that
  /// becomes: another one in the new form was written since, by somebody else. Not for several
  /// threads.
  private static final class Comparing {
    private final Task task;
    private final Looking looking;
    private final boolean compared;
    private final List<Mismatch> written = new ArrayList<>();
    private long looked;
    private long since;
    private long left;

    Comparing(Task task, Looking looking, boolean compared) {
      this.task = task;
      this.looking = looking;
      this.compared = compared;
    }

    void compare(List<Look> looks) {
      looks.forEach(this::compare);
      looked += looks.size();
      looking.progress().at("comparing keys: %,d".formatted(looked), Double.NaN);
    }

    private void compare(Look look) {
      Stored is = look.stored();
      if (is == null || !(task.conversion().up(is) instanceof Conversion.Already)) {
        left++;
        return;
      }
      if (compared && look.old() != null) {
        Stored expected =
            task.conversion().up(look.old()) instanceof Conversion.Converted made
                ? made.now()
                : look.old();
        if (!expected.equals(is)) {
          since++;
          list(look.key(), is, expected);
        }
      }
    }

    private void list(String key, Stored is, Stored expected) {
      Map<String, String> found = fields(is);
      Map<String, String> wanted = fields(expected);
      TreeSet<String> all = new TreeSet<>(found.keySet());
      all.addAll(wanted.keySet());
      for (String field : all) {
        String a = found.get(field);
        String b = wanted.get(field);
        if (!Objects.equals(a, b) && written.size() < MOST_LISTED) {
          written.add(new Mismatch(Raw.shown(key), field, a == null ? "" : a, b == null ? "" : b));
        }
      }
    }

    private static Map<String, String> fields(Stored stored) {
      return switch (stored) {
        case Stored.Hash hash -> hash.fields();
        case Stored.Json json -> Map.of("", json.text());
      };
    }
  }
}
