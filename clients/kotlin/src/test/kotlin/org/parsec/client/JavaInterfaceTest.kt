package org.parsec.client

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File
import java.lang.reflect.Constructor
import java.lang.reflect.Executable
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Path
import javax.tools.ToolProvider
import kotlin.io.path.writeText

/** The public classes as Java sees them. */
class JavaInterfaceTest {
    @TempDir
    private lateinit var folder: Path

    /** All public classes of the exported packages, also nested ones. */
    private val classes: List<Class<*>> = run {
        val place = File(Parsec::class.java.protectionDomain.codeSource.location.toURI())
        val exported = listOf("org/parsec/client", "org/parsec/client/jca", "org/parsec/client/raw")
        exported.flatMap { File(place, it).listFiles().orEmpty().toList() }
            .filter { it.extension == "class" }
            .map { Class.forName(it.relativeTo(place).path.removeSuffix(".class").replace('/', '.')) }
            .filter { of -> generateSequence(of) { it.enclosingClass }.all { Modifier.isPublic(it.modifiers) } }
            .filter { !it.isSynthetic && !it.isAnonymousClass && !it.isLocalClass }
    }

    /** Kotlin's internal members are public in the class file, with the name of the module after a `$`. */
    private fun isForUsers(member: Executable): Boolean =
        Modifier.isPublic(member.modifiers) && !member.isSynthetic && '$' !in member.name

    private fun methods(of: Class<*>): List<Method> = of.declaredMethods.filter(::isForUsers)

    /** Files whose functions are all internal. */
    private val internal = setOf("CallsKt", "StreamsKt", "OtherKeyKt", "KeySpecKt")

    @Test
    fun `no method has a name that Java cannot write`() {
        assertTrue(classes.size > 150, "only ${classes.size} classes were found")
        val mangled = classes.filter { it.simpleName !in internal }
            .flatMap { of -> methods(of).filter { '-' in it.name }.map { "${of.name}.${it.name}" } }
        assertEquals(emptyList<String>(), mangled)
    }

    @Test
    fun `types of the binding and unsigned numbers are not public`() {
        val strange = classes.filter { it.simpleName !in internal }.flatMap { of ->
            val constructors = of.declaredConstructors.filter { isForUsers(it) && !of.isEnum }
            (methods(of) + constructors).filter { member ->
                val named = member.parameterTypes.toList() + listOfNotNull((member as? Method)?.returnType)
                named.any { it.name.startsWith("org.parsec.client.ffi.") || it.name.matches(Regex("kotlin.U[A-Z].*")) }
            }.map { "$it" }
        }
        // Constructors that only this package calls; Kotlin has no other access for them.
        val internalConstructors =
            Regex("public org\\.parsec\\.client\\.[A-Za-z]*(Key|Spec|Admin|Raw|Csr|PublicKey|Entry|Version)\\(.*")
        assertEquals(emptyList<String>(), strange.filterNot { it.matches(internalConstructors) })
    }

    @Test
    fun `every public method can be called from Java`() {
        val calls = classes.filter { it.simpleName !in internal && !it.isInterface }.flatMap { of ->
            methods(of).map { call(of, it) } + constructors(of).map { construct(of, it) }
        }
        assertTrue(calls.size > 1000, "only ${calls.size} calls were written")
        val source = folder.resolve("Calls.java")
        val methods = calls.withIndex().joinToString("\n") { (at, call) ->
            "    static void call$at() throws Throwable { $call; }"
        }
        source.writeText(
            "@SuppressWarnings({\"unchecked\", \"rawtypes\", \"deprecation\"})\nclass Calls {\n$methods\n}\n",
        )
        val errors = java.io.StringWriter()
        val compiler = ToolProvider.getSystemJavaCompiler()
        val path = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val options = listOf("-d", "$folder", "-cp", path, "-proc:none")
        val files = compiler.getStandardFileManager(null, null, null)
        val units = files.getJavaFileObjects(source.toFile())
        val compiled = compiler.getTask(errors, files, null, options, null, units).call()
        assertTrue(compiled, errors.toString())
    }

    private fun constructors(of: Class<*>): List<Constructor<*>> = when {
        Modifier.isAbstract(of.modifiers) || of.isEnum -> emptyList()
        else -> of.declaredConstructors.filter(::isForUsers)
    }

    private fun construct(of: Class<*>, constructor: Constructor<*>): String =
        "new ${of.canonicalName}(${arguments(constructor)})"

    private fun call(of: Class<*>, method: Method): String {
        val on = if (Modifier.isStatic(method.modifiers)) of.canonicalName else "((${of.canonicalName}) null)"
        return "$on.${method.name}(${arguments(method)})"
    }

    private fun arguments(of: Executable): String = of.parameterTypes.joinToString(", ") { type ->
        when {
            type == Boolean::class.javaPrimitiveType -> "false"
            type.isPrimitive -> "(${type.name}) 0"
            else -> "(${type.canonicalName}) null"
        }
    }
}
