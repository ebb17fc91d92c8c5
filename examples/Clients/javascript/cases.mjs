// Runs the models of a folder and compares what they say with NAME.json, in Node and in a browser: what differs is `ort`, the module of
// ONNX Runtime, and how a file is read. models.json lists the models, each as { name, kind }.
import { Generator } from './generator.mjs'

const arrays = {
  float: data => ['float32', Float32Array.from(data)],
  int64: data => ['int64', BigInt64Array.from(data.map(BigInt))],
  bool: data => ['bool', Uint8Array.from(data)],
  string: data => ['string', data],
}

// A tensor from { type, dims, data }.
export const tensor = (ort, { type, dims, data }) => new ort.Tensor(...arrays[type](data), dims)

// The largest difference between a tensor as expected and as found. What is null, in the padding, may be anything.
function difference({ type, dims, data }, found) {
  if (String(dims) !== String(found.dims)) return Infinity
  return data.reduce((largest, value, i) => value === null ? largest
    : type === 'string' ? (value === found.data[i] ? largest : Infinity)
    : Math.max(largest, Math.abs((type === 'float' ? Math.fround(value) : Number(value)) - Number(found.data[i]))), 0)
}

// Gives { model, title, difference } for each case. `readJson(file)` reads a file of the folder, `open(file)` gives a session.
export async function* compare(ort, readJson, open) {
  for (const { name: model } of await readJson('models.json')) {
    const expected = await readJson(`${model}.json`)
    if (expected.cases) yield* rows(ort, model, expected, open)
    else yield* sequences(ort, model, expected, open)
  }
}

async function* rows(ort, model, { cases }, open) {
  const session = await open(`${model}.onnx`)
  for (const { name: title, inputs, outputs } of cases) {
    const run = session.run(Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, tensor(ort, value)])))
    if (Object.keys(outputs).length === 0) { // it must be refused
      yield { model, title, difference: await run.then(() => Infinity, () => 0) }
      continue
    }
    const found = await run
    yield { model, title, difference: Math.max(...Object.entries(outputs).map(([name, value]) => difference(value, found[name]))) }
  }
}

async function* sequences(ort, model, { generation, options, info, encoder }, open) {
  const generator = new Generator(ort, await open(`${model}.decoder.onnx`), encoder ? await open(`${model}.encoder.onnx`) : null, info)
  const compared = (expected, found) => String(expected.tokens) === String(found?.tokens) && expected.ended === found.ended
    ? Math.abs(expected.logProbability - found.logProbability) : Infinity
  for (const { input, greedy, beams, sampled } of generation) {
    yield { model, title: 'greedy', difference: compared(greedy, await generator.greedy(input, options)) }
    yield { model, title: 'sampled', difference: compared(sampled, await generator.sample(input, options)) }
    const found = await generator.beamSearch(input, options)
    yield { model, title: 'beams', difference: Math.max(...beams.map((beam, i) => compared(beam, found[i]))) }
  }
}
