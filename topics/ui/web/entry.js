// What the parts of the page call: one keeps what the map is drawn from, one draws it, one tells the texts of dots.

/** Keep what the map is drawn from: it is sent once, and the map asks for it by its digest. */
shared.park = ({ data }) => {
  const parcel = unpacked(data)
  shared.shelf.set(parcel.slot, parcel)
  for (const view of shared.views) view.update()
  return () => shared.shelf.get(parcel.slot) === parcel && shared.shelf.delete(parcel.slot)
}

shared.draw = ({ data, parentElement, setTriggerValue }) => {
  if (!parentElement.topicsView || parentElement.topicsView.left) parentElement.topicsView = new View(parentElement)
  return parentElement.topicsView.show(data, setTriggerValue)
}

/** Take the text of a dot that was asked for, and how to ask for the next. */
shared.answer = ({ data, setTriggerValue }) => {
  const ask = (shared.ask = (dot) => setTriggerValue("ask", dot))
  if (data) {
    if (shared.told.size > 2000) shared.told.clear()
    shared.told.set(`${data.of}/${data.dot}`, data)
    for (const view of shared.views) view.inform()
  }
  return () => {
    if (shared.ask === ask) shared.ask = undefined
  }
}

/** Where a point of the map is in the window, for whoever looks at the page from outside. */
shared.where = (x, y) => {
  const [view] = shared.views
  const box = view.root.getBoundingClientRect()
  const [left, top] = view.camera.toScreen(x, y)
  return [box.left + left, box.top + top]
}

export default function () {
  shared.isHere = true
  globalThis.dispatchEvent(new Event("topics-map"))
}
