package dev.segue.change;

import static dev.segue.change.Key.optional;
import static dev.segue.change.Key.required;

import dev.segue.change.Deploy.HealthCheck;
import dev.segue.change.Deploy.Router;
import dev.segue.change.Deploy.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `deploy`: how the new version takes the old one's place.
final class DeploySection {

  private static final Key<Integer> LISTEN =
      required("listen", Scalars.PORT, "The port users come to.");
  private static final Key<String> BIND =
      optional("host", Scalars.HOST, "127.0.0.1", "The address it binds to.");
  private static final Key<Router.Proxy> PROXY =
      optional(
          "proxy",
          MappingForm.of(f -> new Router.Proxy(f.get(BIND), f.get(LISTEN)), LISTEN, BIND),
          "Segue's own proxy, a process of its own.");

  private static final Key<String> COMMAND =
      required("command", Scalars.TEXT, "How it is started: one command for sh.");
  private static final Key<Integer> PORT =
      required("port", Scalars.PORT, "The port it listens on.");
  private static final Key<String> HOST =
      optional("host", Scalars.HOST, "127.0.0.1", "Where it is reached.");
  private static final Key<Path> DIR =
      optional("dir", Scalars.PATH, ".", "Its working directory; relative to the change file.");
  private static final Key<Map<String, Secret>> ENV =
      optional(
          "env",
          new EnvForm(),
          "{}",
          "Environment of the process besides what it inherits; never printed.");
  private static final Key<Duration> STOP =
      optional("stop", Scalars.TIME, "10s", "How long it may take to end after SIGTERM.");
  private static final Key<Boolean> KILL =
      optional("kill", Scalars.FLAG, "false", "Whether SIGKILL may follow when it does not end.");

  private static final MappingForm<AppVersion> VERSION =
      MappingForm.of(DeploySection::version, COMMAND, PORT, HOST, DIR, ENV, STOP, KILL);

  private static final Key<String> PATH =
      required("path", Scalars.HTTP_PATH, "The path that is asked, on the version's own port.");
  private static final Key<Duration> EVERY =
      optional("every", Scalars.TIME, "1s", "Time between two questions.");
  private static final Key<Duration> WITHIN =
      optional("within", Scalars.TIME, "60s", "How long a version may take to come up.");
  private static final Key<Integer> RISE =
      optional(
          "rise",
          Scalars.number("a number of answers", 1, 100),
          "2",
          "How many healthy answers in a row make it up.");
  private static final Key<Expression> EXPECT =
      optional(
          "expect",
          Scalars.EXPRESSION,
          "Condition (CEL) over the JSON it answers with; any 2xx answer will do when not given.");

  private static final Key<Strategy> STRATEGY =
      optional(
          "strategy",
          Scalars.word(Strategy.class),
          "blue-green",
          "The order in which versions come and go.");
  private static final Key<Router> ROUTER =
      required(
          "router",
          MappingForm.oneOf(List.of(PROXY)),
          "What stands before the versions and decides which one gets a request.");
  private static final Key<AppVersion> OLD =
      required("old", VERSION, "The version that serves now.");
  private static final Key<AppVersion> NEW =
      required("new", VERSION, "The version that takes its place.");
  private static final Key<HealthCheck> HEALTH =
      required(
          "health",
          MappingForm.of(DeploySection::health, PATH, EVERY, WITHIN, RISE, EXPECT)
              .checking(DeploySection::checkHealth, EVERY, WITHIN, RISE),
          "When a version counts as up.");
  private static final Key<Duration> DRAIN =
      optional(
          "drain",
          Scalars.TIME,
          "120s",
          "How long requests in flight may take to end before the step gives up.");
  private static final Key<Duration> DEAD_MAN =
      optional(
          "dead-man",
          Scalars.TIME,
          "30s",
          "After the switch, the router goes back to the old version by itself when Segue has not"
              + " been heard for this long.");

  static final Form<Deploy> DEPLOY =
      MappingForm.of(DeploySection::deploy, STRATEGY, ROUTER, OLD, NEW, HEALTH, DRAIN, DEAD_MAN)
          .checking(DeploySection::checkPorts, ROUTER, OLD, NEW);

  private DeploySection() {}

  private static AppVersion version(Fields f) {
    return new AppVersion(
        f.get(COMMAND), f.get(HOST), f.get(PORT), f.get(DIR), f.get(ENV), f.get(STOP), f.get(KILL));
  }

  private static HealthCheck health(Fields f) {
    return new HealthCheck(
        f.get(PATH), f.get(EVERY), f.get(WITHIN), f.get(RISE), f.find(EXPECT).orElse(null));
  }

  private static Deploy deploy(Fields f) {
    return new Deploy(
        f.get(STRATEGY),
        f.get(ROUTER),
        f.get(OLD),
        f.get(NEW),
        f.get(HEALTH),
        f.get(DRAIN),
        f.get(DEAD_MAN));
  }

  private static void checkHealth(Fields f) {
    Duration atLeast = f.get(EVERY).multipliedBy(f.get(RISE) - 1L);
    if (atLeast.compareTo(f.get(WITHIN)) >= 0) {
      f.problem(
          "%d healthy answers, one every %s, do not fit in %s: no version could ever be up"
              .formatted(
                  f.get(RISE), Durations.format(f.get(EVERY)), Durations.format(f.get(WITHIN))),
          "within");
    }
  }

  private static void checkPorts(Fields f) {
    AppVersion older = f.get(OLD);
    AppVersion newer = f.get(NEW);
    if (collide(older.host(), older.port(), newer.host(), newer.port())) {
      f.problem("%d is the old version's port too".formatted(newer.port()), "new", "port");
    }
    switch (f.get(ROUTER)) {
      case Router.Proxy proxy -> {
        if (collide(proxy.host(), proxy.listen(), older.host(), older.port())) {
          f.problem("%d is the router's port".formatted(older.port()), "old", "port");
        }
        if (collide(proxy.host(), proxy.listen(), newer.host(), newer.port())) {
          f.problem("%d is the router's port".formatted(newer.port()), "new", "port");
        }
      }
    }
  }

  private static boolean collide(String host, int port, String otherHost, int otherPort) {
    Set<String> everywhere = Set.of("0.0.0.0", "::");
    return port == otherPort
        && (host.equals(otherHost) || everywhere.contains(host) || everywhere.contains(otherHost));
  }
}
