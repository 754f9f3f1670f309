package dev.segue.conductor.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// A simulation that finds nothing is only worth something when it finds what is there.
class PlantedFaultsTest {

  private static final long AT_MOST = 2_000;

  @TempDir private Path scratch;

  @ParameterizedTest
  @FieldSource("dev.segue.conductor.simulation.PlantedFault#ALL")
  void isCaught(PlantedFault fault) throws ReflectiveOperationException {
    Optional<String> caught = fault.caught(AT_MOST, scratch);
    System.out.println(fault + ": " + caught.orElse("is not found"));
    assertThat(caught).isPresent();
  }
}
