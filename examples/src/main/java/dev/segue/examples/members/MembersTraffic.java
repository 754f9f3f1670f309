package dev.segue.examples.members;

import dev.segue.testkit.Traffic;
import dev.segue.testkit.WriteChecker;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// What the users of the application do: out of ten requests they look up six persons and one
/// member's people, add two persons and change one person's member.
///
/// One instance changes no person twice, so that every acknowledged write can be asked for at the
/// end.
public final class MembersTraffic implements Traffic {

  /// Asks the application for the writes it acknowledged.
  public static final WriteChecker CHECKER = new WriteChecker("/writes/check");

  /// Which version gave an answer.
  public static final String VERSION_HEADER = "X-Members-Version";

  private final MembersSchema schema;
  private final RandomGenerator random;
  private int changed;

  /// @param schema what the database was filled with
  /// @param random also makes the write ids: a seed used before on the same database repeats writes
  public MembersTraffic(MembersSchema schema, RandomGenerator random) {
    this.schema = schema;
    this.random = random;
  }

  @Override
  public Request next(long n) {
    return switch ((int) (n % 10)) {
      case 2, 7 -> insert();
      case 5 -> changed < schema.people() ? change(++changed) : insert();
      case 9 -> Request.get("/members/" + member() + "/people");
      default -> Request.get("/people/" + (1 + random.nextInt(schema.people())));
    };
  }

  private Request insert() {
    UUID id = writeId();
    int member = member();
    String body =
        """
        {"name": "Person %s", "member": %d, "write_id": "%s"}\
        """
            .formatted(id, member, id);
    return new Request("POST", "/people", body, new Write(id.toString(), "" + member));
  }

  private Request change(int person) {
    UUID id = writeId();
    int member = member();
    String body =
        """
        {"member": %d, "write_id": "%s"}\
        """
            .formatted(member, id);
    return new Request(
        "PUT", "/people/" + person + "/member", body, new Write(id.toString(), "" + member));
  }

  private int member() {
    return 1 + random.nextInt(schema.members());
  }

  private UUID writeId() {
    return new UUID(random.nextLong(), random.nextLong());
  }
}
