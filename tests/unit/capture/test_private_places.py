import pytest

from benban.capture.private_places import is_private_place


@pytest.mark.parametrize(
    "address",
    [
        "https://mail.google.com/mail/u/0/",
        "https://outlook.live.com/",
        "https://www.messenger.com/t/1",
        "https://web.whatsapp.com/",
        "https://chat.zalo.me/",
        "https://www.facebook.com/messages/t/1",
        "https://www.instagram.com/direct/inbox/",
        "https://x.com/messages/1-2",
        "https://x.com/settings/account",
        "https://accounts.google.com/",
        "https://myaccount.google.com/security",
        "https://ebank.vi-du.test/",
        "https://www.vietcombank.com.vn/",
        "https://www.techcombank.com/",
        "https://online.acmebanking.test/",
        "https://www.paypal.com/activity",
        "https://web.telegram.org/k/",
        "https://web.telegram.org/k/#123456",
        "https://vi-du.test/tin-nhan/5",
        "https://vi-du.test/app#/messages/5",
        "https://vi-du.test/%6dessages",
        "https://vi-du.test/messages.php",
        "https://discord.com/channels/@me/123",
    ],
)
def test_an_inbox_messages_mail_settings_and_banks_are_private(address: str) -> None:
    assert is_private_place(address, "Trang")


@pytest.mark.parametrize(
    "title",
    [
        "(3) Inbox - a",
        "Tin nhắn | b",
        "Messages / X",
        "Cài đặt",
        "Hộp thư đến (2)",
        "Ho\u0323\u0302p thư",
    ],
)
def test_a_title_tells_as_well(title: str) -> None:
    assert is_private_place("https://vi-du.test/a", title)


@pytest.mark.parametrize(
    "address",
    [
        "https://t.me/kenh_vi_du/5",
        "https://x.com/ai_do/status/12",
        "https://www.facebook.com/groups/1/posts/2",
        "https://www.instagram.com/p/abc/",
        "https://web.telegram.org/k/#-1001234567890",
        "https://web.telegram.org/k/#@kenh_vi_du",
        "https://www.reddit.com/r/vi_du/comments/1/inbox_of_mine/",
        "https://embankment.vi-du.test/",
    ],
)
def test_a_post_a_group_and_a_channel_are_not(address: str) -> None:
    assert not is_private_place(address, "Bài viết về hộp thư")
