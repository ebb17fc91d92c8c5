// Writes sequences with decoder.onnx, and encoder.onnx before it where there is a source: greedily, by beam search, or by sampling.
// Of ONNX Runtime it needs the module alone, so it runs with onnxruntime-node and with onnxruntime-web:
//     const generator = new Generator(ort, decoder, encoder, info)
// where decoder and encoder are sessions, and info is the decoder's metadata 'mlseqgraph.generation' as an object.

const batchAxis = dims => dims.findIndex(dim => dim === 'batch')

export class Generator {
  constructor(ort, decoder, encoder, info) {
    Object.assign(this, { ort, decoder, encoder, info })
    this.inputs = new Map(decoder.inputMetadata.map(input => [input.name, input]))
    this.states = decoder.inputNames.filter(name => name.startsWith('past.')).map(name => name.slice(5))
    const unfed = decoder.inputNames.filter(name => !['tokens', 'position'].includes(name) && !name.startsWith('past.')
      && !encoder?.outputNames.includes(name))
    if (unfed.length > 0) throw new Error(`The decoder reads ${unfed.join(', ')}: expected the encoder that gives it.`)
  }

  // The likeliest token at every step.
  async greedy(tokens, options = {}) {
    return this.#stepwise(tokens, options, argMax)
  }

  // Tokens drawn at random: temperature, topK and topP as in SamplingOptions, and the same draws for the same seed.
  async sample(tokens, options = {}) {
    const random = splitMix64(options.seed ?? 0, 0)
    return this.#stepwise(tokens, options, logs => draw(logs, options, random()))
  }

  // The best sequences of a search that keeps `width` at every step, ranked by log-probability / ((5 + length) / 6) ** lengthPenalty.
  async beamSearch(tokens, { width = 5, best = 1, lengthPenalty = 0.6, ...options } = {}) {
    if (!(best >= 1 && best <= width)) throw new Error(`best is ${best}; expected 1 to ${width}, the beam's width.`)
    const maximum = this.#limit(tokens, options)
    const score = (sum, length) => sum / ((5 + length) / 6) ** lengthPenalty
    const ends = this.info.endTokens ?? []
    let state = await this.#start(tokens, maximum)
    let beam = [{ tokens: [], sum: 0 }]
    const finished = []
    const finish = (hypothesis, length, ended) => {
      finished.push({ tokens: hypothesis.tokens, logProbability: hypothesis.sum, score: score(hypothesis.sum, length), ended })
      finished.sort((a, b) => b.score - a.score).splice(width)
    }
    for (let length = 1; ; length++) {
      const candidates = []
      beam.forEach((hypothesis, row) => this.#logProbabilities(state.logits[row]).forEach((log, token) => {
        if (log > -Infinity) candidates.push({ row, token, sum: hypothesis.sum + log })
      }))
      candidates.sort((a, b) => b.sum - a.sum).splice(width * (1 + Math.max(1, ends.length)))
      const next = []
      for (const { row, token, sum } of candidates) {
        const isEnd = ends.includes(token)
        if (!isEnd && next.length === width) continue
        const hypothesis = { tokens: isEnd ? beam[row].tokens : [...beam[row].tokens, token], sum, row, token }
        if (isEnd || length === maximum) finish(hypothesis, length, isEnd)
        if (!isEnd) next.push(hypothesis)
      }
      beam = next
      const cannotImprove = finished.length >= width && beam.length > 0 && score(beam[0].sum, maximum) <= finished.at(-1).score
      if (length === maximum || beam.length === 0 || cannotImprove) return finished.slice(0, best)
      state = await this.#step(this.#reorder(state, beam.map(hypothesis => hypothesis.row)), beam.map(hypothesis => [hypothesis.token]))
    }
  }

  #limit(tokens, { maximumLength = 100 }) {
    const prompt = this.encoder ? 1 : tokens.length + (this.info.startToken == null ? 0 : 1)
    return this.info.maximumPositions == null ? maximumLength : Math.min(maximumLength, this.info.maximumPositions - prompt + 1)
  }

  async #stepwise(tokens, options, choose) {
    const maximum = this.#limit(tokens, options)
    let state = await this.#start(tokens, maximum)
    const result = { tokens: [], logProbability: 0, ended: false }
    for (let length = 1; ; length++) {
      const logs = this.#logProbabilities(state.logits[0])
      const token = choose(logs)
      result.logProbability += logs[token]
      if ((this.info.endTokens ?? []).includes(token)) return { ...result, ended: true }
      result.tokens.push(token)
      options.onToken?.(token)
      if (length === maximum) return result
      state = await this.#step(state, [[token]])
    }
  }

  // Reads the source or the prompt.
  async #start(tokens, maximum) {
    const start = this.info.startToken == null ? [] : [this.info.startToken]
    if (tokens.length === 0 && (this.encoder || start.length === 0))
      throw new Error(`Expected ${this.encoder ? 'a source' : 'a prompt'} of one or more tokens; found none, [1, 0].`)
    const encoded = this.encoder ? await this.encoder.run({ source: this.#tokens([tokens]) }) : {}
    const prompt = this.encoder ? start : [...start, ...tokens]
    const past = {}
    for (const name of this.states) {
      const { shape } = this.inputs.get(`past.${name}`)
      // A cache has room for all that is to be written; one that grows starts empty.
      const dims = shape.map(dim => dim === 'batch' ? 1 : dim === 'cache' ? prompt.length + maximum : typeof dim === 'string' ? 0 : dim)
      past[name] = encoded[`past.${name}`] ?? new this.ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims)
    }
    return this.#step({ past, encoded, position: 0 }, [prompt])
  }

  async #step({ past, encoded, position }, rows) {
    const feeds = { tokens: this.#tokens(rows) }
    if (this.inputs.has('position')) feeds.position = new this.ort.Tensor('int64', BigInt64Array.of(BigInt(position)), [1])
    for (const name of this.states) feeds[`past.${name}`] = past[name]
    for (const name of this.decoder.inputNames) feeds[name] ??= encoded[name]
    const outputs = await this.decoder.run(feeds)
    const [batch, steps, vocabulary] = outputs.logits.dims
    const logits = Array.from({ length: batch }, (_, row) =>
      outputs.logits.data.subarray(((row + 1) * steps - 1) * vocabulary, (row + 1) * steps * vocabulary))
    const present = Object.fromEntries(this.states.map(name => [name, outputs[`present.${name}`]]))
    return { past: present, encoded, position: position + steps, logits }
  }

  // Takes rows of states and of what the encoder gave, some more than once.
  #reorder({ past, encoded, position }, rows) {
    const take = (tensor, axis) => {
      const inner = tensor.dims.slice(axis + 1).reduce((a, b) => a * b, 1), outer = tensor.dims.slice(0, axis).reduce((a, b) => a * b, 1)
      const count = tensor.dims[axis], data = new tensor.data.constructor(outer * rows.length * inner)
      for (let o = 0; o < outer; o++)
        rows.forEach((row, i) => data.set(tensor.data.subarray((o * count + row) * inner, (o * count + row + 1) * inner),
          (o * rows.length + i) * inner))
      return new this.ort.Tensor(tensor.type, data, tensor.dims.map((size, i) => i === axis ? rows.length : size))
    }
    const axisOf = name => Math.max(0, batchAxis(this.inputs.get(name)?.shape ?? ['batch']))
    return {
      past: Object.fromEntries(Object.entries(past).map(([name, tensor]) => [name, take(tensor, axisOf(`past.${name}`))])),
      encoded: Object.fromEntries(Object.entries(encoded).filter(([name]) => this.inputs.has(name) && !name.startsWith('past.'))
        .map(([name, tensor]) => [name, take(tensor, axisOf(name))])),
      position,
    }
  }

  #tokens(rows) {
    return new this.ort.Tensor('int64', BigInt64Array.from(rows.flat().map(BigInt)), [rows.length, rows[0].length])
  }

  #logProbabilities(logits) {
    const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity)
    const shift = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0))
    const logs = Array.from(logits, logit => logit - shift)
    for (const token of this.info.suppressedTokens ?? []) logs[token] = -Infinity
    return logs
  }
}

