// The dots on the graphics card: their places, topics, colours and marks are sent to it once, and each frame changes a
// few numbers only.

const VERTEX = `#version 300 es
precision highp float;
in vec2 place;
in uint topic;
in uint colour;
in uint mark;
uniform vec2 factor, offset;
uniform float diameter, ringed;
uniform int chosen;
uniform bool front, dimming, isolated;
uniform sampler2D table;
flat out vec4 fill, edge;
flat out float ring, size;

void main() {
  bool mine = front && chosen >= 0 && int(topic) == chosen;
  int entry = dimming && !front && isolated ? 254 : int(colour);
  fill = texelFetch(table, ivec2(entry, 0), 0);
  edge = texelFetch(table, ivec2(entry, 1), 0);
  ring = mark == 1u ? ringed : 0.0;
  vec4 ink = texelFetch(table, ivec2(255, 1), 0);
  if (mine && entry == 254 && !isolated) {  // grey among grey would not stand out
    edge = fill;
    fill = ink;
  }
  if (ring > 0.0) edge = ink;
  size = diameter * (dimming && front ? 1.25 : 1.0) + ring;
  gl_Position = vec4(place * factor + offset, 0.0, 1.0);
  gl_PointSize = size + 1.5;
}`

const FRAGMENT = `#version 300 es
precision mediump float;
flat in vec4 fill, edge;
flat in float ring, size;
uniform float opacity, rim;
out vec4 seen;

void main() {
  float away = length(gl_PointCoord - 0.5) * (size + 1.5);
  float radius = size / 2.0;
  float inside = clamp(radius - away + 0.5, 0.0, 1.0);
  float line = max(rim, ring);
  float within = line > 0.0 ? clamp(radius - line - away + 0.5, 0.0, 1.0) : 0.65;
  float strength = inside * (ring > 0.0 ? 1.0 : opacity);
  seen = vec4(mix(edge.rgb, fill.rgb, within) * strength, strength);
}`

const SIZES = [[150, 12], [600, 9], [3000, 6], [20000, 4], [100000, 3], [300000, 2.4]]
const FAINT = [[600, 0.22], [20000, 0.13], [100000, 0.07], [Infinity, 0.04]] // dots behind, where they lie on each other
const CROWD = 600
const REST = 254 // the code of a dot that has no colour of its own
const INK = 255

class Picture {
  constructor(canvas) {
    this.canvas = canvas
    this.gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true })
    if (this.gl) this.#build()
  }

  /** The diameter of a dot in CSS pixels: less where there are more, and more from nearby. */
  static diameter(n, zoom) {
    const base = (SIZES.find(([limit]) => n <= limit) ?? [0, 1.8])[1]
    return Math.min(Math.max(base, 13), base * Math.pow(zoom, 0.45))
  }

  #build() {
    const gl = this.gl
    const program = gl.createProgram()
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind)
      gl.shaderSource(shader, source)
      gl.compileShader(shader)
      gl.attachShader(program, shader)
    }
    gl.linkProgram(program)
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      console.warn(`The map's shaders do not link, so a simpler map is asked for: ${gl.getProgramInfoLog(program)}`)
      this.gl = null
      return
    }
    this.program = program
    this.buffers = {}
    this.uniforms = new Proxy({}, { get: (known, name) => (known[name] ??= gl.getUniformLocation(program, name)) })
    this.table = gl.createTexture()
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  }

  /** Start over on a graphics card that had forgotten everything. */
  rebuild() {
    this.#build()
    const { order, ...held } = this.held ?? {}
    for (const [name, values] of Object.entries(held)) this.hold(name, values)
  }

  /** Keep the values of an attribute, one or two a dot, on the card. */
  hold(name, values) {
    const gl = this.gl
    this.held = { ...this.held, [name]: values }
    this.buffers[name] ??= gl.createBuffer()
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name])
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW)
  }

  /** Set the colours: a fill and an edge for each code, one for dots without a code of their own, and ink. */
  paint({ codes, rest, ink }) {
    const gl = this.gl
    const pixels = new Uint8Array(2 * 256 * 4).fill(255)
    const put = (code, row, hex) => {
      for (let at = 0; at < 3; at++) pixels[(row * 256 + code) * 4 + at] = parseInt(hex.slice(1 + 2 * at, 3 + 2 * at), 16)
    }
    const entries = [...codes.entries(), [REST, rest], [INK, [ink, ink]]]
    for (const [code, [fill, edge]] of entries) {
      put(code, 0, fill)
      put(code, 1, edge)
    }
    gl.bindTexture(gl.TEXTURE_2D, this.table)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
  }

  /** Sort the dots into those behind and those before them; within each at random, so that no document covers all. */
  order(isFront) {
    const gl = this.gl
    const n = this.held.place.length / 2
    if (this.shuffled?.length !== n) this.shuffled = shuffled(n)
    const order = new Uint32Array(n)
    let [low, high] = [0, n]
    for (const i of this.shuffled) order[isFront(i) ? --high : low++] = i
    this.behind = low
    this.held = { ...this.held, order }
    this.buffers.order ??= gl.createBuffer()
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.order)
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STATIC_DRAW)
  }

  /** Draw a frame; ``every`` leaves dots out while the map moves on a slow machine. */
  draw(camera, look, every = 1) {
    const gl = this.gl
    const n = this.held.place.length / 2
    const ratio = this.canvas.width / camera.width
    const diameter = Picture.diameter(n, camera.zoom) * ratio
    gl.viewport(0, 0, this.canvas.width, this.canvas.height)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    if (!n) return
    gl.useProgram(this.program)
    this.#attributes()
    const set = this.uniforms
    const { factor, offset } = camera.clip
    gl.uniform2fv(set.factor, factor)
    gl.uniform2fv(set.offset, offset)
    gl.uniform1f(set.diameter, diameter)
    gl.uniform1f(set.ringed, look.ringed ? (n > CROWD ? 1.2 : 2) * ratio : 0)
    gl.uniform1f(set.rim, diameter >= 7 * ratio ? ratio : diameter >= 3.4 * ratio ? 0.6 * ratio : 0)
    gl.uniform1i(set.chosen, look.chosen)
    for (const name of ["isolated", "dimming"]) gl.uniform1i(set[name], look[name] ? 1 : 0)
    const faint = look.dimming ? FAINT.find(([limit]) => n <= limit)[1] : 0.9
    const spans = [[0, this.behind, faint], [this.behind, n, n > 50000 ? 0.8 : 0.95]]
    spans.forEach(([first, last, opacity], front) => {
      gl.uniform1i(set.front, front)
      gl.uniform1f(set.opacity, opacity)
      gl.drawElements(gl.POINTS, Math.ceil((last - first) / every), gl.UNSIGNED_INT, 4 * first)
    })
  }

  #attributes() {
    const gl = this.gl
    gl.bindTexture(gl.TEXTURE_2D, this.table)
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.order)
    for (const name of ["place", "topic", "colour", "mark"]) {
      const at = gl.getAttribLocation(this.program, name)
      const kind = { 1: gl.UNSIGNED_BYTE, 2: gl.UNSIGNED_SHORT, 4: gl.UNSIGNED_INT }[this.held[name].BYTES_PER_ELEMENT]
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name])
      gl.enableVertexAttribArray(at)
      if (name === "place") gl.vertexAttribPointer(at, 2, gl.FLOAT, false, 0, 0)
      else gl.vertexAttribIPointer(at, 1, kind, 0, 0)
    }
  }
}

/** Return the numbers below n in an order without meaning, the same each time. */
function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  let state = 1
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const j = Math.floor((state / 4294967296) * (i + 1))
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  return order
}
