// Drawing a region: by hand or as a box; the outline of the one that is chosen; and the ring around a dot.

const NEAR = 1.5 // pixels that a corner may lie off the line between its neighbours to be left out

class Shape {
  constructor(svg) {
    const make = (name, kind = "polygon") => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", kind)
      line.setAttribute("class", name)
      svg.append(line)
      return line
    }
    this.chosen = make("map-region")
    this.drawn = make("map-drawing")
    this.ring = make("map-ring", "circle")
    this.area = []
    this.corners = null // of what is being drawn, in pixels
  }

  begin(kind, left, top) {
    this.kind = kind
    this.corners = [[left, top]]
  }

  go(left, top) {
    const [first] = this.corners
    if (this.kind === "box") this.corners = [first, [left, first[1]], [left, top], [first[0], top]]
    else this.corners.push([left, top])
    this.drawn.setAttribute("points", this.corners.join(" "))
  }

  /** Return the corners that were drawn, in pixels; none for what is hardly more than a point. */
  end() {
    const corners = this.corners ?? []
    this.cancel()
    const across = (at) => Math.max(...corners.map((c) => c[at])) - Math.min(...corners.map((c) => c[at]))
    return corners.length < 3 || across(0) < 3 || across(1) < 3 ? [] : this.kind === "box" ? corners : simpler(corners)
  }

  cancel() {
    this.corners = null
    this.drawn.removeAttribute("points")
  }

  /** Put a ring around a place, in pixels, or take it away. */
  mark(at, radius) {
    this.ring.setAttribute("r", at ? radius : 0)
    if (at) {
      this.ring.setAttribute("cx", at[0])
      this.ring.setAttribute("cy", at[1])
    }
  }

  follow(camera) {
    const points = this.area.map(([x, y]) => camera.toScreen(x, y).map((value) => value.toFixed(1)))
    this.chosen.setAttribute("points", points.join(" "))
  }
}

/** Leave out corners that lie nearly on the line between others (Ramer 1972; Douglas and Peucker 1973). */
function simpler(corners) {
  const kept = new Uint8Array(corners.length)
  kept[0] = kept[corners.length - 1] = 1
  const spans = [[0, corners.length - 1]]
  while (spans.length) {
    const [first, last] = spans.pop()
    const [x0, y0] = corners[first]
    const [dx, dy] = [corners[last][0] - x0, corners[last][1] - y0]
    const length = Math.hypot(dx, dy)
    let [most, at] = [NEAR, -1]
    for (let i = first + 1; i < last; i++) {
      const [px, py] = [corners[i][0] - x0, corners[i][1] - y0]
      const off = length > NEAR ? Math.abs(px * dy - py * dx) / length : Math.hypot(px, py)
      if (off > most) [most, at] = [off, i]
    }
    if (at >= 0) {
      kept[at] = 1
      spans.push([first, at], [at, last])
    }
  }
  return corners.filter((_, i) => kept[i])
}
