// Text in, label out: the file splits texts into words and knows the classes' names. Which words counted is found by leaving each out.
import { ort, files } from './models.mjs'
import { element, bar, showClasses, keepShowing } from './view.mjs'

const section = document.querySelector('#text'), question = document.querySelector('#question')
const { readJson, open } = files('../models/')
const model = Promise.all([open('questions.onnx'), readJson('questions.json')])

// The label of each text, and the probabilities of its classes.
async function classify(texts) {
  const [session] = await model
  const { PredictedLabel, Score } = await session.run({ Text: new ort.Tensor('string', texts, [texts.length]) })
  const classes = Score.dims[1]
  return texts.map((_, i) => ({ label: PredictedLabel.data[i], scores: [...Score.data.subarray(i * classes, (i + 1) * classes)] }))
}

// log p / (1 - p) of a class. The others' sum keeps digits that 1 - p has lost where p is almost 1.
const logOdds = (scores, chosen) =>
  Math.log(scores[chosen]) - Math.log(scores.reduce((sum, score, i) => i === chosen ? sum : sum + score, 0))

// The label, its probabilities, and for each word by how much the log-odds of the label fall without it.
export async function explain(text) {
  const words = text.split(' ').filter(word => word !== '')
  if (words.length === 0) throw new Error('Expected a question of one or more words; found none.')
  const [whole, ...without] = await classify([text, ...words.map((_, left) => words.filter((_, i) => i !== left).join(' '))])
  const chosen = whole.scores.indexOf(Math.max(...whole.scores))
  return { ...whole, words: words.map((word, i) =>
    ({ word, counts: logOdds(whole.scores, chosen) - logOdds(without[i].scores, chosen) })) }
}

const update = keepShowing(section, () => question.value, async text => {
  const [, { labels }] = await model
  const { scores, words } = await explain(text)
  showClasses(section.querySelector('.classes'), labels, scores)
  const largest = Math.max(...words.map(({ counts }) => Math.abs(counts)), 1)
  section.querySelector('.words').replaceChildren(...words.map(({ word, counts }) => element('tr', '', element('td', '', word),
    element('td', '', bar(Math.abs(counts) / largest / 2, counts < 0 ? 'against' : '')),
    element('td', '', counts.toFixed(2).replace('-', '−')))))
})
for (const button of section.querySelectorAll('.example'))
  button.addEventListener('click', () => { question.value = button.textContent; update() })
