package org.parsec.client.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.parsec.client.Aes;
import org.parsec.client.Ecdsa;
import org.parsec.client.Hash;
import org.parsec.client.KeyAttributes;
import org.parsec.client.Keys;
import org.parsec.client.Parsec;
import org.parsec.client.ParsecException;
import org.parsec.client.Provider;
import org.parsec.client.SigningKey;
import org.parsec.client.SymmetricKey;
import org.parsec.client.raw.UsageFlags;

/** The client in Java: blocking calls and futures, without Kotlin. */
public final class JavaSample {
    private JavaSample() {}

    public static String run(String endpoint) throws Exception {
        byte[] message = "hello".getBytes(UTF_8);
        try (Parsec parsec = Parsec.builder()
                .endpoint(endpoint)
                .timeout(Duration.ofSeconds(20))
                .connectBlocking()) {
            SigningKey key = parsec.getOrGenerateBlocking("java-key", Ecdsa.P256.withProvider(Provider.SOFTWARE));
            KeyAttributes attributes = key.getAttributes();
            int bits = attributes.getKeyBits();
            UsageFlags usage = new UsageFlags.Builder().signHash().verifyHash().build();
            if (bits != 256 || attributes.getKeyPolicy().getKeyUsageFlags().equals(usage)) {
                throw new AssertionError(attributes);
            }
            byte[] digest = parsec.hashBlocking(Hash.SHA256, message);
            if (!key.verifyHashBlocking(key.signHashBlocking(digest), digest)) {
                throw new AssertionError("the signature of the hash does not match");
            }
            byte[] signature = key.signBlocking(message);
            if (!key.verifyBlocking(signature, message)) {
                throw new AssertionError("the signature does not match");
            }
            Signature verifier = Signature.getInstance("SHA256withECDSA");
            verifier.initVerify(key.getPublicKey().toJava());
            verifier.update(message);

            SymmetricKey vault = parsec.generateBlocking("java-vault", Aes.GCM_256);
            byte[] context = "v1".getBytes(UTF_8);
            byte[] sealed = vault.encryptBlocking(message, context);
            if (!Arrays.equals(vault.decryptBlocking(sealed, context), message)) {
                throw new AssertionError("not decrypted to " + Arrays.toString(message));
            }

            CompletableFuture<byte[]> later =
                    parsec.getOrGenerateAsync("java-key", Ecdsa.P256).thenCompose(found -> found.signAsync(message));
            if (later.get().length == 0) {
                throw new AssertionError("the signature is empty");
            }

            try {
                parsec.openBlocking("missing");
                throw new AssertionError("the key exists");
            } catch (ParsecException.KeyNotFound e) {
                String name = e.getKeyName();
                if (!"missing".equals(name)) {
                    throw new AssertionError(name);
                }
            }

            SigningKey renamed = Keys.renameBlocking(Keys.withTimeout(key, Duration.ofSeconds(20)), "java-renamed");
            renamed.deleteBlocking();
            vault.deleteBlocking();
            return verifier.verify(signature) ? "it matches" : "it does not";
        }
    }
}
