package org.parsec.client

import org.parsec.client.ffi.NativeAuthentication

/**
 * How the client authenticates. The default is the first method that the service offers. Keys belong to the
 * identity that created them, so an application must always use the same one.
 */
public sealed class Authentication(internal val native: NativeAuthentication) {
    /** No authentication: only for information about the service, hashes and random bytes. */
    public object Anonymous : Authentication(NativeAuthentication.Anonymous)

    /**
     * By a name that the service does not verify.
     *
     * @property name the application's name
     */
    public class Direct(public val name: String) : Authentication(NativeAuthentication.Direct(name))

    /** By the user of this process, which the kernel reports to the service. */
    public object UnixPeerCredentials : Authentication(NativeAuthentication.UnixPeerCredentials)

    /** By a SPIFFE JWT-SVID: the token in UTF-8. */
    public class JwtSvid(token: ByteArray) : Authentication(NativeAuthentication.JwtSvid(token.copyOf()))

    /**
     * By a JWT-SVID in a file, which is read for every request. The environment variable `PARSEC_JWT_SVID_FILE` sets
     * this for every client.
     *
     * @property path path of the file
     */
    public class JwtSvidFile(public val path: String) : Authentication(NativeAuthentication.JwtSvidFile(path))
}
