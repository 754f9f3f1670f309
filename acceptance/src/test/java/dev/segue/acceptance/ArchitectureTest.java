package dev.segue.acceptance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// The arrows between the rooms (ARCHITECTURE.md).
@AnalyzeClasses(packages = "dev.segue", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule ARROWS_POINT_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("change")
          .definedBy("dev.segue.change..")
          .layer("watch")
          .definedBy("dev.segue.watch..")
          .layer("conductor")
          .definedBy("dev.segue.conductor..")
          .layer("backfill")
          .definedBy("dev.segue.backfill..")
          .layer("redis")
          .definedBy("dev.segue.redis..")
          .layer("postgres")
          .definedBy("dev.segue.postgres..")
          .layer("delivery")
          .definedBy("dev.segue.delivery..")
          .layer("report")
          .definedBy("dev.segue.report..")
          .layer("testkit")
          .definedBy("dev.segue.testkit..")
          .layer("examples")
          .definedBy("dev.segue.examples..")
          .layer("cli")
          .definedBy("dev.segue.cli..")
          .whereLayer("change")
          .mayNotAccessAnyLayer()
          .whereLayer("watch")
          .mayOnlyAccessLayers("change")
          .whereLayer("testkit")
          .mayNotAccessAnyLayer()
          .whereLayer("examples")
          .mayOnlyAccessLayers("testkit")
          .whereLayer("conductor")
          .mayOnlyAccessLayers("change", "watch")
          .whereLayer("backfill")
          .mayOnlyAccessLayers("change", "conductor")
          .whereLayer("redis")
          .mayOnlyAccessLayers("change", "watch", "conductor", "backfill")
          .whereLayer("postgres")
          .mayOnlyAccessLayers("change", "watch", "conductor", "backfill")
          .whereLayer("delivery")
          .mayOnlyAccessLayers("change", "watch", "conductor")
          .whereLayer("report")
          .mayOnlyAccessLayers("change", "watch", "conductor")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("dev.segue.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_CORE_HAS_NO_CLOCK_OF_ITS_OWN =
      noClasses()
          .that()
          .resideInAnyPackage("dev.segue.change..", "dev.segue.watch..", "dev.segue.backfill..")
          .or()
          .haveSimpleName("Decisions")
          .or()
          .haveSimpleName("RunState")
          .should()
          .callMethod(java.time.Instant.class, "now");

  @ArchTest
  static final ArchRule ONLY_THE_DOOR_READS_THE_ENVIRONMENT =
      noClasses()
          .that()
          .doNotHaveSimpleName("Main")
          .and()
          .doNotHaveSimpleName("ProxyMain")
          .and()
          .resideOutsideOfPackage("dev.segue.examples..")
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule NAMES_SAY_SOMETHING =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Manager");
}
