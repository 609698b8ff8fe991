"""Vietnamese messages by id."""

from collections.abc import Mapping
from typing import Final

VIETNAMESE: Final[Mapping[str, str]] = {
    # Names of the checks.
    "check.structure": "cấu trúc",
    "check.payload manifest": "danh sách tệp trong data/",
    "check.tag manifest": "danh sách tệp ngoài data/",
    "check.bag info": "thông tin của gói",
    "check.log": "nhật ký lưu giữ",
    "check.signature": "chữ ký",
    "check.records": "các mục được mở ra",
    "check.manifest sealed": "niêm phong",
    "check.exhibits": "tài liệu",
    "check.custody": "sự việc",
    "check.visits": "lần mở trang",
    "check.graph": "case.jsonld (CASE/UCO)",
    "check.signer": "người lập",
    "check.receipt": "biên nhận",
    "check.time": "thời gian",
    "check.comparison": "so sánh hình",
    "check.originals": "bản gốc",
    "check.earlier": "dấu thời gian trước đó của {authority}",
    "check.token": "dấu thời gian tsa-{authority}.tsr",
    # What is printed around the checks.
    "help": (
        "benban-verify ĐƯỜNG-DẪN [--key MÃ] [--receipt TỆP] [--tsa-root TỆP] [--originals TỆP] "
        "[--lang vi|en] [--json]\n\n"
        "Kiểm tra một bộ hồ sơ của benban. Không có gì được gửi ra khỏi máy này.\n\n"
        "  ĐƯỜNG-DẪN         bộ hồ sơ (zip), hoặc thư mục đã giải nén\n"
        "  --key MÃ          mã khóa bạn nhận được theo đường khác, không phải từ bộ hồ sơ\n"
        "  --receipt TỆP     biên nhận được đưa ra trong ngày\n"
        "  --tsa-root TỆP    chứng thư gốc của nơi đóng dấu thời gian; có thể ghi nhiều lần\n"
        "  --originals TỆP   tệp tar bạn đã mở bằng age (bản cho cơ quan)\n"
        "  --lang vi|en      ngôn ngữ của lời nhắn\n"
        "  --json            một tài liệu JSON\n\n"
        "Mã thoát: 0 mọi bước đều đạt, 1 có bước không đạt, 2 không có bước nào không đạt nhưng "
        "chưa kiểm tra hết, 3 không phải bộ hồ sơ hoặc gọi sai.\n"
    ),
    "result.PASS": "đạt",
    "result.FAIL": "KHÔNG ĐẠT",
    "result.NOT_DONE": "chưa làm",
    "end.0": (
        "Mọi bước kiểm tra đều đạt: các tệp này không thay đổi kể từ khi niêm phong, và khớp với "
        "những gì bạn đưa vào. Điều chúng kể có đúng hay không thì việc này không chứng tỏ."
    ),
    "end.demonstration": "BẢN TRÌNH DIỄN: làm từ ví dụ, không nói về người thật.",
    "end.1": (
        "Có ít nhất một bước KHÔNG ĐẠT. Đừng dựa vào bản này; hãy xin một bản khác từ người hoặc "
        "nơi đã lập bộ hồ sơ, và giữ lại bản này."
    ),
    "end.2": 'Không có bước nào không đạt, nhưng chưa kiểm tra hết: xem các dòng "chưa làm".',
    "end.3": "Chưa kiểm tra được gì.",
    # Not a dossier, wrong usage.
    "not_a_dossier": "Đây không phải là bộ hồ sơ của benban.",
    "unreadable": "Không đọc được tệp hoặc thư mục này.",
    "usage": "Câu lệnh chưa đúng. Hãy gõ: benban-verify --help",
    "usage.key": "--key phải là mã khóa: tám nhóm, mỗi nhóm bốn chữ cái và chữ số.",
    "usage.receipt": "Tệp đưa vào sau --receipt không phải là biên nhận.",
    "usage.tsa_root": "Tệp đưa vào sau --tsa-root không có chứng thư nào.",
    "internal": (
        "Chương trình gặp điều ngoài dự tính và đã dừng. Bộ hồ sơ không bị thay đổi. Đừng coi "
        "đây là kết quả đạt."
    ),
    "skipped": 'Chưa xem, vì bước "{check}" không đạt.',
    # structure
    "structure.pass": "Có đủ các tệp của một bộ hồ sơ và không có tệp nào khác ({files} tệp).",
    "structure.name": "Có một tệp mang tên mà bộ hồ sơ không thể có: {name}",
    "structure.twice": (
        "Một tên xuất hiện hai lần, nên hai chương trình có thể mở ra hai tệp khác nhau: {name}"
    ),
    "structure.too_many": "Có nhiều tệp hơn mức một bộ hồ sơ có thể có (giới hạn {limit}).",
    "structure.too_big": "Tệp {name} dài hơn mức cho phép (giới hạn {limit} byte).",
    "structure.unreadable": "Không đọc được tệp {name}.",
    "structure.link": "{name} không phải là tệp thường (là liên kết, mục thư mục hoặc thiết bị).",
    "structure.top": "Tệp zip không có đúng một thư mục ngoài cùng.",
    "structure.missing": "Thiếu tệp {name}.",
    "structure.extra": "Tệp {name} không thuộc bộ hồ sơ.",
    "structure.bagit": "bagit.txt không ghi đúng nội dung phải có.",
    "structure.zip_end": (
        "Phần cuối tệp zip không đúng: có gì đó được thêm vào phía sau, hoặc đã bị cắt mất."
    ),
    "structure.zip_gap": "Tệp zip giấu dữ liệu ở trước, giữa hoặc sau các tệp bên trong.",
    "structure.zip_directory": "Danh sách tệp trong zip bị hỏng.",
    "structure.zip_headers": (
        "Tệp zip ghi hai điều khác nhau về {name}, nên hai chương trình có thể mở ra hai tệp khác "
        "nhau."
    ),
    "structure.zip_encrypted": "{name} bị mã hóa trong zip; bộ hồ sơ không bao giờ như vậy.",
    "structure.zip_flags": (
        "{name} được nén theo cách mà bộ hồ sơ không dùng. Nếu có người đã giải nén rồi nén lại, "
        "hãy đưa cho chương trình này thư mục đã giải nén."
    ),
    "structure.zip_method": "{name} được nén theo cách mà bộ hồ sơ không dùng.",
    "structure.zip_extra": (
        "{name} mang dữ liệu thêm trong zip. Nếu có người đã giải nén rồi nén lại, hãy đưa cho "
        "chương trình này thư mục đã giải nén."
    ),
    "structure.zip_content": "Nội dung của {name} không đúng như tệp zip ghi.",
    "structure.bomb": "Khi giải nén, {name} sẽ lớn hơn nhiều so với mức một bộ hồ sơ có thể có.",
    # manifests
    "payload.pass": "Cả {files} tệp trong data/ đúng là các tệp đã liệt kê (SHA-256).",
    "tags.pass": "Mọi tệp ngoài data/ đúng là các tệp đã liệt kê (SHA-256).",
    "manifest.line": "Không đọc được {name} ở dòng {line}.",
    "manifest.missing": "{name} có trong danh sách nhưng không thấy tệp.",
    "manifest.unlisted": "Có tệp {name} nhưng không nằm trong danh sách.",
    "manifest.changed": "{name} đã bị thay đổi (và {more} tệp nữa).",
    # bag info
    "bag_info.pass_reading": (
        "Bản đọc, theo đồng hồ của máy lập ngày {date} (năm-tháng-ngày, giờ UTC)."
    ),
    "bag_info.pass_authority": (
        "Bản cho cơ quan, theo đồng hồ của máy lập ngày {date} (năm-tháng-ngày, giờ UTC)."
    ),
    "bag_info.unreadable": "Không đọc được bag-info.txt.",
    "bag_info.oxum": "bag-info.txt ghi dung lượng hoặc số tệp khác với thực tế.",
    "bag_info.edition": "bag-info.txt ghi một loại bản khác với bản đang có.",
    "bag_info.other": "bag-info.txt và bản kê không khớp nhau ({name}).",
    # log
    "log.pass": "Nhật ký lưu giữ đầy đủ: {size} mục cho ra đúng giá trị gốc đã ký.",
    "log.note_unreadable": "Không đọc được checkpoint.note.",
    "log.proofs_unreadable": "Không đọc được proofs.json ({why}).",
    "log.other_origin": "Phần chứng minh và mốc có chữ ký thuộc hai nhật ký khác nhau.",
    "log.size": "Mốc có chữ ký nói đến {size} mục, phần chứng minh lại có {leaves} mục.",
    "log.root": ("Các mục không cho ra giá trị gốc đã ký: có mục đã bị sửa, thêm vào hoặc bỏ đi."),
    # signature
    "signature.pass": "Mốc được ký bằng khóa {key}.",
    "signature.key_unreadable": "Không đọc được khóa trong bộ hồ sơ.",
    "signature.key_weak": "Khóa trong bộ hồ sơ là loại mà ai cũng có thể ký thay.",
    "signature.other_key": "Mốc được ký bằng một khóa khác với khóa trong bộ hồ sơ.",
    "signature.wrong": "Chữ ký không khớp với mốc: một trong hai đã bị thay đổi.",
    # records
    "records.pass": "Cả {records} mục được mở ra đều đúng là mục trong nhật ký.",
    "records.order": "Các mục được mở ra không theo thứ tự (mục {position}).",
    "records.position": "Mục {position} nằm ngoài phần cuối của nhật ký.",
    "records.leaf": "Mục {position} không phải là mục trong nhật ký: nó đã bị thay đổi.",
    "records.unreadable": "Không đọc được mục {position} ({why}).",
    "records.field": "Một giá trị được mở ra của mục {position} không đúng với nhật ký.",
    # manifest sealed
    "sealed.pass": (
        "Những tệp này đã được niêm phong trong nhật ký; đồng hồ của máy lúc đó ghi {at}."
    ),
    "sealed.no_event": "Không thấy mục nhật ký niêm phong bộ hồ sơ này.",
    "sealed.other_manifest": (
        "Nhật ký đã niêm phong những tệp khác với các tệp này: có gì đó trong data/ đã bị sửa, "
        "thêm vào hoặc bỏ đi sau khi niêm phong."
    ),
    # exhibits
    "exhibits.pass": "Cả {exhibits} tài liệu trong bản kê khớp với nhật ký và với các tệp.",
    "exhibits.unreadable": "Không đọc được bản kê ({why}).",
    "exhibits.other_list": "Bản kê và phần chứng minh nêu các tài liệu khác nhau ({subject}).",
    "exhibits.twice": "Bản kê nêu một tài liệu hai lần.",
    "exhibits.no_record": "Mục nhật ký của tài liệu {subject} không được mở ra.",
    "exhibits.other_record": "Bản kê nói về {subject} khác với nhật ký.",
    "exhibits.other_value": "Giá trị {name} của {subject} trong bản kê không đúng với nhật ký.",
    "exhibits.no_file": "Không thấy tệp của tài liệu {subject}.",
    "exhibits.other_file": "Tệp của tài liệu {subject} không phải là tệp đã được lưu giữ.",
    "exhibits.other_text": "Phần chữ {name} thuộc một tài liệu mà bản kê không nêu.",
    # custody
    "custody.pass": "Cả {events} sự việc kể trong bộ hồ sơ khớp với nhật ký.",
    "custody.unreadable": "Không đọc được danh sách sự việc ({why}).",
    "custody.no_record": "Bộ hồ sơ kể về mục {position} nhưng không mở mục đó ra.",
    "custody.other_record": "Bộ hồ sơ kể mục {position} khác với nhật ký.",
    "custody.not_forgotten": "Bộ hồ sơ nói mục {position} đã được hủy nhưng lại mở mục đó ra.",
    # visits
    "visits.pass": "Biên bản của cả {visits} lần mở trang đúng là biên bản đã ghi trong nhật ký.",
    "visits.alone": "Biên bản lần mở trang {subject} và mục nhật ký của nó không có đủ cả hai.",
    "visits.other": "Biên bản lần mở trang {subject} không phải là biên bản đã ghi trong nhật ký.",
    "visits.unreadable": "Không đọc được biên bản lần mở trang {subject} ({why}).",
    # graph
    "graph.pass": "Cả {nodes} nút của case.jsonld khớp với bản kê và nhật ký.",
    "graph.unreadable": "Không đọc được case.jsonld ({why}).",
    "graph.other": "case.jsonld nói về {subject} điều mà nhật ký không nói.",
    "graph.unknown": "case.jsonld có nút {name} mà nhật ký không hề nói tới.",
    "graph.missing": "case.jsonld bỏ sót điều mà nhật ký nói về {subject}.",
    # signer
    "signer.pass": "Khóa {key} đúng là khóa bạn nhận được theo một đường khác.",
    "signer.pass_handed_over": (
        "Hồ sơ đã được bàn giao: khóa bạn nhận qua đường khác, {given}, và khóa {key} của bộ hồ sơ "
        "này đã cùng ký việc đổi khóa."
    ),
    "signer.demonstration": (
        "Khóa {key} đúng là khóa bạn nhận được theo một đường khác. Đây là khóa của một bản TRÌNH "
        "DIỄN."
    ),
    "signer.not_shown": (
        "Các phần trong bộ hồ sơ này khớp với nhau. Ai lập và lập lúc nào thì chưa thể biết, cho "
        "đến khi bạn so mã khóa {key} với mã bạn nhận được theo một đường khác."
    ),
    "signer.other_key": (
        "Khóa của bộ hồ sơ này là {key}, nhưng bạn được đưa mã {expected}: người khác đã lập nó, "
        "hoặc đã lập lại từ đầu."
    ),
    # receipt
    "receipt.pass": (
        "Biên nhận ngày {date} ghi {size} mục đầu của nhật ký này: từ đó đến nay chúng không đổi."
    ),
    "receipt.other_case": "Biên nhận này thuộc một hồ sơ khác.",
    "receipt.later": (
        "Biên nhận ghi {size} mục, bộ hồ sơ này có {entries} mục: biên nhận được đưa ra sau. Hãy "
        "dùng một biên nhận có trước bộ hồ sơ này, hoặc xin một bộ hồ sơ mới hơn."
    ),
    "receipt.other_past": (
        "Biên nhận ghi một quá khứ khác: có mục trong {size} mục đầu đã bị sửa, thêm vào hoặc bỏ "
        "đi sau khi biên nhận được đưa ra."
    ),
    # token, time
    "token.pass": 'Dấu thời gian hợp lệ của "{signer}" trên mốc này: {at}.',
    "token.pass_stored": (
        'Dấu thời gian hợp lệ của "{signer}" trên mốc này: {at}. Lúc đóng dấu chứng thư có bị '
        "thu hồi hay không: đã lưu (không bị thu hồi)."
    ),
    "token.pass_expired_stored": (
        'Dấu thời gian hợp lệ của "{signer}" trên mốc này: {at}. Chứng thư của nơi đóng dấu đã '
        "hết hạn sau đó; lúc đóng dấu chứng thư có bị thu hồi hay không: đã lưu (không bị thu hồi)."
    ),
    "earlier.pass": (
        'Chậm nhất lúc {at}, {size} mục đầu của nhật ký này đã có (dấu thời gian của "{signer}").'
    ),
    "earlier.not_shown": (
        "Dấu thời gian trên {size} mục đầu tự khớp với chính nó. Của nơi nào, và vì thế vào lúc "
        "nào, thì chưa rõ cho tới khi bạn so với chứng thư gốc nhận qua đường khác."
    ),
    "earlier.other_log": (
        "Mốc trên {size} mục nằm cùng bộ hồ sơ này không phải phần đầu của nhật ký này."
    ),
    "token.withdrawn": (
        "Chứng thư của tsa-{authority}.tsr đã bị thu hồi trước khi đóng dấu thời gian này."
    ),
    "token.key_in_doubt": (
        "Chứng thư của tsa-{authority}.tsr bị thu hồi sau đó, không phải vì lý do mà dấu thời gian "
        "trước đó vẫn còn giá trị (RFC 3161): khóa của nó có thể đã lọt vào tay người khác."
    ),
    "token.pass_expired": (
        'Dấu thời gian hợp lệ của "{signer}" trên mốc này: {at}. Chứng thư của nơi đóng dấu đã '
        "hết hạn sau đó; lúc đóng dấu chứng thư có bị thu hồi hay không: không rõ."
    ),
    "token.not_shown": (
        "Dấu thời gian tsa-{authority}.tsr tự khớp với chính nó. Của nơi nào, và vì thế vào lúc "
        "nào, thì chưa thể biết, cho đến khi bạn so với chứng thư gốc mà bạn nhận được theo một "
        "đường khác (--tsa-root TỆP)."
    ),
    "token.unreadable": "Không đọc được dấu thời gian tsa-{authority}.tsr ({why}).",
    "token.refused": "Tệp tsa-{authority}.tsr không phải dấu thời gian mà là lời từ chối đóng dấu.",
    "token.changed": "Dấu thời gian tsa-{authority}.tsr đã bị sửa sau khi ký.",
    "token.other_note": "Dấu thời gian tsa-{authority}.tsr đóng trên thứ khác, không phải mốc này.",
    "token.outside_validity": (
        "Dấu thời gian tsa-{authority}.tsr ghi {at}, nhưng lúc đó chứng thư của nơi này không có "
        "hiệu lực."
    ),
    "token.signature": "Chữ ký trên dấu thời gian tsa-{authority}.tsr không đúng.",
    "token.certificate": (
        "Chứng thư của dấu thời gian tsa-{authority}.tsr không dùng được hoặc quá yếu."
    ),
    "token.purpose": (
        "Chứng thư của tsa-{authority}.tsr không phải loại chỉ dùng để đóng dấu thời gian."
    ),
    "token.chain": (
        "Một chứng thư giữa tsa-{authority}.tsr và chứng thư gốc không được quyền bảo đảm."
    ),
    "token.chain_outside_validity": (
        "Một chứng thư giữa tsa-{authority}.tsr và chứng thư gốc không có hiệu lực vào lúc {at}."
    ),
    "token.no_certificate": (
        "Dấu thời gian tsa-{authority}.tsr không kèm chứng thư, nên chưa kiểm tra được."
    ),
    "token.method": (
        "Dấu thời gian tsa-{authority}.tsr được ký theo cách mà chương trình này chưa biết."
    ),
    "token.program_failed": "openssl không trả lời, nên chưa kiểm tra được dấu thời gian.",
    "token.no_program": (
        "Chưa kiểm tra dấu thời gian tsa-{authority}.tsr: việc này cần gói Python cryptography "
        "hoặc chương trình openssl."
    ),
    "time.no_token": "Bộ hồ sơ này không có dấu thời gian: chưa thể biết nó được lập lúc nào.",
    "time.pass": (
        'Bộ hồ sơ này đã có muộn nhất là lúc {at} (tsa-{authority}.tsr của "{signer}", gốc {root}).'
    ),
    "time.pass_given": (
        "Bộ hồ sơ này đã có muộn nhất là lúc {at}, nếu bạn tin chứng thư gốc mà bạn đưa vào: {root}"
        ' (tsa-{authority}.tsr của "{signer}"). Chương trình không biết chứng thư gốc đó của ai.'
    ),
    "time.none_checked": (
        "Không xác nhận được dấu thời gian nào của bộ hồ sơ này: chưa thể biết nó được lập lúc nào."
    ),
    "time.not_shown": (
        "Các dấu thời gian khớp với nhau. Được lập lúc nào thì chưa thể biết, cho đến khi bạn so "
        "với chứng thư gốc mà bạn nhận được theo một đường khác (--tsa-root TỆP)."
    ),
    "time.other_root": "Không có dấu thời gian nào dẫn tới chứng thư gốc mà bạn đưa vào.",
    # comparison, originals
    "comparison.none": "Bộ hồ sơ này không có phần so sánh hình.",
    "comparison.unreadable": "Không đọc được phần so sánh ({why}).",
    "comparison.other_exhibit": "Phần so sánh nêu {subject}, nhưng bản kê không có tài liệu này.",
    "comparison.other_original": "Phần so sánh nêu ảnh {subject} khác với nhật ký.",
    "comparison.no_record": (
        "Phần so sánh nêu ảnh {subject} nhưng mục nhật ký của ảnh đó không được mở ra."
    ),
    "comparison.other_pictures": "Phần so sánh và các hình kèm theo không khớp nhau ({name}).",
    "comparison.other_picture": "Hình {name} không phải là hình mà nhật ký đã ghi nhận.",
    "comparison.says_too_much": "Phần so sánh nói về {subject} nhiều hơn mức được phép.",
    "comparison.pass": (
        "Đã tính lại {pictures} hình đã che: ít nhất {percent} % các mảng được hiện ra khớp nhau, "
        "và ở chỗ đã che không còn nét nào rõ."
    ),
    "comparison.pass_with_links": (
        "Đã tính lại {pictures} hình đã che: ít nhất {percent} % các mảng được hiện ra khớp nhau, "
        "và ở chỗ đã che không còn nét nào rõ. {links} điểm đánh số nằm đúng chỗ theo phép đặt "
        "khớp đã lưu, và {patches} mảng chi tiết có hệ số tương quan đúng như đã ghi."
    ),
    "comparison.pass_with_map": (
        "Đã tính lại {pictures} hình đã che: ít nhất {percent} % các mảng được hiện ra khớp nhau, "
        "và ở chỗ đã che không còn nét nào rõ. {links} điểm đánh số nằm đúng chỗ theo phép đặt "
        "khớp đã lưu, {patches} mảng chi tiết có hệ số tương quan đúng như đã ghi, và mỗi hình "
        "chồng, mỗi bản đồ được vẽ đúng từ cặp hình đã che và các ô đã ghi."
    ),
    "comparison.no_picture": "Phần so sánh không kèm hình nào, nên không có gì để tính lại.",
    "comparison.grid": "Bản đồ thay đổi của {name} không phủ đúng hình.",
    "comparison.picture_unreadable": "Không đọc được hình {name} đúng như mô tả.",
    "comparison.unveiled": "Hình {name} còn chi tiết ở chỗ ghi là đã che.",
    "comparison.pixels_disagree": (
        'Trong hình {name} chỉ có {percent} % các phần ghi là "khớp" thật sự khớp.'
    ),
    "comparison.links": "Các điểm đánh số ghi cho {name} không thể đúng như đã ghi.",
    "comparison.patches": "Các mảng chi tiết ghi cho {name} không thể đúng như đã ghi.",
    "comparison.links_drawn": (
        "Hình {name} không phải là cặp hình đã che có đánh dấu tại các điểm đánh số."
    ),
    "comparison.patches_drawn": (
        "Hình {name} không có đúng các mảng chi tiết, hoặc không có đúng hệ số tương quan đã ghi."
    ),
    "comparison.overlay_drawn": (
        "Hình {name} không được ghép đúng từ các phần hiện ra của cặp hình đã che."
    ),
    "comparison.map_drawn": "Hình {name} không cho thấy đúng các ô như đã ghi.",
    "comparison.too_little": "Một hình trong phần so sánh hiện ra quá ít để tính lại.",
    "comparison.no_pixels": (
        "Bộ hồ sơ này có phần so sánh hình. Chương trình chưa tính lại phần đó: việc này cần "
        "benban_verify[pixels]. Các tệp của phần so sánh đã được các bước khác kiểm tra."
    ),
    "originals.none": "Bản này không kèm bản gốc.",
    "originals.pass": "Cả {files} bản gốc đã mở đúng từng byte với tài liệu trong bản kê.",
    "originals.other": "{name} không phải tài liệu của bộ hồ sơ này, hoặc đã bị thay đổi.",
    "originals.unreadable": "Không đọc được tệp đưa vào sau --originals (phải là tệp tar).",
    "originals.unopened": "Không mở được tệp đưa vào sau --originals.",
    "originals.sealed": (
        "Các bản gốc được khóa bằng khóa của nơi nhận (originals.tar.age). Nơi nhận mở bằng age "
        "rồi đưa kết quả cho chương trình này: --originals TỆP."
    ),
}
