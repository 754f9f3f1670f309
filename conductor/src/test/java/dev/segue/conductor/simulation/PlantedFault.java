package dev.segue.conductor.simulation;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/// A fault planted into the conductor's own compiled code: one instruction is another. Shows that
/// the simulation would find it.
///
/// @param type the class, and `method` the method, that is changed
/// @param where the instruction
/// @param edit what stands there instead
record PlantedFault(
    String name,
    String type,
    String method,
    BiPredicate<CodeElement, AtomicInteger> where,
    Edit edit) {

  /// All that are known to be found.
  static final List<PlantedFault> ALL =
      List.of(
          in("Conductor", "perform", call("record", 1), PlantedFault::drop)
              .named("the intent is not written"),
          in("Conductor", "takeBack", call("record", 1), PlantedFault::drop)
              .named("the intent of going back is not written"),
          in("Conductor", "act", typeCheck(1), answer(b -> b.iconst_0()))
              .named("what is there is applied again"),
          in("Conductor", "act", call("observe", 2), answer(PlantedFault::present))
              .named("nobody looks whether it came to be"),
          in("RunState", "backwards", call("reversed", 1), PlantedFault::leave)
              .named("steps are taken back in the order they were applied"),
          in("Decisions", "decide", call("goingBack", 1), answer(b -> b.iconst_0()))
              .named("after turning round it goes on"),
          in("Decisions", "forwards", call("ending", 1), answer(b -> b.iconst_0()))
              .named("the contract comes unasked"),
          in("Watcher", "tick", call("breached", 1), PlantedFault::drop)
              .named("a breach is missed"),
          in("Watcher", "remember", call("recordSoon", 1), PlantedFault::drop)
              .named("a takeover forgets for how long a rule has been broken"),
          in("Watcher", "tick", call("renew", 1), PlantedFault::drop)
              .named("the router hears no sign of life"),
          in("Run", "proceed", call("compareWithWorld", 1), answer(PlantedFault::empty))
              .named("a takeover does not look whether everything still stands"),
          in("Conductor", "claim", call("claim", 1), PlantedFault::drop)
              .named("orders of an earlier conductor are let in after a takeover"),
          in("Runs", "lambda$start$0", call("unfinished", 1), answer(PlantedFault::empty))
              .named("with the lease in hand nobody looks again what runs"),
          in("RunJournal", "soundly", PlantedFault::field, answer(CodeBuilder::aconst_null))
              .named("it writes on after a record was lost"));

  private static final String OURS = "dev.segue.conductor.";

  /// What stands instead of an instruction.
  interface Edit {
    void instead(CodeBuilder code, CodeElement instruction);
  }

  private static PlantedFault in(
      String type, String method, BiPredicate<CodeElement, AtomicInteger> where, Edit edit) {
    return new PlantedFault("", type, method, where, edit);
  }

  private PlantedFault named(String name) {
    return new PlantedFault(name, type, method, where, edit);
  }

  /// The n-th call of that name.
  private static BiPredicate<CodeElement, AtomicInteger> call(String name, int n) {
    return (e, seen) ->
        e instanceof InvokeInstruction call
            && call.name().equalsString(name)
            && seen.incrementAndGet() == n;
  }

  private static BiPredicate<CodeElement, AtomicInteger> typeCheck(int n) {
    return (e, seen) -> e instanceof TypeCheckInstruction && seen.incrementAndGet() == n;
  }

  /// The first reading of a field.
  private static boolean field(CodeElement e, AtomicInteger seen) {
    return e instanceof FieldInstruction && seen.incrementAndGet() == 1;
  }

  /// The call is not made, and something is answered.
  private static Edit answer(Consumer<CodeBuilder> answer) {
    return (code, e) -> {
      drop(code, e);
      answer.accept(code);
    };
  }

  /// The call is not made; what was on the stack stays there.
  private static void leave(CodeBuilder code, CodeElement e) {}

  /// The call is not made, and nothing is answered.
  private static void drop(CodeBuilder code, CodeElement e) {
    if (e instanceof InvokeInstruction call) {
      MethodTypeDesc signature = call.typeSymbol();
      for (ClassDesc argument : signature.parameterList().reversed()) {
        if (TypeKind.from(argument).slotSize() == 2) {
          code.pop2();
        } else {
          code.pop();
        }
      }
    }
    code.pop(); // whose method or field it is, or what is checked
  }

  private static void present(CodeBuilder code) {
    ClassDesc observation = ClassDesc.of(OURS + "Observation");
    code.invokestatic(observation, "present", MethodTypeDesc.of(observation), true);
  }

  private static void empty(CodeBuilder code) {
    ClassDesc optional = ClassDesc.of("java.util.Optional");
    code.invokestatic(optional, "empty", MethodTypeDesc.of(optional));
  }

  @Override
  public String toString() {
    return name;
  }

  /// Runs simulations on the code with this fault in it, until one of them finds it.
  ///
  /// @return which one did and the invariant that did not hold, or empty
  Optional<String> caught(long atMost, Path scratch) throws ReflectiveOperationException {
    Method of =
        new Faulty()
            .loadClass(OURS + "simulation.Simulation")
            .getDeclaredMethod("of", long.class, Path.class);
    of.setAccessible(true);
    for (long seed = 0; seed < atMost; seed++) {
      try {
        of.invoke(null, seed, scratch);
      } catch (InvocationTargetException e) {
        Throwable cause = requireNonNull(e.getCause());
        // Another class of that name: it was loaded with the fault.
        if (!cause.getClass().getName().equals(Violation.class.getName())) {
          throw e;
        }
        return Optional.of("simulation " + (seed + 1) + ": " + cause.getMessage());
      }
    }
    return Optional.empty();
  }

  /// The conductor and its simulation once more, with the fault.
  private final class Faulty extends ClassLoader {

    Faulty() {
      super(PlantedFault.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        if (known != null || !name.startsWith(OURS)) {
          return known != null ? known : super.loadClass(name, resolve);
        }
        byte[] code = name.equals(OURS + type) ? planted(bytes(name)) : bytes(name);
        return defineClass(name, code, 0, code.length);
      }
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private byte[] planted(byte[] sound) {
      AtomicInteger seen = new AtomicInteger();
      AtomicInteger edited = new AtomicInteger();
      CodeTransform transform =
          (code, e) -> {
            if (where.test(e, seen)) {
              edited.incrementAndGet();
              edit.instead(code, e);
            } else {
              code.with(e);
            }
          };
      ClassFile files = ClassFile.of();
      byte[] faulty =
          files.transformClass(
              files.parse(sound),
              ClassTransform.transformingMethodBodies(
                  m -> m.methodName().equalsString(method), transform));
      if (edited.get() != 1) {
        throw new IllegalStateException(name + " is planted " + edited + " times");
      }
      return faulty;
    }
  }
}