const argMax = values => values.reduce((best, value, i) => value > values[best] ? i : best, 0)

function draw(logs, { temperature = 1, topK, topP = 1 }, random) {
  const best = Math.max(...logs)
  let kept = logs.map((log, token) => ({ token, weight: Math.exp((log - best) / temperature) }))
  if (topK != null || topP < 1) kept = kept.sort((a, b) => b.weight - a.weight).slice(0, topK ?? kept.length)
  let total = kept.reduce((sum, each) => sum + each.weight, 0)
  if (topP < 1) {
    let sum = 0, enough = 0
    while (enough < kept.length && sum < topP * total) sum += kept[enough++].weight
    kept = kept.slice(0, Math.max(1, enough))
    total = sum
  }
  let left = random * total
  for (const { token, weight } of kept) {
    left -= weight
    if (left < 0) return token
  }
  return kept.findLast(each => each.weight > 0).token
}

// SplitMix64 (Steele, Lea and Flood 2014): the draws of SequenceGenerator.Sample for a seed and a row, from 0 to below 1.
function splitMix64(seed, row) {
  const bits = number => BigInt.asUintN(64, number)
  const mix = z => {
    z = bits((z ^ (z >> 30n)) * 0xBF58476D1CE4E5B9n)
    z = bits((z ^ (z >> 27n)) * 0x94D049BB133111EBn)
    return z ^ (z >> 31n)
  }
  const increment = 0x9E3779B97F4A7C15n
  let state = mix(bits((BigInt.asUintN(32, BigInt(seed)) << 32n | BigInt(row)) + increment))
  return () => {
    state = bits(state + increment)
    return Number(mix(state) >> 11n) / 2 ** 53
  }
}
