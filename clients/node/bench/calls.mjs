// Calls per second, as JSON on standard output. PARSEC_SERVICE_ENDPOINT is the endpoint of the service,
// PARSEC_BENCH_SECONDS the duration of each run. Missing keys are generated.
import { connect } from '@parsec/client'

const seconds = Number(process.env.PARSEC_BENCH_SECONDS ?? 2)
const message = new TextEncoder().encode('a message of a typical length, as in a real signature')
const small = new Uint8Array(64).fill(1)
// The largest message that fits into a request.
const large = new Uint8Array(1024 * 1024 - 4096).fill(1)

const parsec = await connect()
const key = await parsec.getOrGenerate('bench-sign')
const vault = await parsec.getOrGenerate('bench-seal', { algorithm: 'AES-256-GCM' })
const signature = await key.sign(message)

const operations = {
  ping: () => parsec.ping(),
  'sign-p256': () => key.sign(message),
  'verify-p256': () => key.verify(signature, message),
  'encrypt-64': () => vault.encrypt(small),
  'encrypt-1m': () => vault.encrypt(large),
  'random-32': () => parsec.random(32),
}

async function rate(call, concurrency) {
  for (let warm = 0; warm < 20; warm += 1) await call()
  let calls = 0
  const begun = performance.now()
  const end = begun + seconds * 1000
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < end) {
        await call()
        calls += 1
      }
    }),
  )
  return (calls * 1000) / (performance.now() - begun)
}

const runs = []
for (const [operation, call] of Object.entries(operations)) {
  for (const concurrency of [1, 16]) {
    const calls_per_second = await rate(call, concurrency)
    runs.push({ operation, mode: 'async', concurrency, calls_per_second })
  }
}
console.log(JSON.stringify({ language: 'node', runs }))
