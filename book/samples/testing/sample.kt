import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.parsec.client.Ecdsa
import org.parsec.client.Parsec

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SigningTest {
    private lateinit var service: Process
    private lateinit var parsec: Parsec

    @BeforeAll
    fun start() {
        val command = ProcessBuilder("parsec-service", "--ephemeral")
        service = command.redirectError(ProcessBuilder.Redirect.INHERIT).start()
        parsec = Parsec.connectBlocking(endpoint = service.inputReader().readLine())
    }

    @AfterAll
    fun stop() {
        parsec.close()
        service.destroy() // deletes its keys
    }

    @Test
    fun signs() {
        val key = parsec.generateBlocking("web-tls", Ecdsa.P256)
        val message = "hello".toByteArray()
        assertTrue(key.verifyBlocking(key.signBlocking(message), message))
    }
}
