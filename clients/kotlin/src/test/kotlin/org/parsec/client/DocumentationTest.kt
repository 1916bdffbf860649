package org.parsec.client

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class DocumentationTest {
    private val declaration = Regex("^ *(@\\w+ )?public .*\\b(class|object|interface|fun|val|constructor)\\b.*")

    /** The compiler requires `public` on each public declaration, so that these are all. */
    @Test
    fun `every public declaration has a comment`() {
        val files = root.resolve("clients/kotlin/src/main/kotlin").toFile().walk().filter { it.extension == "kt" }
        var found = 0
        val bare = files.flatMap { file ->
            val lines = file.readLines()
            lines.indices.filter { declaration.matches(lines[it]) && !isParameter(lines[it]) }.filter { at ->
                found++
                val before = lines.take(at).dropLastWhile { it.trim().startsWith("@") }.lastOrNull().orEmpty()
                !before.trim().endsWith("*/")
            }.map { "${file.name}:${it + 1}: ${lines[it].trim()}" }
        }.toList()
        assertEquals(emptyList<String>(), bare)
        assertTrue(found > 700, "only $found declarations were found")
    }

    /** Whether it is a parameter of a constructor, which the comment of the class describes. */
    private fun isParameter(line: String) = line.trim().startsWith("public val") && line.endsWith(",")
}
