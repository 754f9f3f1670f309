/// The conductor: decides what is next from the plan, the journal and the clock, and carries it
/// out.
///
/// [Decisions] is pure. Everything it decides about reaches the world through [Step]s, each wrapped
/// in intent, observation, act, observation, outcome.
@NullMarked
package dev.segue.conductor;

import org.jspecify.annotations.NullMarked;
