package dev.segue.acceptance.checker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// No mistake of Segue's can hide in what judges it.
@AnalyzeClasses(packagesOf = Checker.class)
class IndependenceTest {

  @ArchTest
  static final ArchRule SHARES_NO_CODE_WITH_SEGUE =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.segue.acceptance.checker..",
              "java..",
              "tools.jackson..",
              "org.jspecify..",
              "org.junit..",
              "org.assertj..",
              "com.tngtech..");
}
