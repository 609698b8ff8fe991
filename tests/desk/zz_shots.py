import time, json
from pathlib import Path
from tests.desk.audited import draw_photos, kept, write_archive
from tests.desk.browsing import browsing, TOO_WIDE
from tests.desk.rig import came_in, running_desk
from tests.desk.test_audit import _AVATAR,_SENT,_RECEIVED
from benban.wording import Language
OUT=Path('/tmp/wt/shots'); OUT.mkdir(exist_ok=True)
def test_shots(chromium, tmp_path):
    with running_desk(tmp_path/'kho', language=Language.VI) as desk:
        desk.enter()
        photos = draw_photos(tmp_path/'anh')
        z = write_archive(tmp_path/'facebook.zip','facebook-json',_AVATAR,_SENT,_RECEIVED)
        case = desk.begin()
        with browsing(chromium) as context:
            came_in(context, desk)
            page = context.new_page()
            def shoot(name, path):
                for lang in ('vi','en'):
                    desk.client.post('/language', data={'language':lang,'back':'/'})
                    page.goto(desk.place.origin+path)
                    for w,h in ((390,800),(320,640),(1280,800)):
                        if lang=='en' and w==320: continue
                        page.set_viewport_size({'width':w,'height':h})
                        if page.evaluate(TOO_WIDE): print('TOO WIDE', name, lang, w)
                        page.screenshot(path=str(OUT/f'{name}-{lang}-{w}.png'), full_page=True)
            at=case+'/audit'
            shoot('1begin', at)
            desk.post(f'{at}/age', adult_now='yes', keep='yes')
            shoot('2where', at+'/where')
            desk.post(f'{at}/where', where=f'{photos}\n{z}')
            desk.wait_for_jobs()
            shoot('3sort-closed', at+'/sort')
            desk.post(f'{at}/show')
            shoot('4sort-seen', at+'/sort')
            ks=kept(desk,case)
            desk.client.post(f'{at}/sort', data={'photo':ks[0].id,'as':'portrait'})
            shoot('5sort-undo', at+'/sort')
            shoot('6list', f'{at}/list?open={ks[0].id}')
            shoot('7print', at+'/print')
            shoot('8open', at)
            desk.post('/audit/age', adult_now='no')
            shoot('9young', '/audit/young')
            desk.post(f'{at}/forget')
            shoot('91forgotten', at+'/forgotten')
            r=desk.post('/audit/where', where=f'{photos}\n{z}'); desk.wait_for_jobs()
            shoot('92young-sort', '/audit/sort'); shoot('93young-list','/audit/list')
