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
uniform bool behind, isolated, filtered, dimming, lone;
uniform sampler2D table;
flat out vec4 fill, edge;
flat out float ring, size;

void main() {
  bool mine = chosen >= 0 && int(topic) == chosen;
  bool found = mark == 1u;
  bool front = dimming ? found || (mine && !(isolated && filtered)) : colour != 254u;
  bool hidden = !lone && front == behind;
  int entry = dimming && !front && isolated ? 254 : int(colour);
  fill = texelFetch(table, ivec2(entry, 0), 0);
  edge = texelFetch(table, ivec2(entry, 1), 0);
  if (mine && front && entry == 254 && !isolated) {  // grey among grey would not stand out
    vec4 grey = edge;
    fill = texelFetch(table, ivec2(255, 1), 0);
    edge = grey;
  }
  ring = found && ringed > 0.0 ? ringed : 0.0;
  if (ring > 0.0) edge = texelFetch(table, ivec2(255, 1), 0);
  if (lone) { edge = texelFetch(table, ivec2(255, 1), 0); ring = 2.0; }
  size = diameter * (lone ? 1.35 : dimming && front ? 1.25 : 1.0) + ring;
  gl_Position = hidden ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(place * factor + offset, 0.0, 1.0);
  gl_PointSize = hidden ? 0.0 : size + 1.5;
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
    for (const [name, values] of Object.entries(this.held ?? {})) this.hold(name, values)
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

  /** Draw a frame; ``every`` leaves dots out while the map moves on a slow machine. */
  draw(camera, look, every = 1) {
    const gl = this.gl
    const n = Math.floor(this.held.place.length / 2 / every)
    const ratio = this.canvas.width / camera.width
    const diameter = Picture.diameter(this.held.place.length / 2, camera.zoom) * ratio
    const crowded = n > CROWD
    gl.viewport(0, 0, this.canvas.width, this.canvas.height)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    if (!n) return
    gl.useProgram(this.program)
    this.#attributes(every)
    const set = this.uniforms
    const { factor, offset } = camera.clip
    gl.uniform2fv(set.factor, factor)
    gl.uniform2fv(set.offset, offset)
    gl.uniform1f(set.diameter, diameter)
    gl.uniform1f(set.ringed, look.ringed ? (crowded ? 1.2 : 2) * ratio : 0)
    gl.uniform1f(set.rim, diameter >= 7 * ratio ? ratio : diameter >= 3.4 * ratio ? 0.6 * ratio : 0)
    gl.uniform1i(set.chosen, look.chosen)
    for (const name of ["isolated", "filtered", "dimming"]) gl.uniform1i(set[name], look[name] ? 1 : 0)
    const faint = look.dimming ? FAINT.find(([limit]) => n <= limit)[1] : 0.9
    for (const behind of [1, 0]) {
      gl.uniform1i(set.lone, 0)
      gl.uniform1i(set.behind, behind)
      gl.uniform1f(set.opacity, behind ? faint : n > 50000 ? 0.8 : 0.95)
      gl.drawArrays(gl.POINTS, 0, n)
    }
    if (look.hot >= 0) {
      this.#attributes(1)
      gl.uniform1i(set.lone, 1)
      gl.uniform1f(set.opacity, 1)
      gl.drawArrays(gl.POINTS, look.hot, 1)
    }
  }

  #attributes(every) {
    const gl = this.gl
    gl.bindTexture(gl.TEXTURE_2D, this.table)
    for (const name of ["place", "topic", "colour", "mark"]) {
      const values = this.held[name]
      const at = gl.getAttribLocation(this.program, name)
      const kind = { 1: gl.UNSIGNED_BYTE, 2: gl.UNSIGNED_SHORT, 4: gl.UNSIGNED_INT }[values.BYTES_PER_ELEMENT]
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name])
      gl.enableVertexAttribArray(at)
      if (name === "place") gl.vertexAttribPointer(at, 2, gl.FLOAT, false, 8 * every, 0)
      else gl.vertexAttribIPointer(at, 1, kind, values.BYTES_PER_ELEMENT * every, 0)
    }
  }
}
