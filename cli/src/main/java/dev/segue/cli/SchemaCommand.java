package dev.segue.cli;

import dev.segue.change.ChangeSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `segue schema`: for editors.
@Command(
    name = "schema",
    description = {
      "Writes the JSON Schema of change files, so that an editor completes keys and marks mistakes.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  segue schema > segue.schema.json",
      "  # then, as the first line of a change file:",
      "  # yaml-language-server: $schema=segue.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {

  @ParentCommand private SegueCommand segue;

  @Override
  public Integer call() {
    segue.terminal().out().println(ChangeSchema.json());
    return Exit.DONE.code();
  }
}
