"""The pages of the rich site."""

_EAGER = "".join(
    f'<p><img src="/hinh/{n}.jpg" alt="" width="320" height="320"'
    + (f' srcset="/hinh/{n}.jpg 1x, /2x/{n}.jpg 2x"' if n % 8 == 0 else "")
    + "></p>"
    for n in range(20)
)
_LAZY = "".join(
    f'<p><img loading="lazy" src="/hinh/{n}.jpg" alt="" width="320" height="320"'
    + (f' srcset="/hinh/{n}.jpg 1x, /2x/{n}.jpg 2x"' if n % 8 == 0 else "")
    + "></p>"
    for n in range(20, 40)
)

STYLE = """
body { font-family: sans-serif; background: #fff }
.nen-0 { background: url(/nen/0.jpg); height: 200px }
.nen-1 { background: url(/nen/1.jpg); height: 200px }
"""

PAGE = f"""<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Trang nhiều thứ</title>
<link rel="stylesheet" href="/kieu.css"></head><body>
<h1>Trang nhiều thứ</h1>
<div class="nen-0"></div><div class="nen-1"></div>
<div id="bong"></div><div id="bong-kin"></div>
<iframe src="/khung" width="400" height="200"></iframe>
<video src="/film/nho.webm" width="320" preload="auto" muted></video>
<video src="/film/lon.webm" width="320" preload="metadata" muted></video>
<img src="/di" alt="" width="320"><img src="/khong-co.jpg" alt="">
{_EAGER}{_LAZY}
<div id="feed"></div><div id="cuoi" style="height: 20px">cuối trang</div>
<script>
  const open = document.getElementById('bong').attachShadow({{mode: 'open'}});
  open.innerHTML = '<p>chữ trong bóng</p><img src="/bong.jpg" width="100">';
  const shut = document.getElementById('bong-kin').attachShadow({{mode: 'closed'}});
  shut.innerHTML = '<p>chữ trong bóng kín</p><img src="/bong-kin.jpg" width="100">';
  new EventSource('/tin').addEventListener('tin', () => {{}});
  const socket = new WebSocket(`ws://${{location.host}}/o-cam`);
  socket.onopen = () => socket.send('chào máy chủ');
  fetch('/gui', {{method: 'POST', body: 'nội dung gửi đi'}});
  fetch('/tam'); fetch('/khong-co-gi');
  new Worker('/tho.js');
  try {{ new SharedWorker('/tho-chung.js') }} catch {{ /* not here */ }}
  let step = 0, busy = false;
  const more = async () => {{
    if (busy || step < 0) return;
    busy = true;
    const answer = await (await fetch('/feed?step=' + step)).json();
    for (const post of answer.posts) {{
      const box = document.createElement('p');
      box.textContent = post.text;
      const picture = document.createElement('img');
      picture.src = post.picture; picture.width = 320; picture.height = 600;
      box.append(picture);
      document.getElementById('feed').append(box);
    }}
    step = answer.more ? step + 1 : -1;
    busy = false;
  }};
  new IntersectionObserver((seen) => {{ if (seen.some((one) => one.isIntersecting)) more(); }})
    .observe(document.getElementById('cuoi'));
</script></body></html>
"""

FRAME = """<!doctype html><meta charset="utf-8"><title>Khung</title>
<p>chữ trong khung</p><img src="/khung.jpg" width="100">"""

WORKER = "fetch('/tho-du-lieu')"

# No tab's gate sees what such a worker asks for.
SHARED_WORKER = "fetch('/hinh/1.jpg?chung')"

CLICK_PAGE = """<!doctype html><meta charset="utf-8"><title>Hỏi</title><p>trang có hộp thoại</p>
<script>
  alert('Bạn đã đủ tuổi chưa?');
  setTimeout(() => { location.href = '/tai-ve' }, 50);
</script>"""


def feed_page(height_screens: int) -> str:
    """Return a page that is *height_screens* times 16,000 pixels high, each with its own colour."""
    boxes = "".join(
        f'<div style="height:16000px;background:rgb({40 * n},{90},{200 - 40 * n})">phần {n}</div>'
        for n in range(height_screens)
    )
    return f'<!doctype html><meta charset="utf-8"><title>Cao</title>{boxes}'
