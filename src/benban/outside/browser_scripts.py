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

# Pictures that came inside the text (data:) or were painted by a script are covered and, where
# they stand in the document, taken out of it, so that no later snapshot carries them.
GREY_OUT = """(() => {
  const grey = '#9a9a9a';
  const shows = /url\\(|image-set\\(|cross-fade\\(|paint\\(|element\\(/;
  const set = (element, name, value) => element.style.setProperty(name, value, 'important');
  const cover = (element) => {
    const box = element.getBoundingClientRect();
    const stand = document.createElement('span');
    set(stand, 'display', 'inline-block');
    set(stand, 'width', box.width + 'px');
    set(stand, 'height', box.height + 'px');
    set(stand, 'background', grey);
    element.replaceWith(stand);
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      if (!element.style) continue;
      for (const pseudo of [null, '::before', '::after', '::marker']) {
        const style = getComputedStyle(element, pseudo);
        if (!['backgroundImage', 'borderImageSource', 'listStyleImage', 'maskImage', 'content']
            .some((name) => shows.test(style[name] || ''))) continue;
        if (pseudo) { element.classList.add('benban-covered'); continue; }
        set(element, 'background-image', 'none');
        set(element, 'background-color', grey);
        for (const name of ['border-image', 'list-style-image', 'mask-image', 'content'])
          if (shows.test(style.getPropertyValue(name + (name === 'border-image' ? '-source' : ''))))
            set(element, name, name === 'content' ? 'normal' : 'none');
      }
    }
    for (const element of root.querySelectorAll(
        'img, picture, video, audio, canvas, object, embed, input[type=image], svg'))
      if (element.isConnected) cover(element);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.benban-covered::before, .benban-covered::after, .benban-covered::marker {
      content: none !important; background-image: none !important }`);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  };
  walk(document);
  return true;
})()"""


def resolve(address_json: str) -> str:
    """Return a script that gives the absolute form of an address without its fragment."""
    return f"new URL({address_json}, document.baseURI).href.split('#')[0]"


def ask_for_picture(address_json: str) -> str:
    """Return a script that asks for one address as the page's own picture would."""
    return f"(() => {{ globalThis.wanted = new Image(); wanted.src = {address_json}; return 1 }})()"
