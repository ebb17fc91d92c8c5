// A translator: letters become ids, generator.mjs writes ids with encoder and decoder, and ids become letters again.
import { ort, files } from './models.mjs'
import { element, keepShowing } from './view.mjs'
import { Generator } from '../javascript/generator.mjs'

const section = document.querySelector('#translate')
const [source, width, temperature, seed] = ['source', 'width', 'temperature', 'seed'].map(id => document.getElementById(id))
const { readJson, open } = files('../models/')
const model = Promise.all([readJson('backwards.json'), open('backwards.decoder.onnx'), open('backwards.encoder.onnx')])
  .then(([{ vocabulary, info, options }, decoder, encoder]) =>
    ({ vocabulary, generator: new Generator(ort, decoder, encoder, info), maximumLength: options.maximumLength }))

// Ids count from 1.
function encode(word, vocabulary) {
  const strange = [...word].find(letter => !vocabulary.includes(letter))
  if (strange !== undefined || word === '')
    throw new Error(`Word: expected one or more of the letters ${[...vocabulary].sort().join(' ')}; found ${strange ?? 'none'}.`)
  return [...word].map(letter => vocabulary.indexOf(letter) + 1)
}

const number = (input, name) => {
  if (!input.checkValidity() || input.value === '') throw new Error(`${name}: ${input.validationMessage || 'Expected a number.'}`)
  return Number(input.value)
}

const update = keepShowing(section, () => [source, width, temperature, seed].map(input => input.value), async ([word]) => {
  const { vocabulary, generator, maximumLength } = await model
  const tokens = encode(word, vocabulary)
  const show = (table, sequences) => section.querySelector(table).replaceChildren(...sequences.map(({ tokens, logProbability }) =>
    element('tr', '', element('td', '', tokens.map(id => vocabulary[id - 1] ?? '?').join('')),
      element('td', '', logProbability.toFixed(3).replace('-', '−')))))
  const beam = number(width, 'Width'), heat = number(temperature, 'Temperature'), first = number(seed, 'Seed')
  show('.beams', await generator.beamSearch(tokens, { width: beam, best: Math.min(beam, 5), maximumLength }))
  const drawn = []
  for (let i = 0; i < 4; i++) drawn.push(await generator.sample(tokens, { temperature: heat, seed: first + i, maximumLength }))
  show('.samples', drawn)
})
for (const button of section.querySelectorAll('.example'))
  button.addEventListener('click', () => { source.value = button.textContent; update() })
