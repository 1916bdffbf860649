package consumer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.time.Duration;
import java.util.ServiceLoader;
import org.parsec.client.Ecdsa;
import org.parsec.client.Hash;
import org.parsec.client.KeyAttributes;
import org.parsec.client.Parsec;
import org.parsec.client.SigningKey;
import org.parsec.client.jca.ParsecProvider;
import org.parsec.client.raw.PsaHashComputeRequest;

/** Uses the client from a module in Java: its types, its options, raw operations and the provider of the JCA. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        try (Parsec parsec = Parsec.builder().timeout(Duration.ofSeconds(20)).connectBlocking()) {
            SigningKey key = parsec.getOrGenerateBlocking("module", Ecdsa.P256.withCopyable());
            KeyAttributes attributes = key.getAttributes();
            int bits = attributes.getKeyBits();
            byte[] hash = parsec.getRaw()
                    .psaHashComputeBlocking(
                            key.getProvider(), new PsaHashComputeRequest(Hash.SHA256, "hello".getBytes(UTF_8)))
                    .getHash();
            if (bits != 256 || hash.length != 32 || !attributes.getKeyPolicy().getKeyUsageFlags().getCopy()) {
                throw new AssertionError(attributes);
            }
        }
        Provider found = ServiceLoader.load(Provider.class).stream()
                .filter(provider -> provider.type() == ParsecProvider.class)
                .findFirst()
                .orElseThrow()
                .get();
        Security.addProvider(found);
        KeyStore store = KeyStore.getInstance("Parsec");
        store.load(null);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign((PrivateKey) store.getKey("module", null));
        signature.update("hello".getBytes(UTF_8));
        if (signature.sign().length == 0) {
            throw new AssertionError("the signature is empty");
        }
        store.deleteEntry("module");
    }
}
