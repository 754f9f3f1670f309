package dev.segue.change;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// By what server and client know each other over TLS. The files, all PEM, are read whenever a
/// connection is opened: a certificate that was renewed meanwhile is heeded.
///
/// @param authorities whose certificates are trusted; null: those that Java trusts
/// @param certificate our own, where the server wants one; null: none
/// @param key of our own certificate
public record RedisTls(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key) {

  static final RedisTls USUAL = new RedisTls(null, null, null);
}
