package dev.segue.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

class HelpTest {

  /// One that is none is shown all the same, but beneath a warning of the library's.
  @TestFactory
  Stream<DynamicTest> everyLineOfEachExampleIsAFormat() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    Terminal terminal = new Terminal(nowhere, nowhere, Map.of(), false);
    return all(new CommandLine(new SegueCommand(terminal)))
        .map(command ->
            DynamicTest.dynamicTest(
                command.getCommandSpec().qualifiedName(),
                () -> {
                  for (String line : command.getCommandSpec().usageMessage().footer()) {
                    assertThatCode(() -> String.format(line)).doesNotThrowAnyException();
                  }
                }));
  }

  private static Stream<CommandLine> all(CommandLine command) {
    return Stream.concat(
        Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpTest::all));
  }
}
