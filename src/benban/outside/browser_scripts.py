"""
Scripts that run in a world of our own inside each frame.

There the page's own scripts cannot reach them: what they see is the page's document, but none of
the functions the page may have replaced.
"""

# What a reader sees, with open shadow roots, which innerText leaves out.
TEXT = """(() => {
  const parts = [];
  const collect = (root) => {
    const body = root.body || root.documentElement || root;
    if (root.nodeType === 11) {
      for (const child of root.children) parts.push(child.innerText || '');
    } else {
      parts.push(body.innerText === undefined ? body.textContent : body.innerText);
    }
    for (const element of root.querySelectorAll('*'))
      if (element.shadowRoot) collect(element.shadowRoot);
  };
  if (document.documentElement) collect(document);
  return parts.filter((part) => part && part.trim()).join('\\n');
})()"""

HTML = "document.documentElement ? document.documentElement.outerHTML : ''"

TITLE = "document.title"

HEIGHT = """Math.max(document.documentElement ? document.documentElement.scrollHeight : 0,
  document.body ? document.body.scrollHeight : 0)"""

# One screen less a little on; what scrolls is the page, or the largest box in it that can.
SCROLL_ON = """(() => {
  const room = (element) => element.scrollHeight - element.clientHeight;
  const page = document.scrollingElement || document.documentElement;
  let moving = page;
  if (room(page) < 8) {
    let largest = 0;
    for (const element of document.querySelectorAll('*')) {
      const size = element.clientHeight * element.clientWidth;
      if (size > largest && room(element) > 8 &&
          /auto|scroll/.test(getComputedStyle(element).overflowY)) {
        largest = size;
        moving = element;
      }
    }
  }
  const screen = moving === page ? innerHeight : moving.clientHeight;
  moving.scrollTo({top: moving.scrollTop + Math.max(100, screen * 0.9), behavior: 'instant'});
  return Math.round(moving.scrollTop) + ' ' + moving.scrollHeight;
})()"""

SCROLL_BACK = "(scrollTo({top: 0, behavior: 'instant'}), true)"

# What moves would stand in one strip of a tall picture and not in the next.
STAND_STILL = """(() => {
  for (const moving of document.getAnimations())
    try { moving.finish() } catch { moving.cancel() }
  return true;
})()"""

# A film keeps its connection for itself; six of them and nothing else gets through.
LET_GO_OF_FILMS = """(() => {
  const walk = (root) => {
    for (const element of root.querySelectorAll('video, audio')) {
      element.pause();
      for (const source of element.querySelectorAll('source')) source.remove();
      element.removeAttribute('src');
      element.load();
    }
    for (const element of root.querySelectorAll('*'))
      if (element.shadowRoot) walk(element.shadowRoot);
  };
  walk(document);
  return true;
})()"""

# Pictures that came inside the text (data:) or were painted by a script are covered and, where
# they stand in the document, taken out of it, so that no later snapshot carries them. Page scripts
# are stopped by then. What moves is brought to its end first: a picture may come in late. A form
# answers with its own fields where it has some called "style"; so the getters are asked directly.
# The many ids outweigh any rule of the page.
GREY_OUT = """(function (given) {
  const grey = '#9a9a9a';
  const shows = /url\\(|image-set\\(|cross-fade\\(|paint\\(|element\\(/;
  const names = ['background-image', 'border-image-source', 'list-style-image', 'mask-image',
    'content', 'filter', 'backdrop-filter', 'clip-path', '-webkit-mask-box-image-source',
    '-webkit-box-reflect'];
  const getter = (kind, name) => Object.getOwnPropertyDescriptor(kind.prototype, name).get;
  const shadow = getter(Element, 'shadowRoot');
  const styles = [HTMLElement, SVGElement, MathMLElement].map(
    (kind) => [kind, getter(kind, 'style')]);
  const styleOf = (element) => {
    const found = styles.find(([kind]) => element instanceof kind);
    return found && found[1].call(element);
  };
  const set = (style, name, value) => style.setProperty(name, value, 'important');
  const cover = (element) => {
    const box = element.getBoundingClientRect();
    const stand = document.createElement('span');
    set(stand.style, 'display', 'inline-block');
    set(stand.style, 'width', box.width + 'px');
    set(stand.style, 'height', box.height + 'px');
    set(stand.style, 'background', grey);
    element.replaceWith(stand);
  };
  const still = (root) => {
    for (const moving of root.getAnimations())
      try { moving.finish() } catch { moving.cancel() }
  };
  const strong = ':not(' + '#benban'.repeat(40) + ')';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(['before', 'after', 'marker'].map((name) =>
      `[data-benban-covered]${strong}::${name} { content: none !important }`).join('') +
    ['before', 'after', 'marker', 'first-letter', 'first-line', 'backdrop', 'placeholder',
      'file-selector-button'].map((name) => `*${strong}::${name} {
        background-image: none !important; border-image: none !important;
        mask-image: none !important; filter: none !important }`).join(''));
  const walk = (root) => {
    still(root);
    for (const element of root.querySelectorAll('*')) {
      if (shadow.call(element)) walk(shadow.call(element));
      const own = styleOf(element);
      if (!own) continue;
      for (const pseudo of ['::before', '::after', '::marker'])
        if (shows.test(getComputedStyle(element, pseudo).content))
          Element.prototype.setAttribute.call(element, 'data-benban-covered', '');
      const style = getComputedStyle(element);
      const shown = names.filter((name) => shows.test(style.getPropertyValue(name)));
      if (!shown.length) continue;
      set(own, 'background-color', grey);
      for (const name of shown) set(own, name, name === 'content' ? 'normal' : 'none');
    }
    for (const element of root.querySelectorAll(
        'img, picture, video, audio, canvas, object, embed, input[type=image], svg'))
      if (element.isConnected) cover(element);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    still(root);
  };
  walk(given);
  return true;
})"""


def resolve(address_json: str) -> str:
    """Return a script that gives the absolute form of an address without its fragment."""
    return f"new URL({address_json}, document.baseURI).href.split('#')[0]"


def ask_for_picture(address_json: str) -> str:
    """Return a script that asks for one address as the page's own picture would."""
    return f"(() => {{ globalThis.wanted = new Image(); wanted.src = {address_json}; return 1 }})()"
