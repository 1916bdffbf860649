package org.parsec.client

import org.parsec.client.raw.NativeAuthentication

/**
 * How the client says who it is. Left alone, the client chooses by what the service offers. Keys belong to
 * the identity that made them, so an application must always come as the same.
 */
public sealed class Authentication(internal val native: NativeAuthentication) {
    /** It does not: enough to ask what there is, to hash and to draw random bytes. */
    public object Anonymous : Authentication(NativeAuthentication.Anonymous)

    /**
     * By a name that the service takes on trust.
     *
     * @property name the application's name
     */
    public class Direct(public val name: String) : Authentication(NativeAuthentication.Direct(name))

    /** By the user of this process, which the kernel vouches for. */
    public object UnixPeerCredentials : Authentication(NativeAuthentication.UnixPeerCredentials)

    /** By a JWT-SVID of SPIFFE: the token's text in UTF-8. */
    public class JwtSvid(token: ByteArray) : Authentication(NativeAuthentication.JwtSvid(token.copyOf()))

    /**
     * By the JWT-SVID that a file holds, read for every request. The environment's `PARSEC_JWT_SVID_FILE` says the same
     * for every client.
     *
     * @property path where it is
     */
    public class JwtSvidFile(public val path: String) : Authentication(NativeAuthentication.JwtSvidFile(path))
}
