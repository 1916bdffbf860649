/** The conformance cases of all languages; tests/conformance/README.md defines them. */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'

import { NotSupportedError, ParsecError, type Client } from '@parsec/client'

import { fromContract, toContract } from '../lib/names.js'
import { startDevices } from './service.js'
import { VERBS, type Step } from './verbs.js'

interface Case {
  id: string
  title: string
  on?: string[]
  'not-on'?: string[]
  needs?: string[]
  steps: Step[]
}

const folder = resolve(import.meta.dirname, '../../../tests/conformance')
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const cases = readdirSync(join(folder, 'cases'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort()
  .flatMap((name) => (JSON.parse(read(join('cases', name))) as { cases: Case[] }).cases)
const specs = JSON.parse(read('specs.json')) as Record<string, object[]>
const knownFailing = new Map(
  (readdirSync(join(folder, 'known-failing')).includes('node.txt') ? read('known-failing/node.txt') : '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [id = '', number = '', ...reason] = line.split(' ')
      return [`${id} ${number}`, reason.join(' ')] as const
    }),
)

const FAMILIES: Record<number, string> = { 1: 'software', 2: 'pkcs11', 3: 'tpm', 128: 'pkcs11' }
const NAMES: Record<string, number> = { core: 0, software: 1, pkcs11: 2, tpm: 3, 'second-pkcs11': 128 }

const service = await startDevices()
const results: Record<string, Record<string, string>> = {}

/** Returns the first need that the provider does not meet. */
async function unmet(needs: readonly string[], parsec: Client, number: number): Promise<string | undefined> {
  for (const need of needs) {
    const [what = '', name = ''] = need.split(':')
    if (what === 'opcode') {
      if (!(await parsec.operations(number)).includes(name)) return need
    } else if (!(await can(parsec, number, what, specs[name] ?? []))) return need
  }
  return undefined
}

async function can(parsec: Client, provider: number, checkType: string, choices: object[]): Promise<boolean> {
  for (const choice of choices) {
    const attributes = fromContract(choice) as never
    try {
      await parsec.raw.canDoCrypto({ checkType: checkType as never, attributes }, { provider })
      return true
    } catch (error) {
      if (!(error instanceof NotSupportedError)) throw error
    }
  }
  return false
}

/** The kind of an error, as in contracts/statuses.toml. */
function kindOf(error: unknown): string {
  if (error instanceof ParsecError) return error.code.replace('ERR_PARSEC_', '').toLowerCase().replaceAll('_', '-')
  if (error instanceof TypeError || error instanceof RangeError) return 'invalid-argument'
  throw error
}

function filled(value: unknown, saved: Map<string, Uint8Array>): unknown {
  if (typeof value === 'string') {
    return value.startsWith('$') ? Buffer.from(known(saved, value)).toString('hex') : value
  }
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, saved))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, inner]) => [name, filled(inner, saved)] as const)
  const object = Object.fromEntries(entries) as Record<string, unknown>
  if (typeof object['repeat'] === 'string') return object['repeat'].repeat(object['times'] as number)
  return object
}

function known(saved: Map<string, Uint8Array>, name: string): Uint8Array {
  const value = saved.get(name.slice(1))
  assert.ok(value !== undefined, `no step has saved ${name}`)
  return value
}

/** Runs the steps, and throws the first failure. */
async function run(
  steps: Step[],
  client: (as: string, provider: number) => Promise<Client>,
  number: number,
): Promise<void> {
  const saved = new Map<string, Uint8Array>()
  for (const [at, raw] of steps.entries()) {
    const provider = raw.on === undefined ? number : NAMES[raw.on]
    assert.ok(provider !== undefined, `there is no provider ${String(raw.on)}`)
    const { is, 'is-not': isNot, save, fails, as = 'web' } = raw
    const parsec = await client(as, provider)
    const step = { ...(filled({ ...raw, save: undefined, on: undefined }, saved) as Step), number: provider }
    const verb = VERBS[raw.do]
    assert.ok(verb !== undefined, `unknown verb ${raw.do}`)
    const where = `step ${String(at + 1)}, ${raw.do}`
    const outcome = await verb(parsec, step).then(
      (answer) => ({ answer: answer ?? undefined }),
      (error: unknown) => ({ error }),
    )
    if ('error' in outcome) {
      if (fails !== undefined && kindOf(outcome.error) === fails) continue
      throw outcome.error
    }
    assert.equal(fails, undefined, `${where}: succeeded, expected an error`)
    const hex = outcome.answer && Buffer.from(outcome.answer).toString('hex')
    if (is !== undefined) assert.equal(hex, filled(is, saved), where)
    if (isNot !== undefined) assert.notEqual(hex, filled(isNot, saved), where)
    if (save !== undefined) {
      assert.ok(outcome.answer !== undefined, `${where}: no result to save`)
      saved.set(save, outcome.answer)
    }
  }
}

async function attempt(found: Case, number: number): Promise<string> {
  const family = FAMILIES[number] ?? ''
  if (found.on !== undefined && !found.on.includes(family)) return `skipped: only on ${found.on.join(', ')}`
  const clients = new Map<string, Client>()
  const client = async (as: string, provider: number): Promise<Client> => {
    const name = `${as}-${found.id}-${String(number)}`
    const there = clients.get(name) ?? (await service.connect({ application: name }))
    clients.set(name, there)
    return provider === 0 ? there : there.withOptions({ provider })
  }
  if (found['not-on']?.includes(family) === true) {
    await assert.rejects(run(found.steps, client, number), NotSupportedError)
    return `skipped: not on ${family}`
  }
  const missing = await unmet(found.needs ?? [], await client('web', number), number)
  if (missing !== undefined) return `skipped: needs ${missing}`
  const reason = knownFailing.get(`${found.id} ${String(number)}`)
  if (reason === undefined) {
    await run(found.steps, client, number)
    return 'passed'
  }
  await assert.rejects(run(found.steps, client, number), 'a case of the known-failing list passes: remove its line')
  return `known-failing: ${reason}`
}

for (const number of service.providers) {
  const own: Record<string, string> = {}
  results[String(number)] = own
  for (const found of cases) {
    test(`${found.id} on ${String(number)}`, async (context) => {
      const result = await attempt(found, number)
      own[found.id] = result
      const [how = '', reason = ''] = result.split(/: (.*)/s)
      if (how === 'skipped') context.skip(reason)
      if (how === 'known-failing') context.todo(reason)
    })
  }
}

after(async () => {
  await service.stop()
  for (const [number, own] of Object.entries(results)) {
    const all = Object.values(own)
    const passed = all.filter((result) => result === 'passed').length
    console.log(`provider ${number}: ${String(passed)} passed, ${String(all.length - passed)} not run`)
  }
  const report = process.env['PARSEC_CONFORMANCE_REPORT']
  if (report !== undefined && report !== '') writeFileSync(report, JSON.stringify({ language: 'node', results }))
})

test('there are cases, with the names of the contracts', () => {
  assert.ok(cases.length > 20)
  const attributes = { key_type: { 'ecc-key-pair': { curve_family: 'secp-r1' } } }
  assert.deepEqual(toContract(fromContract(attributes) as object), attributes)
})
