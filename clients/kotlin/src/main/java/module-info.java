/**
 * Keys in a TPM, in an HSM or in software, through the Parsec service.
 *
 * <p>The native library is loaded by JNA. Java 24 and newer warn about this unless the application runs with
 * {@code --enable-native-access=com.sun.jna}.
 *
 * @provides java.security.Provider the provider {@code Parsec} of the JCA
 */
module org.parsec.client {
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires com.sun.jna;

    exports org.parsec.client;
    exports org.parsec.client.jca;
    exports org.parsec.client.raw;

    // JNA reads the fields of structures.
    opens org.parsec.client.ffi to com.sun.jna;

    provides java.security.Provider with
            org.parsec.client.jca.ParsecProvider;
}
