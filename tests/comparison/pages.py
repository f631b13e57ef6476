"""One approved item, and two public pages that show it rightly."""

from dataclasses import replace
from html import escape
from pathlib import Path

from connector.comparison import Approved, Page, Profile, Resource, compare
from connector.domain.verdict import Judgement, Severity, Verdict

FOLDER = Path(__file__).parent / "shown"
SITE = "https://thuvien.example.edu.vn"
URL = f"{SITE}/thong-bao/lich-mo-cua/"
UPLOADS = f"{SITE}/wp-content/uploads/2025/04"
PICTURE = "a" * 64
PLAN = "b" * 64

APPROVED = Approved(
    title='Lịch mở cửa thư viện dịp nghỉ lễ 30–4 và "Ngày hội sách"',
    body=f"""
<p>Thư viện thông báo lịch mở cửa dịp nghỉ lễ 30–4 và 1–5: phòng đọc "Hà Nội"
<strong>không</strong> mở cửa từ ngày 30/4 đến ngày 3/5/2025.<br>Mọi thắc mắc xin gửi về
<a href="mailto:thuvien@example.edu.vn">thuvien@example.edu.vn</a>...</p>
<h2>Lịch phục vụ</h2>
<figure><img src="attachment:{PICTURE}" alt="Phòng đọc tầng 2">
<figcaption>Phòng đọc tầng 2, nhà thư viện</figcaption></figure>
<table><thead><tr><th>Ngày</th><th>Buổi sáng</th><th>Buổi chiều</th></tr></thead>
<tbody><tr><td>29/4</td><td>7h30</td><td>13h30</td></tr>
<tr><td>4/5</td><td colspan="2">Nghỉ bù</td></tr></tbody></table>
<h2>Cần nhớ</h2>
<ol start="3"><li>Trả sách trước ngày <em>28/4</em>;</li>
<li>Phòng tự học 3x4 m rộng 12 m<sup>2</sup>;
<ul><li>chỉ dành cho sinh viên năm cuối</li></ul></li></ol>
<blockquote><p>Sách là bạn của mỗi người.</p></blockquote>
<p>Xem <a href="https://example.org/luat-thu-vien?dieu=5&amp;khoan=2">Luật Thư viện</a>
và tải <a href="attachment:{PLAN}">lịch mở cửa (PDF)</a>.</p>
<pre>mượn  "3 cuốn"
  trả -- đúng hạn</pre>
<p>Tra cứu bằng lệnh <code>"tim" -- sach</code> trên máy tra cứu của thư viện 🙂</p>
<p>Trân trọng thông báo.</p>
""",
    excerpt="Lịch phục vụ bạn đọc dịp nghỉ lễ.",
    category="Thông báo",
    url=URL,
    media={
        f"attachment:{PICTURE}": f"{UPLOADS}/phong-doc.jpg",
        f"attachment:{PLAN}": f"{UPLOADS}/lich-mo-cua.pdf",
    },
    post_id="412",
)

FILES = {
    f"{UPLOADS}/phong-doc.jpg": Resource(
        status=200, media_type="image/jpeg", sha256=PICTURE, size=120_000
    ),
    f"{UPLOADS}/phong-doc-300x200.jpg": Resource(
        status=200, media_type="image/jpeg", sha256="c" * 64, size=9_000
    ),
    f"{UPLOADS}/lich-mo-cua.pdf": Resource(
        status=200, media_type="application/pdf", sha256=PLAN, size=40_000
    ),
}

WORDPRESS = (FOLDER / "twentytwentythree.html").read_text("utf-8")
PLAIN = (FOLDER / "plain_theme.html").read_text("utf-8")

NO_PROFILE = Profile()


def page(html: str | bytes, **others: object) -> Page:
    """Return a page as it is fetched, with the files of the item."""
    body = html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")
    plain = Page(
        url=URL,
        final_url=URL,
        status=200,
        headers={"Content-Type": "text/html; charset=UTF-8"},
        body=body,
        resources=FILES,
    )
    return replace(plain, **others)  # type: ignore[arg-type]  # whatever a test changes


def around(body: str, *, title: str = "Tin thư viện") -> str:
    """Return the smallest page with a title, a menu and a footer around `body`."""
    title = escape(title)
    return (
        f'<!doctype html><html lang="vi"><head><title>{title} – Thư viện</title></head>'
        f"<body><nav><a href='/'>Trang chủ</a></nav><main><h1>{title}</h1>"
        f'<div class="entry-content">{body}</div></main>'
        "<footer><p>Thư viện Đại học</p></footer></body></html>"
    )


def simple(body: str, **others: object) -> Approved:
    """Return an approved item that is hardly more than its body."""
    plain = Approved(title="Tin thư viện", body=body, url=URL)
    return replace(plain, **others)  # type: ignore[arg-type]  # whatever a test changes


def verdict(
    approved_body: str, shown_body: str, *, profile: Profile = NO_PROFILE
) -> Verdict:
    """Compare a body with a page that shows another one."""
    return compare(simple(approved_body), page(around(shown_body)), profile)


def judgement(approved_body: str, shown_body: str) -> Judgement:
    """Return only the judgement."""
    return verdict(approved_body, shown_body).judgement


def codes(found: Verdict) -> set[str]:
    """Return the codes of what stands in the way of a PASS."""
    return {one.code for one in found.differences if one.severity is not Severity.INFO}
