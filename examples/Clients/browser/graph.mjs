// A class for a graph that is drawn: nodes have the feature 1, and each edge leads in both directions.
import { ort, files } from './models.mjs'
import { showClasses, keepShowing } from './view.mjs'

const section = document.querySelector('#graph'), svg = section.querySelector('svg')
const { readJson, open } = files('../models/')
const model = Promise.all([open('graphs.onnx'), readJson('graphs.json')])
const radius = 12
let nodes = [], edges = [] // { x, y }; [a, b] with a < b

// Probabilities of the classes.
export async function classify(count, edges) {
  if (count === 0) throw new Error('Expected a graph of one or more nodes; found none.')
  const [session] = await model
  const sources = edges.flatMap(([a, b]) => [a, b]), targets = edges.flatMap(([a, b]) => [b, a])
  const ids = values => BigInt64Array.from(values.map(BigInt))
  const { Score } = await session.run({
    x: new ort.Tensor('float32', new Float32Array(count).fill(1), [count, 1]),
    edge_index: new ort.Tensor('int64', ids([...sources, ...targets]), [2, sources.length]),
    graph_index: new ort.Tensor('int64', new BigInt64Array(count), [count]), // all are nodes of graph 0
  })
  return [...Score.data]
}

const update = keepShowing(section, () => ({ nodes: nodes.length, edges }), async ({ nodes: count, edges }) => {
  showClasses(section.querySelector('.classes'), (await model)[1].labels, await classify(count, edges))
})

function draw(line) {
  const shape = (tag, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
    return made
  }
  const between = (a, b, attributes = {}) => shape('line', { x1: a.x, y1: a.y, x2: b.x, y2: b.y, ...attributes })
  svg.replaceChildren(...edges.map(([a, b]) => between(nodes[a], nodes[b])), ...line ? [between(...line, { class: 'new' })] : [],
    ...nodes.map(({ x, y }) => shape('circle', { cx: x, cy: y, r: radius })))
}

// Nodes evenly on a circle.
function begin(text) {
  edges = text.split(' ').filter(Boolean).map(pair => pair.split('-').map(Number).sort((a, b) => a - b))
  const count = edges.length === 0 ? 0 : 1 + Math.max(...edges.flat()), turn = 2 * Math.PI / count
  nodes = Array.from({ length: count }, (_, i) => ({ x: 210 + 130 * Math.sin(i * turn), y: 140 - 100 * Math.cos(i * turn) }))
  draw()
  update()
}

function toggle(a, b) {
  const edge = [Math.min(a, b), Math.max(a, b)], at = edges.findIndex(other => String(other) === String(edge))
  edges = at < 0 ? [...edges, edge] : edges.filter((_, i) => i !== at)
}

// A press on nothing makes a node; one that began on a node and ends on another makes an edge, or takes it away.
let from = -1
const place = event => {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse())
  return { x, y }
}
const nodeAt = ({ x, y }) => nodes.findIndex(node => Math.hypot(node.x - x, node.y - y) < 1.5 * radius)
svg.addEventListener('pointerdown', event => {
  svg.setPointerCapture(event.pointerId)
  from = nodeAt(place(event))
  if (from < 0) {
    nodes = [...nodes, place(event)]
    draw()
    update()
  }
})
svg.addEventListener('pointermove', event => { if (from >= 0) draw([nodes[from], place(event)]) })
svg.addEventListener('pointerup', event => {
  const to = nodeAt(place(event))
  if (from >= 0 && to >= 0 && from !== to) toggle(from, to)
  from = -1
  draw()
  update()
})

for (const button of section.querySelectorAll('.example')) button.addEventListener('click', () => begin(button.dataset.edges))
begin('0-1 1-2 2-3 3-0 3-4')
