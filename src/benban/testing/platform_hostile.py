"""Pages that misbehave: pictures by every road, private addresses, endless work, broken answers."""

import zlib

from benban.testing.pictures import draw_feed_picture
from benban.testing.platform_server import Answer, SeenRequest, gzipped, html, redirect

# Numbers of feed pictures that only the hostile page uses.
HOSTILE_PICTURES = range(500, 540)
METADATA_ADDRESS = "169.254.169.254"

_ROADS = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Nhiều đường</title>
<link rel="icon" href="/hinh/500"><link rel="apple-touch-icon" href="/hinh/501">
<link rel="preload" as="image" href="/hinh/502"><link rel="prefetch" href="/hinh/503">
<link rel="manifest" href="/manifest.json"><link rel="stylesheet" href="/style.css">
<style>#a{background:url(/hinh/504)}#a::before{content:url(/hinh/505)}
li{list-style-image:url(/hinh/506)}body{cursor:url(/hinh/507),auto}
#b{border-image:url(/hinh/508) 3;-webkit-mask-image:url(/hinh/509)}</style></head><body>
<p>Chữ trên trang vẫn còn</p><div id="a">a</div><div id="b">b</div><ul><li>c</li></ul>
<img src="/hinh/510"><img srcset="/hinh/511 1x, /hinh/512 2x">
<picture><source srcset="/hinh/513"><img src="/hinh/514"></picture>
<img src="/hinh/515" loading="lazy"><svg width="9" height="9"><image href="/hinh/516"/></svg>
<video src="/hinh/517" poster="/hinh/518"></video><audio src="/hinh/519"></audio>
<object data="/hinh/520"></object><embed src="/hinh/521"><iframe src="/hinh/522"></iframe>
<input type="image" src="/hinh/523"><table background="/hinh/524"><tr><td>d</td></tr></table>
<iframe srcdoc="<img src=/hinh/525>"></iframe><img id="blob"><img id="lie"><canvas id="c"></canvas>
<div><template shadowrootmode="open"><p>chữ trong bóng</p><img src="/hinh/535"></template></div>
<div id="shadow"></div>
<script>
fetch('/hinh/526').then(r => r.blob()).then(b => blob.src = URL.createObjectURL(b)).catch(() => 0);
fetch('/lie/527').then(r => r.blob()).then(b => lie.src = URL.createObjectURL(b)).catch(() => 0);
shadow.attachShadow({mode: 'closed'}).innerHTML = '<img src="/hinh/528">';
new Image().src = '/hinh/529';
try { new Worker(URL.createObjectURL(new Blob([
  "fetch('" + location.origin + "/hinh/530')"]))) } catch (e) {}
try { navigator.serviceWorker.register('/worker.js').catch(() => 0) } catch (e) {}
const g = c.getContext('2d'); g.fillStyle = 'rgb(255,0,255)'; g.fillRect(0, 0, 300, 150);
for (const host of ['PRIVATE:80', '127.0.0.1:22', 'localhost:1', '[::1]:1', '10.0.0.1', '0.0.0.0',
                    '2130706433:1', '0x7f000001:1', '127.1:1'])
  fetch('http://' + host + '/latest/meta-data', {mode: 'no-cors'}).catch(() => 0);
fetch('/to-private', {mode: 'no-cors'}).catch(() => 0);
try { new WebSocket('ws://10.0.0.1/x') } catch (e) {}
try { const p = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:9'}]});
  p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o)) } catch (e) {}
navigator.sendBeacon('/beacon', 'x'); navigator.geolocation.getCurrentPosition(() => 0);
try { Notification.requestPermission() } catch (e) {}
window.open('/popup'); alert('xin chào'); window.onbeforeunload = () => 'ở lại';
const a = document.createElement('a'); a.href = '/tai-ve'; a.download = 'x.exe'; a.click();
</script></body></html>"""

_BUSY = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Không nghỉ</title>
</head><body><p>Trang này không bao giờ nghỉ</p><script>
new EventSource('/never-ends');
setInterval(() => fetch('/beacon').catch(() => 0), 50);
</script></body></html>"""


