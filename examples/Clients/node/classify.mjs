// Says what a question asks for:  node classify.mjs who wrote the book
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ort from 'onnxruntime-node'

const model = fileURLToPath(new URL('../models/words.onnx', import.meta.url))
const { vocabulary, labels } = JSON.parse(readFileSync(model.replace('.onnx', '.json'), 'utf8'))
const words = process.argv.slice(2)
if (words.length === 0) {
  console.error('Expected a question: node classify.mjs who wrote the book')
  process.exit(1)
}
// Ids count from 1, since 0 is padding; words that training lacks have the vocabulary's own token for them.
const unknown = vocabulary.indexOf('<unk>')
const ids = words.map(word => BigInt((vocabulary.includes(word) ? vocabulary.indexOf(word) : unknown) + 1))
const session = await ort.InferenceSession.create(model)
const { Score, PredictedLabel, PoolingAttention } = await session.run({
  tokens: new ort.Tensor('int64', BigInt64Array.from(ids), [1, ids.length]),
})
console.log(`${labels[PredictedLabel.data[0]]} (${Math.max(...Score.data).toFixed(3)})`)
words.forEach((word, i) => console.log(`  ${word.padEnd(12)}${'#'.repeat(Math.round(40 * PoolingAttention.data[i]))}`))
