/// Delivery: the steps that put a new version of the application in the old one's place while users
/// are served, and back.
///
/// [DeliveryCapability] brings the steps, gates and figures of a change; [Standing] has router and
/// versions stand outside a run.
@NullMarked
package dev.segue.delivery;

import org.jspecify.annotations.NullMarked;
