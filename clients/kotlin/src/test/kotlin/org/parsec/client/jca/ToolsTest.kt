package org.parsec.client.jca

import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir
import org.parsec.client.Aes
import org.parsec.client.Ecdsa
import org.parsec.client.Parsec
import org.parsec.client.Rsa
import org.parsec.client.SigningKey
import org.parsec.client.TestService
import java.io.File
import java.nio.file.Path
import java.security.Security
import java.util.concurrent.TimeUnit
import java.util.jar.JarFile
import java.util.jar.JarOutputStream
import java.util.zip.ZipEntry
import kotlin.io.path.outputStream
import kotlin.io.path.readText
import kotlin.io.path.writeText

/** The JDK's programs with keys of the service, which find the provider on the class path. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ToolsTest {
    @TempDir
    private lateinit var folder: Path
    private val service = TestService.default()
    private val parsec = Parsec.connectBlocking(service.endpoint)

    /** The class path of the tests, also where surefire hides it in a manifest. */
    private val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")

    @AfterAll
    fun stop() {
        parsec.close()
        service.close()
    }

    private fun run(program: String, vararg arguments: String): Pair<Int, String> {
        val binary = File(System.getProperty("java.home"), "bin/$program").path
        val log = folder.resolve("log").toFile()
        val process = ProcessBuilder(binary, *arguments).directory(folder.toFile())
            .redirectErrorStream(true).redirectOutput(log).start()
        check(process.waitFor(120, TimeUnit.SECONDS)) { log.readText() }
        return process.exitValue() to log.readText()
    }

    private fun provider() = arrayOf("-addprovider", "Parsec", "-providerarg", "endpoint=${service.endpoint}")

    private fun store(file: String) =
        arrayOf("-keystore", file, "-storetype", "Parsec", "-storepass", "ignored", "-J--class-path=$classes")

    /** Writes a certificate for the key, then that of its authority. */
    private fun certify(key: SigningKey): Path = Authority().use { authority ->
        val own = authority.certificate(key.toCsrBlocking("CN=${key.name}").toPem())
        folder.resolve("${key.name}.pem").apply { writeText(authority.ownPem + own) }
    }

    @Test
    fun `keytool lists the keys`() {
        val key = parsec.generateBlocking("tool-listed", Ecdsa.P256)
        parsec.generateBlocking("tool-vault", Aes.GCM_256)
        val (status, all) = run("keytool", "-list", *store("NONE"), *provider())
        assertEquals(0, status, all)
        assertTrue("tool-vault" in all && "SecretKeyEntry" in all && "PrivateKeyEntry" in all, all)
        val (certified, one) = run("keytool", "-list", "-v", *store(certify(key).toString()), *provider())
        assertEquals(0, certified, one)
        assertTrue("Your keystore contains 1 entry" in one, one)
        assertTrue("Certificate chain length: 2" in one, one)
    }

    @Test
    fun `keytool says why a file is not taken`() {
        val strange = folder.resolve("strange.pem").apply { writeText("no certificate") }
        val (status, output) = run("keytool", "-list", *store(strange.toString()), *provider())
        assertFalse(status == 0)
        assertTrue("BEGIN CERTIFICATE" in output, output)
        val other = Authority().use { folder.resolve("other.pem").apply { writeText(it.ownPem) } }
        val (unmatched, text) = run("keytool", "-list", *store(other.toString()), *provider())
        assertFalse(unmatched == 0)
        assertTrue("CN=authority" in text, text)
    }

    @TestFactory
    fun `jarsigner signs and verifies`(): List<DynamicTest> = listOf(
        "tool-ec" to Ecdsa.P256,
        "tool-rsa" to Rsa.pkcs1(2048),
        "tool-pss" to Rsa.pss(2048),
    ).map { (name, spec) ->
        dynamicTest("with $spec") {
            val chain = certify(parsec.generateBlocking(name, spec))
            val jar = folder.resolve("$name.jar")
            JarOutputStream(jar.outputStream()).use {
                it.putNextEntry(ZipEntry("hello"))
                it.write("hello".encodeToByteArray())
            }
            val algorithm = if (name == "tool-pss") arrayOf("-sigalg", "RSASSA-PSS") else emptyArray()
            val (signed, output) =
                run("jarsigner", *store(chain.toString()), *provider(), *algorithm, jar.toString(), name)
            assertEquals(0, signed, output)
            val (status, verified) = run("jarsigner", "-verify", "-verbose", jar.toString())
            assertEquals(0, status, verified)
            assertTrue("jar verified." in verified, verified)
            JarFile(jar.toFile(), true).use { file ->
                val entry = file.getJarEntry("hello")
                file.getInputStream(entry).readAllBytes()
                assertEquals(2, entry.codeSigners.single().signerCertPath.certificates.size)
            }
        }
    }

    @Test
    fun `the first position changes nothing else in a new JVM`() {
        parsec.getOrGenerateBlocking("first", Ecdsa.P256)
        val output = java("-Xlog:class+load:file=${folder.resolve("loaded")}", FirstPosition.NAME, service.endpoint)
        assertEquals("the JVM's own keys work\nthe service signs\n", output)
        val loaded = folder.resolve("loaded").readText()
        val own = loaded.substringBefore("FirstPosition\$OwnKeysWork")
        assertTrue("org.parsec.client.jca.ParsecProvider" in own)
        assertFalse("com.sun.jna" in own, "the constructor loads JNA")
        assertTrue("com.sun.jna" in loaded)
    }

    @Test
    fun `java security properties configure the provider`() {
        parsec.getOrGenerateBlocking("first", Ecdsa.P256)
        val providers = listOf("Parsec endpoint=${service.endpoint}") + Security.getProviders().map { it.name }
        val file = folder.resolve("security").apply {
            writeText(providers.withIndex().joinToString("\n") { (at, name) -> "security.provider.${at + 1}=$name" })
        }
        val output = java("-Djava.security.properties=$file", FirstPosition.NAME)
        assertEquals("the JVM's own keys work\nthe service signs\n", output)
    }

    private fun java(vararg arguments: String): String {
        val (status, output) = run("java", "-cp", classes, *arguments)
        assertEquals(0, status, output)
        return output
    }
}
