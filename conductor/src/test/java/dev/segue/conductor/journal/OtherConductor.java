package dev.segue.conductor.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.segue.change.SegueException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A conductor in a process of its own, which takes a change and does what it is told on its
/// standard input, one word a line, answering each with a line; to `flood` with a line for each
/// record it writes, until it is killed.
final class OtherConductor implements AutoCloseable {

  private final Process process;
  private final BufferedReader answers;
  private final PrintStream words;

  private OtherConductor(Process process) {
    this.process = process;
    this.answers = process.inputReader(UTF_8);
    this.words = new PrintStream(process.getOutputStream(), true, UTF_8);
  }

  /// @param home `file DIRECTORY` or `postgres PORT DATABASE TTL`, in words
  static OtherConductor start(String change, List<String> home) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherConductor.class.getName(),
                change));
    command.addAll(home);
    return new OtherConductor(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  long pid() {
    return process.pid();
  }

  String answer() throws IOException {
    return String.valueOf(answers.readLine());
  }

  String tell(String word) throws IOException {
    words.println(word);
    return answer();
  }

  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] args) throws IOException {
    try (Home home = home(args);
        Lease lease = home.take(args[0])) {
      System.out.println("taken " + lease.epoch());
      String run = lease.begin();
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String word = in.readLine(); word != null; word = in.readLine()) {
        System.out.println(obey(lease, run, word));
        while (word.equals("flood")) {
          System.out.println(obey(lease, run, "progress"));
        }
      }
    } catch (SegueException e) {
      System.out.println(e.code());
    }
  }

  private static String obey(Lease lease, String run, String word) {
    try {
      if (word.equals("check")) {
        lease.check();
        return "ours";
      }
      return run + " " + lease.append(run, word, "{}").seq();
    } catch (SegueException e) {
      return e.code();
    }
  }

  private static Home home(String... args) {
    InstantSource clock = InstantSource.system();
    return args[1].equals("file")
        ? FileHome.open(Path.of(args[2]), clock)
        : PostgresHome.open(
            PostgresHomeTest.url(Integer.parseInt(args[2]), args[3]),
            clock,
            Duration.parse(args[4]),
            Duration.ofSeconds(30));
  }
}