# Some hundred thousand sheets of paper.
_STUCK = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Kẹt</title></head>
<body><p>Trang này kẹt khi in</p><div style="height:500000000px"></div></body></html>"""


def hostile_answer(request: SeenRequest) -> Answer | None:
    """Return what a misbehaving path answers; None for a path that is not one."""
    fixed = _fixed_answers().get(request.path)
    if fixed is not None:
        return fixed
    match request.path.strip("/").split("/"):
        case ["hinh", number] if number.isdigit():
            return _picture(number, "image/jpeg")
        case ["bomb"]:
            return _bomb()
        case ["lie", number] if number.isdigit():
            return _picture(number, "text/plain")
        case ["go", left] if left.isdigit():
            return redirect(f"/go/{int(left) - 1}" if int(left) else "/hello")
    return None


def _fixed_answers() -> dict[str, Answer]:
    return {
        "/hostile": html(_ROADS.replace("PRIVATE", METADATA_ADDRESS)),
        "/busy": html(_BUSY),
        "/stuck": html(_STUCK),
        "/never-ends": Answer(
            fields=(("Content-Type", "text/event-stream"),), body=b": hi\n\n", never_ends=True
        ),
        "/loop": redirect("/loop"),
        "/to-private": redirect(f"http://{METADATA_ADDRESS}/latest/meta-data"),
        "/hello": html("<!DOCTYPE html><title>Chào</title><p>Xin chào</p>"),
        "/gzip": gzipped("<!DOCTYPE html><title>Nén</title><p>Đã nén</p>"),
        "/empty": Answer(fields=(("Content-Type", "text/html"),)),
        "/cut": Answer(
            fields=(("Content-Type", "text/html"),), body=b"<p>half", promised_bytes=5_000
        ),
        "/hang": Answer(fields=(("Content-Type", "text/html"),), body=b"<p>x", never_ends=True),
        "/raw": Answer(
            fields=(
                ("Content-Type", "text/html; charset=utf-8"),
                ("X-Twice", "1"),
                ("x-other", "giữa".encode().decode("latin-1")),
                ("X-TWICE", "2"),
            ),
            body="<title>Đầu</title><p>Dòng đầu".encode(),
        ),
        "/gone": Answer(status=410, fields=(("Content-Type", "text/html"),), body=b"<p>gone"),
        "/broken": Answer(status=500, body=b"broken"),
        "/style.css": Answer(
            fields=(("Content-Type", "text/css"),), body=b"p{background:url(/hinh/531)}"
        ),
        "/manifest.json": Answer(
            fields=(("Content-Type", "application/manifest+json"),),
            body=b'{"icons":[{"src":"/hinh/532","sizes":"64x64"}]}',
        ),
        "/worker.js": Answer(
            fields=(("Content-Type", "text/javascript"),),
            body=b"self.addEventListener('install', () => fetch('/hinh/533'))",
        ),
        "/popup": html('<!DOCTYPE html><title>Popup</title><img src="/hinh/534">'),
        "/tai-ve": Answer(
            fields=(
                ("Content-Type", "application/octet-stream"),
                ("Content-Disposition", 'attachment; filename="x.exe"'),
            ),
            body=b"MZ not a program",
        ),
        "/beacon": Answer(status=204),
    }


def _bomb() -> Answer:
    """Return a page of some megabytes that unpacks into 700 MB."""
    packer = zlib.compressobj(1, wbits=31)
    piece = b"<p>" + b"a" * (1 << 20)
    body = b"".join(packer.compress(piece) for _ in range(700)) + packer.flush()
    fields = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    return Answer(fields=fields, body=body)


def _picture(number: str, media_type: str) -> Answer:
    return Answer(fields=(("Content-Type", media_type),), body=draw_feed_picture(int(number)))
