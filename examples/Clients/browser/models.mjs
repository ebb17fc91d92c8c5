// ONNX Runtime for the browser, and the models of a folder. The pages map 'onnxruntime-web' to its file; a bundler finds it by itself.
import * as ort from 'onnxruntime-web'

// More threads need a server that sends the headers of cross-origin isolation; small models gain nothing from them.
ort.env.wasm.numThreads = 1

export { ort }

// Reads the files of a folder, which is given relative to the page or as a URL.
export function files(folder) {
  const url = file => new URL(file, new URL(folder, location.href)).href
  const fetched = async file => {
    const response = await fetch(url(file))
    if (!response.ok) throw new Error(`${url(file)}: expected a file, found status ${response.status}`)
    return response
  }
  return {
    readJson: async file => (await fetched(file)).json(),
    open: async file => ort.InferenceSession.create(await (await fetched(file)).arrayBuffer()),
  }
}
