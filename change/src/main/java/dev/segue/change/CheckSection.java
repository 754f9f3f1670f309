package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import java.time.Duration;
import java.util.List;

/// `verify`: smoke tests after the switch.
final class CheckSection {

  private static final Key<String> GET =
      required(
          "get",
          Scalars.text("a path or a URL", s -> target(s.text())),
          "What is asked for: a path through the router, /people/1, or a whole URL.");
  private static final Key<Expression> ANSWER =
      required(
          "expect",
          Scalars.EXPRESSION,
          "Condition (CEL) over status, time, body and json: status == 200.");
  private static final Key<String> QUERY =
      required("query", Scalars.TEXT, "A query; its first row is looked at.");
  private static final Key<Expression> ROW =
      required(
          "expect", Scalars.EXPRESSION, "Condition (CEL) over the first row's columns: n > 0.");
  private static final Key<String> RUN =
      required("run", Scalars.TEXT, "A command for sh that must end with 0.");

  private static final Key<Check.Http> HTTP =
      optional("http", http(within("5s")), "An HTTP request answers as expected.");
  private static final Key<Check.Sql> SQL =
      optional("sql", sql(within("30s")), "A query answers as expected.");
  private static final Key<Check.Command> COMMAND =
      optional("command", command(within("60s")), "A command succeeds.");

  static final Form<Check> CHECK = MappingForm.oneOf(List.of(HTTP, SQL, COMMAND));

  private CheckSection() {}

  private static Key<Duration> within(String fallback) {
    return optional("within", Scalars.TIME, fallback, "How long it may take.");
  }

  private static Form<Check.Http> http(Key<Duration> within) {
    return MappingForm.of(
        f -> new Check.Http(f.get(GET), f.get(ANSWER), f.get(within)), GET, ANSWER, within);
  }

  private static Form<Check.Sql> sql(Key<Duration> within) {
    return MappingForm.of(
        f -> new Check.Sql(f.get(QUERY), f.get(ROW), f.get(within)), QUERY, ROW, within);
  }

  private static Form<Check.Command> command(Key<Duration> within) {
    return MappingForm.of(f -> new Check.Command(f.get(RUN), f.get(within)), RUN, within);
  }

  private static String target(String text) throws Misfit {
    if (text.startsWith("/")) {
      return text;
    }
    if (!text.contains("://")) {
      throw new Misfit("is neither a path that begins with / nor a URL");
    }
    return GateSection.httpUrl(text).toString();
  }
}
