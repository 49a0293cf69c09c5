// The map: dots on a canvas, names and buttons over it, and what a click, a key or a drawn region tells the server.

const CLICK = 4 // pixels that a pointer may move and still click
const REACH = 9 // pixels from a dot at which the pointer is on it
const DWELL = 120 // milliseconds on a dot before its text is asked for
const CALM = 160 // milliseconds without movement after which names find new places
const SLOW = 90 // milliseconds between two frames from which on dots are left out while the map moves
const STEP = 60
const CLOSER = 1.4

class View {
  constructor(parent) {
    this.root = element("div", "map-view", parent)
    this.root.tabIndex = 0
    this.root.setAttribute("role", "group")
    this.canvas = element("canvas", "map-canvas", this.root)
    this.canvas.setAttribute("role", "img")
    this.shape = new Shape(drawing("map-shapes", this.root))
    this.names = new Names(element("div", "map-names", this.root), (id) => this.#choose({ topic: id }))
    this.tools = toolbar(this.root, (name) => this.#press(name))
    this.keys = element("p", "map-keys", this.root)
    this.keys.id = "map-keys"
    this.root.setAttribute("aria-describedby", this.keys.id)
    this.tip = element("div", "map-tip", this.root)
    this.tip.hidden = true
    this.camera = new Camera()
    this.picture = new Picture(this.canvas)
    this.look = { chosen: -1 }
    this.hot = -1
    this.held = {}
    this.pointers = new Map()
    this.every = 1
    this.turn = 0
    this.#listen()
    shared.views.add(this)
  }

  /** Take what the server sends with each run, and how to answer. */
  show(data, tell) {
    this.data = data
    this.tell = tell
    const mine = ++this.turn
    if (!this.picture.gl) {
      if (!this.gaveUp) tell("flat", true)
      this.gaveUp = true
    } else this.update()
    return () => this.turn === mine && this.#leave()
  }

  /** Draw what was sent, once all that it needs is parked here. */
  update() {
    const { data } = this
    const parcels = ["points", "topics", "colours"].map((slot) => shared.shelf.get(slot))
    const [points, topics, colours] = parcels
    if (!data || !this.picture.gl || points?.digest !== data.points || topics?.digest !== data.topics) return
    if (data.colours && colours?.digest !== data.colours) return
    this.#hold(points, topics, data.colours ? colours : topics)
    const { root, canvas, keys, shape, look } = this
    root.setAttribute("aria-label", data.say.map)
    canvas.setAttribute("aria-label", data.say.alt)
    keys.textContent = data.say.keys
    sayTools(this.tools, data.say)
    this.tools.buttons.clear.hidden = !data.area.length
    shape.area = data.area
    const filtered = data.found !== null
    Object.assign(look, {
      chosen: data.chosen ?? -1,
      isolated: Boolean(data.colours),
      filtered,
      dimming: filtered || data.chosen !== null,
      ringed: filtered && data.found.n <= data.ringed,
    })
    this.picture.order(this.#isFront())
    this.#settle()
  }

  #hold(points, topics, painted) {
    const { held, picture } = this
    if (held.points !== points) {
      const { buffer, byteOffset, byteLength } = points.bytes
      this.places = new Float32Array(buffer, byteOffset, byteLength / 4)
      this.grid = null
      if (held.points?.digest !== points.digest) this.camera.reset()
      picture.hold("place", this.places)
    }
    const n = this.places.length / 2
    if (held.topics !== topics) {
      const { buffer, byteOffset } = topics.bytes
      const Numbers = topics.wide ? Uint32Array : Uint16Array
      this.topicOf = new Numbers(buffer, byteOffset, n)
      this.names.set(topics.names)
      this.nameOf = new Map(topics.names.map((name) => [name.index, name.name]))
      picture.hold("topic", this.topicOf)
    }
    if (held.painted !== painted) {
      const coded = () => Uint8Array.from(this.topicOf, (topic) => topics.places[topic] ?? REST)
      this.codes = painted === topics ? coded() : painted.bytes
      picture.hold("colour", this.codes)
    }
    const scheme = getComputedStyle(this.root).colorScheme.includes("dark") ? "dark" : "light"
    if (held.painted !== painted || held.scheme !== scheme) picture.paint(painted.table[scheme])
    const found = JSON.stringify(this.data.found)
    if (held.found !== found || held.points !== points) {
      this.mark = marks(this.data.found, n)
      picture.hold("mark", this.mark)
    }
    if (held.points !== points || held.topics !== topics) this.#hover(-1)
    this.held = { points, topics, painted, scheme, found }
  }

  /** Return what tells of a dot whether it stands before the others: what was found or chosen, else what has a colour. */
  #isFront() {
    const { look, mark, topicOf, codes } = this
    const { chosen, dimming } = look
    const own = !(look.isolated && look.filtered)
    if (!dimming) return (i) => codes[i] !== REST
    return (i) => mark[i] === 1 || (own && topicOf[i] === chosen)
  }

  #measure() {
    const { clientWidth, clientHeight } = this.root
    const ratio = globalThis.devicePixelRatio || 1
    const [width, height] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)]
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height })
    Object.assign(this.camera, { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) })
  }

  #draw() {
    if (!this.held.points || this.picture.gl.isContextLost()) return
    this.#measure()
    this.picture.draw(this.camera, this.look, this.every)
    this.shape.follow(this.camera)
    this.#mark()
  }

  /** Draw while the map moves: names go along, and on a slow machine some dots stay out. */
  #move() {
    if (this.frame) return
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0
      if (this.before && now - this.before > SLOW && now - this.before < 1000) this.every = Math.min(16, 2 * this.every)
      this.before = now
      this.#draw()
      this.names.follow(this.camera)
    })
    clearTimeout(this.calm)
    this.calm = setTimeout(() => this.#settle(), CALM)
  }

  /** Draw all of it, with names where there is room now; once, however many reasons there are. */
  #settle() {
    if (this.settling) return
    this.settling = requestAnimationFrame(() => {
      this.settling = 0
      this.every = 1
      this.before = 0
      this.#draw()
      this.#name()
    })
  }

  #name() {
    if (!this.held.points) return
    this.names.place(this.camera, this.look.chosen, this.look.dimming)
    this.root.dataset.dots = this.places.length / 2
    this.root.dataset.ready = this.held.topics.digest
  }

  #listen() {
    const { root, canvas } = this
    const on = (kind, act, options) => root.addEventListener(kind, act, options)
    on("pointerdown", (event) => this.#down(event))
    on("pointermove", (event) => this.#over(event))
    on("pointerup", (event) => this.#up(event))
    on("pointercancel", (event) => this.#drop(event))
    on("pointerleave", () => this.#hover(-1))
    on("keydown", (event) => this.#key(event))
    on("wheel", (event) => this.#wheel(event), { passive: false })
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault())
    canvas.addEventListener("webglcontextrestored", () => {
      this.picture.rebuild()
      this.held = { ...this.held, scheme: "" }
      this.update()
    })
    this.sizes = new ResizeObserver(() => this.#settle())
    this.sizes.observe(root)
    document.fonts?.ready.then(() => this.#name())
  }

  #leave() {
    this.sizes.disconnect()
    clearTimeout(this.calm)
    clearTimeout(this.dwell)
    cancelAnimationFrame(this.frame)
    cancelAnimationFrame(this.settling)
    shared.views.delete(this)
    this.root.remove()
    this.left = true
    this.picture.gl?.getExtension("WEBGL_lose_context")?.loseContext()
  }

  // What the pointer does

  #at(event) {
    const box = this.root.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }

  #down(event) {
    if (event.button !== 0 || event.target.closest(".map-tools")) return
    this.#hover(-1)
    const at = this.#at(event)
    this.pointers.set(event.pointerId, at)
    this.dragged = false
    this.from = at
    if (this.pointers.size === 1 && (this.tool || event.shiftKey)) {
      this.shape.begin(this.tool ?? "lasso", ...at)
      this.root.setPointerCapture(event.pointerId)
      event.preventDefault()
    } else if (this.shape.corners) this.shape.cancel()
  }

  #over(event) {
    const at = this.#at(event)
    const before = this.pointers.get(event.pointerId)
    if (!before) {
      if (!event.buttons && event.pointerType !== "touch") this.#hover(this.#dotAt(...at), at)
      return
    }
    if (this.shape.corners) {
      this.dragged = true
      this.shape.go(...at)
      return
    }
    if (!this.dragged && Math.hypot(at[0] - this.from[0], at[1] - this.from[1]) <= CLICK) return
    if (!this.dragged) this.root.setPointerCapture(event.pointerId)
    this.dragged = true
    if (this.pointers.size === 2) this.#pinch(event.pointerId, before, at)
    else this.camera.pan(at[0] - before[0], at[1] - before[1])
    this.pointers.set(event.pointerId, at)
    this.#move()
  }

  #pinch(mine, before, now) {
    const [, other] = [...this.pointers].find(([id]) => id !== mine)
    const apart = (at) => Math.max(1, Math.hypot(at[0] - other[0], at[1] - other[1]))
    this.camera.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2)
    this.camera.zoomAt(apart(now) / apart(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2)
  }

  #up(event) {
    if (!this.pointers.has(event.pointerId)) return
    const at = this.#at(event)
    const drawing = Boolean(this.shape.corners)
    const corners = this.shape.end()
    this.pointers.delete(event.pointerId)
    if (drawing) {
      this.#arm(null)
      if (corners.length) this.tell("area", corners.map((corner) => this.camera.toMap(...corner)))
    } else if (!this.dragged && !event.target.closest("button")) {
      const dot = this.#dotAt(...at)
      if (dot >= 0) this.#choose({ dot })
    }
  }

  #drop(event) {
    this.pointers.delete(event.pointerId)
    this.shape.cancel()
  }

  #wheel(event) {
    event.preventDefault()
    this.#hover(-1)
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1)
    this.camera.zoomAt(Math.exp(-Math.max(-200, Math.min(200, pixels)) / 300), ...this.#at(event))
    this.#move()
  }

  #dotAt(left, top) {
    if (!this.places) return -1
    this.grid ??= new Grid(this.places)
    const reach = Math.max(REACH, Picture.diameter(this.places.length / 2, this.camera.zoom) / 2 + 3)
    const isFront = this.#isFront()
    return this.grid.nearest(this.camera, left, top, reach, (i) => !isFront(i))
  }

  #choose(what) {
    if (!this.dragged) this.tell("pick", { ...what, of: this.data.topics })
  }

  // What keys and buttons do

  #press(name) {
    if (name === "lasso" || name === "box") this.#arm(this.tool === name ? null : name)
    else if (name === "clear") this.tell("escape", true)
    else {
      if (name === "whole") this.camera.reset()
      else this.camera.zoomAt(name === "closer" ? CLOSER : 1 / CLOSER)
      this.#move()
    }
  }

  #arm(tool) {
    this.tool = tool
    this.root.classList.toggle("is-drawing", Boolean(tool))
    for (const name of ["lasso", "box"]) this.tools.buttons[name].setAttribute("aria-pressed", String(name === tool))
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { camera } = this
    const acts = {
      ArrowLeft: () => camera.pan(STEP, 0),
      ArrowRight: () => camera.pan(-STEP, 0),
      ArrowUp: () => camera.pan(0, STEP),
      ArrowDown: () => camera.pan(0, -STEP),
      "+": () => camera.zoomAt(CLOSER),
      "=": () => camera.zoomAt(CLOSER),
      "-": () => camera.zoomAt(1 / CLOSER),
      0: () => camera.reset(),
    }
    if (event.key === "Escape") this.#escape()
    else if (acts[event.key]) {
      acts[event.key]()
      this.#move()
    } else return
    event.preventDefault()
  }

  #escape() {
    if (this.shape.corners) {
      this.shape.cancel()
      this.pointers.clear()
    } else if (this.tool) this.#arm(null)
    else if (this.data?.area.length || this.look.chosen >= 0) this.tell("escape", true)
  }

  // What is said of the dot under the pointer

  #hover(dot, at) {
    if (this.hot === dot) return
    this.hot = dot
    clearTimeout(this.dwell)
    this.root.classList.toggle("is-on-dot", dot >= 0)
    this.tip.hidden = true
    if (dot >= 0) {
      this.tipAt = at
      this.dwell = setTimeout(() => shared.ask?.({ dot, of: this.data.topics }), DWELL)
      this.inform()
    }
    this.#mark()
  }

  /** Put a ring around the dot under the pointer, over the canvas, which stays as it is. */
  #mark() {
    if (this.hot < 0) return this.shape.mark(null)
    const at = this.camera.toScreen(this.places[2 * this.hot], this.places[2 * this.hot + 1])
    this.shape.mark(at, Picture.diameter(this.places.length / 2, this.camera.zoom) / 2 + 2.5)
  }

  /** Show what is known of the dot under the pointer: its topic at once, its text when the server has told it. */
  inform() {
    const dot = this.hot
    if (dot < 0) return
    const told = shared.told.get(`${this.data.topics}/${dot}`)
    if (told) clearTimeout(this.dwell)
    const name = told?.name ?? this.nameOf.get(this.topicOf[dot]) ?? ""
    const lines = [["b", name, ""], ["p", told?.text ?? "", told?.language ?? ""]].filter(([, said]) => said)
    this.tip.replaceChildren()
    for (const [kind, said, language] of lines) {
      const line = element(kind, "", this.tip)
      line.dir = "auto"
      line.lang = language
      line.textContent = said
    }
    this.tip.hidden = !lines.length
    const [left, top] = this.camera.toScreen(this.places[2 * dot], this.places[2 * dot + 1])
    const { offsetWidth, offsetHeight } = this.tip
    const x = Math.max(0, Math.min(left + 14, this.camera.width - offsetWidth))
    const y = top + 16 + offsetHeight > this.camera.height ? top - 14 - offsetHeight : top + 16
    this.tip.style.transform = `translate(${x}px, ${Math.max(0, y)}px)`
  }
}
