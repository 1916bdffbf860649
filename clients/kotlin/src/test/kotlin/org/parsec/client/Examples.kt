package org.parsec.client

import kotlinx.coroutines.runBlocking

// Services for all generated examples. They end with this process, which holds their standard input.
private val service by lazy { TestService.direct() }
private val devices by lazy { TestService.devices() }

/** The service for an example that requires the provider, if any. */
private fun endpoint(provider: Provider?) = (if (provider == null) service else devices).endpoint

/** Runs an example as an application of this name, so that examples share no keys. */
fun runExample(application: String, provider: Provider? = null, example: suspend (Parsec) -> Unit) = runBlocking {
    Parsec.connect(endpoint = endpoint(provider), application = application, provider = provider).use { example(it) }
}

/** As [runExample], on the caller's thread. */
fun runBlockingExample(application: String, provider: Provider? = null, example: (Parsec) -> Unit) {
    Parsec.connectBlocking(endpoint = endpoint(provider), application = application, provider = provider).use(example)
}
