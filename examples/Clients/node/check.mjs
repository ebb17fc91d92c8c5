// Runs every model of ../models and compares what it says with NAME.json: a line per model, exit code 1 where one differs by more than 1e-5.
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ort from 'onnxruntime-node'
import { Generator } from './generator.mjs'

const folder = fileURLToPath(new URL('../models/', import.meta.url))
const tolerance = 1e-5
const arrays = { float: ['float32', Float32Array.from.bind(Float32Array)],
  int64: ['int64', data => BigInt64Array.from(data.map(BigInt))], bool: ['bool', Uint8Array.from.bind(Uint8Array)] }
const tensor = ({ type, dims, data }) => new ort.Tensor(arrays[type][0], arrays[type][1](data), dims)
let worst = 0

for (const file of readdirSync(folder).filter(name => name.endsWith('.json')).sort()) {
  const name = file.slice(0, -5), expected = JSON.parse(readFileSync(folder + file, 'utf8'))
  const differences = expected.cases ? await rows(name, expected) : await sequences(name, expected)
  const line = Object.entries(differences).map(([what, difference]) => `${what} ${difference.toExponential(1)}`).join('   ')
  console.log(`node ${process.version}   ${name.padEnd(12)}${line}`)
  worst = Math.max(worst, ...Object.values(differences))
}
process.exit(worst <= tolerance ? 0 : 1)

async function rows(name, expected) {
  const session = await ort.InferenceSession.create(`${folder}${name}.onnx`)
  const differences = {}
  for (const { name: title, inputs, outputs } of expected.cases) {
    const found = await session.run(Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, tensor(value)])))
    differences[title] = Math.max(...Object.entries(outputs).map(([key, { dims, data }]) => {
      if (String(dims) !== String(found[key].dims)) return Infinity
      // What stands in the padding may be anything.
      return Math.max(...data.map((value, i) => value === null ? 0 : Math.abs(Number(value) - Number(found[key].data[i]))))
    }))
  }
  return differences
}

async function sequences(name, { generation, options, info }) {
  const decoder = await ort.InferenceSession.create(`${folder}${name}.decoder.onnx`)
  const encoderFile = `${folder}${name}.encoder.onnx`
  const encoder = existsSync(encoderFile) ? await ort.InferenceSession.create(encoderFile) : null
  const generator = new Generator(ort, decoder, encoder, info)
  const differences = { greedy: 0, beams: 0, sampled: 0 }
  const note = (what, expected, found) => {
    const same = String(expected.tokens) === String(found.tokens) && expected.ended === found.ended
    differences[what] = Math.max(differences[what], same ? Math.abs(expected.logProbability - found.logProbability) : Infinity)
  }
  for (const { input, greedy, beams, sampled } of generation) {
    note('greedy', greedy, await generator.greedy(input, options))
    note('sampled', sampled, await generator.sample(input, options))
    const found = await generator.beamSearch(input, options)
    beams.forEach((beam, i) => note('beams', beam, found[i] ?? { tokens: [] }))
  }
  return differences
}
