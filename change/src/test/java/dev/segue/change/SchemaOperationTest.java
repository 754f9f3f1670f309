package dev.segue.change;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.SchemaOperation.AddColumn;
import dev.segue.change.SchemaOperation.Identity;
import dev.segue.change.SchemaOperation.MergeColumns;
import dev.segue.change.SchemaOperation.SplitColumn;
import dev.segue.change.SchemaOperation.When;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaOperationTest {

  private final List<SchemaOperation> operations =
      ChangeFile.parse(Examples.OPERATIONS, Path.of("change.yaml"), Map.of()).schema();

  @Test
  void everyKindCanBeWritten() {
    assertThat(operations.stream().map(o -> o.getClass().getSimpleName()).collect(toSet()))
        .isEqualTo(
            Arrays.stream(SchemaOperation.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(toSet()));
  }

  @Test
  void valuesComeToTheirPlaces() {
    AddColumn identity = the(AddColumn.class, 1);
    assertThat(identity.identity()).isEqualTo(Identity.BY_DEFAULT);
    assertThat(identity.where().of("column")).isEqualTo(new Place("change.yaml", 8, 37));
    assertThat(identity.where().of("up")).isEqualTo(new Place("change.yaml", 8, 17));

    SplitColumn split = the(SplitColumn.class, 0);
    assertThat(split.into())
        .extracting(SchemaOperation.Part::column)
        .containsExactly("first", "last");
    MergeColumns merge = the(MergeColumns.class, 0);
    assertThat(merge.down()).containsEntry("hour", "at::time");
    assertThat(merge.into().up()).isEqualTo("day + hour");
    assertThat(the(SchemaOperation.AddCheck.class, 0).when()).isEqualTo(When.CONTRACT);
    assertThat(the(SchemaOperation.DropConstraint.class, 0).when()).isEqualTo(When.EXPAND);
  }

  private <T> T the(Class<T> kind, int n) {
    return operations.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .skip(n)
        .findFirst()
        .orElseThrow();
  }
}
