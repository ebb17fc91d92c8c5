// Runs every model of a folder and compares what it says with NAME.json:  node check.mjs [FOLDER]
// Prints a line per case, model, case and difference with tabs between; the exit code is 1 where one is above 1e-5.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ort from 'onnxruntime-node'
import { compare } from '../javascript/cases.mjs'

const folder = process.argv[2] ?? fileURLToPath(new URL('../models/', import.meta.url))
const readJson = file => JSON.parse(readFileSync(join(folder, file), 'utf8'))
let worst = 0
for await (const { model, title, difference } of compare(ort, readJson, file => ort.InferenceSession.create(join(folder, file)))) {
  console.log(`${model}\t${title}\t${difference}`)
  worst = Math.max(worst, difference)
}
process.exit(worst <= 1e-5 ? 0 : 1)
