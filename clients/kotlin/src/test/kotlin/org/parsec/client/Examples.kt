package org.parsec.client

import kotlinx.coroutines.runBlocking

/** One service for all generated examples. It ends with this process, which holds its standard input. */
private val service by lazy { TestService.direct() }

/** Runs an example as an application of this name, so that examples share no keys. */
fun runExample(application: String, example: suspend (Parsec) -> Unit) = runBlocking {
    Parsec.connect(endpoint = service.endpoint, application = application).use { example(it) }
}

/** As [runExample], on the caller's thread. */
fun runBlockingExample(application: String, example: (Parsec) -> Unit) {
    Parsec.connectBlocking(endpoint = service.endpoint, application = application).use(example)
}
